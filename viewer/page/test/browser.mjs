// The built page in a real browser, with synthetic vehicles.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { executable, launch } from "../dev/browser.mjs";
import { start } from "../dev/vehicle.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const skip = executable === null ? "no Chromium is installed (CHROMIUM=PATH names one)" : false;
const patience = { timeout: 30_000 };

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

/** scene runs a test on a page that shows pictures, and fails on any error that the browser tells of. */
function scene(name, options, body) {
  test(name, { skip }, async () => {
    const server = await start({ vehicles: options.vehicles });
    const context = await browser.newContext({ viewport: options.size ?? { width: 1280, height: 800 }, colorScheme: options.theme ?? "light", acceptDownloads: true });
    const page = await context.newPage();
    const errors = [];
    page.on("console", (m) => m.type() === "error" && errors.push(m.text()));
    page.on("pageerror", (e) => errors.push(String(e)));
    try {
      await page.goto(server.url);
      await drawn(page, 5);
      await body(page, server);
      assert.deepEqual(errors.filter((e) => !(options.mayFail ?? /^$/).test(e)), [], "the browser's console has errors");
    } finally {
      await context.close();
      await server.stop();
    }
  });
}

const shows = (page, i = 0) => page.evaluate((i) => window.lanekeeper.vehicles()[i], i);

/** drawn waits until so many more frames are on the page. */
async function drawn(page, more, i = 0) {
  await page.waitForFunction((i) => window.lanekeeper?.vehicles()[i] !== undefined, i, patience);
  const from = (await shows(page, i)).frames;
  await page.waitForFunction(([i, want]) => window.lanekeeper.vehicles()[i].frames >= want, [i, from + more], patience);
}

/** hide has the page take itself for hidden, as behind another tab. */
const hide = (page, hidden) => page.evaluate((hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}, hidden);

/** text waits for words in the page's visible text. */
const text = (page, words) => page.getByText(words).first().waitFor({ state: "visible", ...patience });

async function until(what, condition) {
  const end = Date.now() + patience.timeout;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `waited in vain until ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

async function accessible(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { rules: { "color-contrast-enhanced": { enabled: true } } }));
  const told = found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => `${n.target} ${n.any[0]?.message ?? ""}`).slice(0, 4).join("; ")}`);
  assert.deepEqual(told, [], what);
}

scene("pictures move, each with its own lanes where they truly are", {}, async (page, { vehicles: [car] }) => {
  for (let i = 0; i < 10; i++) {
    await drawn(page, 2);
    const { drawn: d } = await shows(page);
    assert.ok(d.lanes, `frame ${d.frame_id} has lanes`);
    const truth = car.truth.get(d.frame_id);
    for (const side of ["left", "right"]) {
      d.lanes[side].forEach(([x, y], k) => {
        const [tx, ty] = truth[side][k];
        assert.ok(Math.hypot((x * d.frame.width) / d.canvas.width - tx, (y * d.frame.height) / d.canvas.height - ty) < 0.01, `${side} ${k}`);
      });
    }
  }
});

scene("the overlay's colours are on the painted lines", {}, async (page) => {
  for (const key of ["a", "o"]) await page.keyboard.press(key);
  const found = await page.evaluate(() => {
    const { lanes } = window.lanekeeper.vehicles()[0].drawn;
    const pen = document.querySelector("canvas.picture").getContext("2d");
    const at = ([x, y]) => [...pen.getImageData(Math.round(x), Math.round(y), 1, 1).data];
    return { left: at(lanes.left[4]), right: at(lanes.right[4]) };
  });
  assert.ok(found.left[2] - found.left[0] > 100, `left is cyan: ${found.left}`); // road and paint are grey
  assert.ok(found.right[0] - found.right[2] > 100, `right is yellow: ${found.right}`);
});

scene("timings tell when each frame was drawn", {}, async (page) => {
  await drawn(page, 30);
  const { timings } = await shows(page);
  assert.ok(timings.length >= 30);
  for (const [id, timestamp, at] of timings) assert.ok(id > 0 && at > timestamp * 1000, `${id}: drawn after it was captured`);
});

scene("charts advance", {}, async (page) => {
  const picture = () => page.evaluate(() => [...document.querySelectorAll(".plot canvas")].map((c) => c.toDataURL()));
  const first = await picture();
  assert.equal(first.length, 2);
  await until("both charts have changed", async () => (await picture()).every((p, i) => p !== first[i]));
});

