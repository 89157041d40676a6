// Builds the page into dist, or into the folder named by --out. The same sources give the same bytes.
// --test builds the unit tests instead, for node, into build/page-test.
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);

const common = {
  absWorkingDir: here,
  bundle: true,
  charset: "utf8",
  legalComments: "none", // the licences are in LICENSES
  logLevel: "warning",
  sourcemap: false,
};

async function page(out) {
  await rm(out, { recursive: true, force: true });
  await mkdir(join(out, "assets"), { recursive: true });
  await build({
    ...common,
    entryPoints: { page: "src/main.ts", style: "src/style/page.css" },
    outdir: join(out, "assets"),
    format: "iife",
    target: ["es2021", "chrome105", "firefox112", "safari16"],
    minify: true,
  });
  await copyFile(join(here, "src/index.html"), join(out, "index.html"));
  await copyFile(join(here, "src/icon.svg"), join(out, "assets/icon.svg"));
}

async function tests(out) {
  await rm(out, { recursive: true, force: true });
  const names = (await readdir(join(here, "test"))).filter((name) => name.endsWith(".test.mjs"));
  await build({
    ...common,
    entryPoints: names.map((name) => join("test", name)),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    format: "esm",
    platform: "node",
    target: "node18",
  });
}

if (args.includes("--test")) {
  await tests(resolve(here, "../../build/page-test"));
} else {
  const at = args.indexOf("--out");
  await page(resolve(here, at < 0 ? "dist" : args[at + 1]));
}
