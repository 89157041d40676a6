// A headless Chromium for tests and screenshots.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const known = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** executable is the browser's path, or null where there is none. */
export const executable = process.env.CHROMIUM ?? known.find((path) => existsSync(path)) ?? null;

export function launch() {
  return chromium.launch({
    executablePath: executable,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
}