scene("Space stops from a focused button, and presses nothing else", {}, async (page, { vehicles: [car] }) => {
  await page.getByRole("button", { name: "Resume" }).focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Space");
  await text(page, /emergency stop latched.*lanectl estop --clear/);
  await text(page, /Stopped/);
  assert.deepEqual([...new Set(car.received.map((c) => c.name))], ["estop"]);
  assert.ok(await page.getByRole("button", { name: "Resume" }).evaluate((b) => b === document.activeElement));
});

scene("Space stops from a slider and a number field, with help open, but not from the search field", {}, async (page, { vehicles: [car] }) => {
  const stops = () => car.received.filter((c) => c.name === "estop").length;
  await page.keyboard.press("s");
  await page.getByRole("searchbox").fill("");
  await page.getByRole("searchbox").press("Space");
  await page.getByRole("searchbox").pressSequentially("kp p");
  assert.equal(await page.getByRole("searchbox").inputValue(), " kp p");
  assert.equal(car.received.length, 0);
  await page.getByRole("searchbox").fill("");
  await page.getByRole("slider", { name: "kp, slider" }).press("Space");
  await until("the slider's stop arrives", () => stops() === 1);
  await page.getByRole("spinbutton", { name: "kp" }).press("Space");
  await until("the field's stop arrives", () => stops() === 2);
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Space");
  await until("the help's stop arrives", () => stops() === 3);
  await page.getByRole("button", { name: /emergency stop/i }).click();
  await until("the button's stop arrives", () => stops() === 4);
});

scene("an emergency stop that does not arrive says so", { mayFail: /409/ }, async (page, { vehicles: [car] }) => {
  car.silent = true;
  await page.keyboard.press("Space");
  await text(page, /did not arrive.*no answer from the vehicle.*own switch/);
  car.silent = false;
  await page.keyboard.press("Space");
  await text(page, /emergency stop latched/);
});

scene("Space stops all vehicles on the page", { vehicles: [{ name: "red" }, { name: "blue" }], size: { width: 1600, height: 900 } }, async (page, { vehicles }) => {
  await drawn(page, 5, 1);
  await text(page, /both vehicles/);
  await page.keyboard.press("Space");
  await until("both are stopped", () => vehicles.every((v) => v.emergency));
  await text(page, /red: emergency stop latched/);
  await text(page, /blue: emergency stop latched/);
});

scene("a vehicle that falls silent is shown old, and is welcomed back", {}, async (page, server) => {
  const [car] = server.vehicles;
  car.streaming = false;
  server.setLink(car, "lost", "no message from tcp://10.0.0.7:5557 for 3 s");
  await text(page, /No picture for/);
  await text(page, /No message from tcp:\/\/10\.0\.0\.7:5557 for 3 s/);
  const first = (await shows(page)).age_ms;
  await until("the age has grown", async () => (await shows(page)).age_ms > first + 300);
  await until("it is too old", async () => (await page.locator(".judged").first().getAttribute("data-level")) === "bad");
  await until("the state is unknown", async () => /Unknown/.test(await page.locator(".state").innerText()));
  car.streaming = true;
  server.setLink(car, "live", "live");
  await drawn(page, 5);
  await page.locator(".notice").waitFor({ state: "hidden", ...patience });
  await text(page, /the vehicle is back/);
});

scene("a lost lane-viewer is said, and found again", { mayFail: /WebSocket|ERR_/ }, async (page, server) => {
  server.vehicles[0].streaming = false;
  server.restart();
  await text(page, /lane-viewer answers again/);
  server.vehicles[0].streaming = true;
  await drawn(page, 10);
  assert.ok((await shows(page)).log.includes("lane-viewer does not answer"));
  await page.keyboard.press("p");
  await until("a command is taken, with the new token", () => server.vehicles[0].state === "stopped");
});

scene("lanes that do not come are not borrowed from another picture", {}, async (page, { vehicles: [car] }) => {
  car.lanes = false;
  await text(page, /Lanes of this picture have not come/);
  await drawn(page, 3);
  assert.equal((await shows(page)).drawn.lanes, null);
});

