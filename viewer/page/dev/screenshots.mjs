// Takes pictures of the page in its states, to be looked at: node dev/screenshots.mjs FOLDER [NAME…]
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { launch } from "./browser.mjs";
import { start } from "./vehicle.mjs";

const [folder = "../../build/screenshots", ...only] = process.argv.slice(2);
await mkdir(folder, { recursive: true });

const desk = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
const lost = (s) => {
  s.vehicles[0].streaming = false;
  s.setLink(s.vehicles[0], "lost", "no message from tcp://10.0.0.7:5557 for 4 s. Is telemetry.enabled set there, and the address right?");
};
const shots = {
  light: { size: desk, theme: "light" },
  dark: { size: desk, theme: "dark" },
  phone: { size: phone, theme: "light" },
  "phone-dark": { size: phone, theme: "dark", full: true },
  small: { size: { width: 360, height: 740 }, theme: "light" },
  wide: { size: { width: 2560, height: 1440 }, theme: "light" },
  stale: { size: desk, theme: "light", play: lost, waitMs: 3000 },
  "stale-phone": { size: phone, theme: "light", play: lost, waitMs: 3000 },
  stopped: { size: desk, theme: "dark", play: (s, page) => page.keyboard.press("Space"), waitMs: 1500 },
  reason: { size: desk, theme: "light", play: (s) => Object.assign(s.vehicles[0], { state: "stopped", reason: "stale" }) },
  departing: {
    size: desk, theme: "light",
    play: (s) => Object.assign(s.vehicles[0], { departure: "right", state: "degraded", reason: "one-line", leftLine: { inferred: true, confidence: 0.4, extrapolated: [0, 1, 2, 3, 4, 5, 6, 7, 8] } }),
  },
  parameters: { size: desk, theme: "light", play: (s, page) => page.keyboard.press("s"), waitMs: 1200 },
  "parameters-phone": { size: phone, theme: "dark", full: true, play: (s, page) => page.keyboard.press("s"), waitMs: 1200 },
  "parameters-wide": { size: { width: 2560, height: 1440 }, theme: "dark", play: (s, page) => page.keyboard.press("s"), waitMs: 1200 },
  "help-phone": { size: phone, theme: "dark", play: (s, page) => page.keyboard.press("?") },
  tablet: { size: { width: 820, height: 1180 }, theme: "light" },
  laptop: { size: { width: 1280, height: 720 }, theme: "light" },
  help: { size: desk, theme: "light", play: (s, page) => page.keyboard.press("?") },
  "no-commands": { size: desk, theme: "light", vehicles: [{ name: "car-1", commands: false, record: false }] },
  several: { size: { width: 1920, height: 1080 }, theme: "dark", vehicles: [{ name: "car-1" }, { name: "car-2", reason: "paused", state: "stopped", operator: "desk" }] },
};

const browser = await launch();
for (const [name, shot] of Object.entries(shots)) {
  if (only.length > 0 && !only.includes(name)) continue;
  const server = await start({ vehicles: shot.vehicles, drift: 0.02 });
  const context = await browser.newContext({ viewport: shot.size, colorScheme: shot.theme });
  const page = await context.newPage();
  page.on("console", (m) => console.log(`${name}: ${m.type()}: ${m.text()}`));
  page.on("pageerror", (e) => console.log(`${name}: ${e}`));
  await page.goto(server.url);
  await page.waitForFunction(() => (window.lanekeeper?.vehicles()[0]?.frames ?? 0) > 60, null, { timeout: 20_000 });
  await shot.play?.(server, page);
  await page.waitForTimeout(shot.waitMs ?? 800);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: shot.full ?? false });
  console.log(`${name}.png`);
  await context.close();
  await server.stop();
}
await browser.close();