scene("a slider changes a parameter when it is let go", { mayFail: /409/ }, async (page, { vehicles: [car] }) => {
  const kp = car.params.find((p) => p.name === "control.steering.kp");
  await page.keyboard.press("s");
  const slider = page.getByRole("slider", { name: "kp, slider" });
  await slider.scrollIntoViewIfNeeded();
  const box = await slider.boundingBox();
  await page.mouse.move(box.x + 10 + (box.width - 20) * 0.2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 10 + (box.width - 20) * 0.5, box.y + box.height / 2, { steps: 5 });
  assert.equal(kp.value, 1, "nothing is sent while it is dragged");
  await page.mouse.up();
  await until("the vehicle has it", () => Math.abs(kp.value - 2.5) < 0.1);
  const field = page.getByRole("spinbutton", { name: "kp" });
  assert.equal(Number(await field.inputValue()), kp.value);
  await slider.press("ArrowRight");
  await until("a key moves it by a step", () => Math.abs(kp.value - 2.55) < 0.1);
  await page.getByRole("button", { name: /Reset kp/ }).click();
  await until("it has its default", async () => kp.value === 1 && Number(await field.inputValue()) === 1);
  await field.fill("7");
  await field.press("Enter");
  await text(page, /7 given, a number from 0 to 5 expected/);
  assert.equal(kp.value, 1);
  await page.getByRole("combobox", { name: "controller" }).selectOption("pid");
  await until("a choice arrives", () => car.params.some((p) => p.value === "pid"));
  await page.getByRole("spinbutton", { name: "lookahead time" }).fill("500");
  await page.getByRole("spinbutton", { name: "lookahead time" }).press("Enter");
  await until("a duration arrives as text", () => car.params.some((p) => p.value === "500ms"));
});

scene("a parameter that another has changed is shown", {}, async (page, server) => {
  const [car] = server.vehicles;
  await page.keyboard.press("s");
  const field = page.getByRole("spinbutton", { name: "kd" });
  await field.waitFor();
  car.params.find((p) => p.name === "control.steering.kd").value = 0.5;
  server.event(car, "order", "info", "kd set", "another");
  await until("the field has it", async () => (await field.inputValue()) === "0.5");
  await page.getByRole("searchbox").fill("pitch");
  await field.waitFor({ state: "hidden" });
  await page.getByRole("spinbutton", { name: "pitch" }).waitFor();
});

scene("an emergency stop arrives though the token is old", { mayFail: /403/ }, async (page, server) => {
  server.renew();
  await page.keyboard.press("Space");
  await until("it is stopped", () => server.vehicles[0].emergency);
  await text(page, /emergency stop latched/);
  assert.equal(server.vehicles[0].received.length, 1);
});

scene("a page that is hidden keeps no control", {}, async (page, { pages }) => {
  await page.keyboard.press("t");
  await text(page, /This page has control/);
  const [p] = pages;
  await until("it is kept", () => p.keeps > 5);
  await hide(page, true);
  const { keeps } = p;
  const acked = p.acked[0];
  await until("a second has passed", () => p.acked[0] > acked + 30);
  assert.ok(p.keeps <= keeps + 1, `${p.keeps - keeps} keeps`);
});

scene("who has control keeps saying so, and loses it with the connection", { mayFail: /WebSocket/ }, async (page, server) => {
  const [car] = server.vehicles;
  await page.keyboard.press("t");
  await text(page, /This page has control/);
  await until("it is kept", () => [...server.pages].some((p) => p.keeps > 5));
  server.cut();
  await until("another page is there", () => [...server.pages].some((p) => p.keeps === 0));
  car.operator = "";
  await text(page, /Nobody has control/);
  await drawn(page, 10);
  assert.equal([...server.pages][0].keeps, 0);
  assert.equal(car.received.length, 1);
});

scene("pause and resume", {}, async (page, { vehicles: [car] }) => {
  await page.getByRole("button", { name: "Pause" }).click();
  await text(page, /Stopped/);
  await until("the reason is shown", async () => /paused/.test(await page.locator(".state").innerText()));
  await page.keyboard.press("r");
  await until("it drives", () => car.state === "active");
  await until("the page says so", async () => /Driving/.test(await page.locator(".state").innerText()));
});

scene("without a key, buttons say why they do nothing", { vehicles: [{ name: "car-1", commands: false, record: false }] }, async (page, { vehicles: [car] }) => {
  const pause = page.getByRole("button", { name: "Pause" });
  await until("it is off", async () => (await pause.getAttribute("aria-disabled")) === "true");
  await pause.click({ force: true });
  await page.keyboard.press("p");
  await text(page, /needs a key that may operate/);
  await text(page, /use the vehicle’s own switch/);
  assert.equal(car.received.length, 0);
});

scene("a hidden page draws nothing, and does not hold up the stream", {}, async (page, { pages }) => {
  await hide(page, true);
  const { frames } = await shows(page);
  const [p] = pages;
  const acked = p.acked[0];
  await until("frames are acknowledged", () => p.acked[0] > acked + 30);
  assert.ok((await shows(page)).frames <= frames + 1);
  await hide(page, false);
  await drawn(page, 5);
  assert.ok(!(await shows(page)).log.some((entry) => /stands still/.test(entry)), "it is not the vehicle that stood still");
});

scene("departure is seen", {}, async (page, { vehicles: [car] }) => {
  car.departure = "left";
  await text(page, /Leaving the lane on the left/);
  car.departure = "none";
  await page.locator(".departing.left").waitFor({ state: "hidden", ...patience });
  car.departure = "right";
  await text(page, /Leaving the lane on the right/);
  car.streaming = false;
  await page.locator(".departing.right").waitFor({ state: "hidden", ...patience });
});

scene("toggles are remembered", {}, async (page) => {
  await page.keyboard.press("l");
  await page.keyboard.press("d");
  await page.reload();
  await drawn(page, 3);
  assert.equal(await page.getByRole("button", { name: "Lines" }).getAttribute("aria-pressed"), "false");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "light");
});

scene("a picture is downloaded with its lanes", {}, async (page) => {
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("i")]);
  assert.match(download.suggestedFilename(), /^car-1-\d{4}-\d\d-\d\dT\d{6}-\d+\.png$/);
  const png = readFileSync(await download.path());
  assert.deepEqual([png.toString("latin1", 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)], ["PNG", 640, 480]);
});

scene("recording is told of", {}, async (page, { vehicles: [car] }) => {
  await page.keyboard.press("v");
  await text(page, /recording to car-1.*\.mcap/);
  await text(page, /● Recording \d/);
  await page.getByRole("button", { name: "Record", pressed: true }).click();
  await until("it is off", () => !car.recording.on);
  await text(page, /recorded: car-1/);
});

scene("the event log is bounded, newest first", {}, async (page, server) => {
  for (let i = 0; i < 700; i++) server.event(server.vehicles[0], "state", "info", `event ${i}`);
  await until("the last is on top", async () => /event 699/.test(await page.locator(".log li").first().innerText()));
  assert.equal(await page.locator(".log li").count(), 500);
});

scene("it fits from a phone to a wide screen", {}, async (page, { vehicles: [car] }) => {
  await page.keyboard.press("s");
  await text(page, "kp");
  Object.assign(car, { state: "stopped", reason: "link-lost", departure: "left" });
  for (const width of [360, 390, 600, 768, 1024, 1440, 1920, 2560]) {
    await page.setViewportSize({ width, height: 844 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${wide} px wide where there are ${width}`);
  }
});

for (const theme of ["light", "dark"]) {
  scene(`accessible in the ${theme} theme, in every state`, { theme }, async (page, server) => {
    const [car] = server.vehicles;
    await page.waitForFunction(() => document.querySelector(".figures dd").textContent !== "–");
    await accessible(page, "driving");
    Object.assign(car, { departure: "right", state: "degraded", reason: "one-line" });
    server.event(car, "state", "error", "an error", "somebody");
    server.event(car, "state", "warning", "a warning");
    await text(page, /Leaving the lane on the right/);
    await accessible(page, "departing");
    car.departure = "none";
    await page.keyboard.press("s");
    await page.getByRole("searchbox").waitFor();
    await text(page, "kp");
    await accessible(page, "parameters");
    await page.keyboard.press("s");
    await page.keyboard.press("?");
    await accessible(page, "help");
    await page.keyboard.press("Escape");
    await page.keyboard.press("t");
    await text(page, /This page has control/);
    await accessible(page, "in control");
    await page.keyboard.press("Space");
    await text(page, /emergency stop latched/);
    await accessible(page, "stopped");
    car.streaming = false;
    server.setLink(car, "lost", "no message for 3 s");
    await text(page, /No picture for/);
    await accessible(page, "stale");
  });
}
