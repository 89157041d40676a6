// The parts that know nothing of a page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DelayLimits, Peak, PictureLimits, Since, level } from "../src/model/age.ts";
import * as format from "../src/model/format.ts";
import { History, WindowS } from "../src/model/history.ts";
import { Log, LogMost } from "../src/model/log.ts";
import { HoldMs, Matcher } from "../src/model/match.ts";
import { durationMs, niceStep, quantityOf, sectionOf, toNumber, toValue } from "../src/model/quantity.ts";
import { Latency } from "../src/model/stages.ts";
import { Vehicle } from "../src/model/vehicle.ts";
import { badge } from "../src/model/words.ts";

function matcher() {
  const dropped = [];
  return { m: new Matcher((f) => dropped.push(f)), dropped };
}

test("a frame is drawn with its own lane, never with another's", () => {
  const { m } = matcher();
  m.addLane(1, "lane 1", 0);
  m.addFrame(2, "frame 2", 10);
  assert.equal(m.take(10), null, "frame 2 waits for its lane");
  m.addLane(2, "lane 2", 20);
  assert.deepEqual(m.take(20), { id: 2, frame: "frame 2", lane: "lane 2" });
  assert.equal(m.take(20), null);
});

test("a frame whose lane does not come is drawn without one, after a while", () => {
  const { m } = matcher();
  m.addLane(1, "lane 1", 0);
  m.addFrame(2, "frame 2", 10);
  assert.equal(m.nextMs(30), HoldMs - 20);
  assert.equal(m.take(10 + HoldMs - 1), null);
  assert.deepEqual(m.take(10 + HoldMs), { id: 2, frame: "frame 2", lane: null });
});

test("where no lanes come at all, frames do not wait", () => {
  const { m } = matcher();
  m.addFrame(1, "frame 1", 0);
  assert.deepEqual(m.take(0), { id: 1, frame: "frame 1", lane: null });
  m.addLane(2, "lane 2", 10);
  m.addFrame(50, "frame 50", 2000);
  assert.deepEqual(m.take(2000), { id: 50, frame: "frame 50", lane: null }, "the last lane came long ago");
});

test("the newest frame that has its lane wins; older ones are given back, newer ones wait on", () => {
  const { m, dropped } = matcher();
  m.addLane(2, "lane 2", 0);
  for (const id of [1, 2, 3]) m.addFrame(id, `frame ${id}`, 1);
  assert.deepEqual(m.take(2), { id: 2, frame: "frame 2", lane: "lane 2" });
  assert.deepEqual(dropped, ["frame 1"]);
  m.addLane(3, "lane 3", 3);
  assert.equal(m.take(3).id, 3);
});

test("every frame is taken or given back, and none is kept for long", () => {
  const { m, dropped } = matcher();
  m.addLane(0, "lane", 0);
  let taken = 0;
  for (let id = 1; id <= 10_000; id++) {
    m.addFrame(id, id, id);
    if (id % 3 === 0) m.addLane(id, `lane ${id}`, id);
    const got = m.take(id);
    if (got) {
      taken++;
      if (got.lane !== null) assert.equal(got.lane, `lane ${got.id}`);
    }
  }
  m.clear();
  assert.equal(taken + dropped.length, 10_000);
  assert.equal(m.take(20_000), null);
});

test("ages are judged by their limits", () => {
  for (const [ms, want] of [[0, "good"], [250, "good"], [251, "late"], [600, "late"], [601, "bad"], [null, "unknown"], [NaN, "unknown"]]) {
    assert.equal(level(ms, PictureLimits), want, `${ms}`);
  }
  assert.equal(level(150, DelayLimits), "late");
});

test("an age grows while nothing comes", () => {
  const s = new Since();
  assert.equal(s.at(5), null);
  s.set(40, 100);
  assert.equal(s.at(100), 40);
  assert.equal(s.at(1100), 1040);
  assert.equal(s.silentMs(1100), 1000);
  s.set(null, 1200);
  assert.equal(s.at(1300), null, "unknown stays unknown");
  assert.equal(s.silentMs(1300), 100);
});

test("a peak is the largest of its window", () => {
  const p = new Peak(1000);
  p.add(50, 0);
  p.add(20, 500);
  p.add(30, 600);
  assert.equal(p.at(900), 50);
  assert.equal(p.at(1100), 30);
  assert.equal(p.at(1700), null);
});

test("numbers as people read them", () => {
  assert.equal(format.fixed(-0.001, 2), "0.00");
  assert.equal(format.fixed(-1.25, 1), "\u22121.3");
  assert.equal(format.fixed(null, 1), "–");
  for (const [v, want] of [[0.04, "0.0 ms"], [9.94, "9.9 ms"], [45.4, "45 ms"], [999, "999 ms"], [1200, "1.2 s"], [14_300, "14 s"], [185_000, "3 min 05 s"], [7_800_000, "2 h 10 min"], [null, "–"]]) {
    assert.equal(format.ms(v), want, `${v}`);
  }
  assert.equal(format.age(43), "45 ms");
  assert.equal(format.bytes(12_345_678), "12.3 MB");
  assert.equal(format.side(0.054, "m"), "0.05 m left");
  assert.equal(format.side(-0.3, "m"), "0.30 m right");
  assert.equal(format.side(0.001, "m"), "0.00 m");
});

test("states and reasons in words", () => {
  assert.deepEqual(badge("stopped", "stale"), { state: "Stopped", reason: "no detections for too long", level: "bad" });
  assert.deepEqual(badge("stopped", "link lost").reason, badge("stopped", "link-lost").reason);
  assert.equal(badge("stopped", "paused").level, "late");
  assert.deepEqual(badge("hovering", "gravity"), { state: "hovering", reason: "gravity", level: "unknown" });
});

test("durations as Go writes them", () => {
  for (const [text, want] of [["40ms", 40], ["1.5s", 1500], ["1m30s", 90_000], ["0s", 0], ["0", 0], ["500µs", 0.5], ["10m0s", 600_000], ["1h0m0s", 3_600_000], ["pd", null], ["", null], ["5", null]]) {
    assert.equal(durationMs(text), want, text);
  }
});

test("parameters become sliders and back", () => {
  const p = { daemon: "controld", name: "a.b", value: "450ms", default: "450ms", allowed: "a duration", min: "50ms", max: "5s", live: true };
  const q = quantityOf(p);
  assert.deepEqual([q.kind, q.unit, q.min, q.max], ["duration", "ms", 50, 5000]);
  assert.equal(toNumber(q, "450ms"), 450);
  assert.equal(toValue(q, 475), "475ms");
  const long = quantityOf({ ...p, value: "1m30s", min: "1s", max: "10m" });
  assert.deepEqual([long.unit, long.max, toNumber(long, "1m30s"), toValue(long, 90.5)], ["s", 600, 90.5 - 0.5, "90.5s"]);
  const whole = quantityOf({ ...p, value: 224, min: "96", max: "480", allowed: "a whole number from 96 to 480" });
  assert.deepEqual([whole.kind, whole.whole, whole.step], ["number", true, 2]);
  assert.equal(quantityOf({ ...p, value: 1, min: undefined, max: "5" }).min, null);
  assert.equal(quantityOf({ ...p, value: true }).kind, "switch");
  assert.equal(quantityOf({ ...p, value: "pd", one_of: ["pd", "pid"] }).kind, "choice");
  assert.equal(quantityOf({ ...p, value: "text" }).kind, "text");
  assert.equal(toValue(quantityOf({ ...p, value: 0.3, min: "0", max: "1" }), 0.1 + 0.2), 0.3);
});

test("steps are nice, sections named", () => {
  assert.deepEqual([1, 5, 0.9, 384, 4950].map(niceStep), [0.005, 0.05, 0.005, 2, 50]);
  assert.equal(sectionOf("control.steering.kp"), "control.steering");
  assert.equal(sectionOf("method"), "");
});

test("the charts' history reaches back half a minute, with gaps where nothing came", () => {
  const h = new History(1);
  for (let i = 0; i < 10_000; i++) h.add(i * 33, [i]);
  const now = 9999 * 33;
  const [x, y] = h.columns(now);
  assert.ok(x.length <= (WindowS * 1000) / 33 + 2, `${x.length} points`);
  assert.ok(x.every((v, i) => v <= 0 && v >= -WindowS && (i === 0 || v > x[i - 1])));
  assert.equal(y.at(-1), 9999);
  h.add(now + 2000, [1]);
  assert.ok(h.columns(now + 2000)[1].includes(null));
});

test("the log is bounded, and counts what repeats", () => {
  const told = [];
  const log = new Log((e) => told.push(e.text));
  log.add("info", "one");
  log.add("info", "one");
  assert.equal(log.entries.length, 1);
  assert.equal(log.entries[0].count, 2);
  for (let i = 0; i < 2 * LogMost; i++) log.add("info", `entry ${i}`);
  assert.equal(log.entries.length, LogMost);
  assert.equal(told.length, 1 + 2 * LogMost);
});

test("latency per stage", () => {
  const l = new Latency();
  const ms = 1e6;
  l.lane({ frame_id: 5, capture_ns: 100 * ms, frame_published_ns: 104 * ms, published_ns: 111 * ms });
  l.control({ frame_id: 5, command_ns: 113 * ms });
  l.control({ frame_id: 6, command_ns: 999 * ms });
  l.network(4);
  const keys = ["camera", "detect", "control", "network", "display"];
  assert.deepEqual(keys.map((k) => l.value(k)), [4, 7, 2, 4, null]);
  const later = performance.now() + 3100;
  assert.deepEqual(keys.map((k) => l.value(k, later)), [null, null, null, null, null], "nothing has come for long");
});

const info = { id: 0, name: "car", address: "tcp://car:5557", commands: true, record: true };
const frame = (age_ms, delay_ms) => ({ vehicle: 0, seq: 1, frame_id: 1, width: 4, height: 3, timestamp_s: 0, age_ms, delay_ms });

test("the age is that of the picture that is shown, and the worst of a second", () => {
  const v = new Vehicle(info);
  assert.equal(v.age(0), null);
  v.onFrame(frame(30, 5), 1000);
  v.onDrawn(frame(30, 5), 1000, 1010);
  assert.equal(v.age(1010), 40);
  v.onDrawn(frame(30, 5), 1033, 1040);
  assert.equal(v.age(1050), 70, "just before it was replaced the first picture was 70 ms old");
  assert.equal(v.age(5000), 3997, "nothing new: it grows");
  assert.equal(v.delayMs(5000), 4005);
});

test("an emergency stop is latched when the vehicle says so, and over when it was cleared there", () => {
  const v = new Vehicle(info);
  v.stop = { state: "sending", sinceMs: 0 };
  const told = (data) => ({ type: "control", vehicle: 0, age_ms: 1, delay_ms: 1, clock: "exact", data });
  v.onControl(told({ state: "stopped", reason: "emergency", frame_id: 0 }), 0);
  assert.equal(v.stop.state, "latched");
  const status = (emergency_stop) => ({ data: { name: "controld", pid: 1, detail: { emergency_stop, operator: "" } } });
  v.onStatus(status(true));
  assert.equal(v.stop.state, "latched");
  v.onStatus(status(false));
  assert.equal(v.stop.state, "none");
});

test("restarts and returns are told, events once", () => {
  const v = new Vehicle(info);
  const texts = () => v.log.entries.map((e) => e.text);
  v.onStatus({ data: { name: "controld", pid: 1, detail: {} } });
  v.onStatus({ data: { name: "controld", pid: 2, detail: {} } });
  assert.deepEqual(texts(), ["controld was started again"]);
  const event = { data: { id: 1, time_s: 5, severity: "info", text: "armed", by: "" } };
  v.onEvent(event);
  v.onEvent(event);
  assert.equal(v.log.entries.length, 2);
  const link = (state, text) => v.onLink({ type: "link", vehicle: 0, state, text, since_s: 0 });
  link("live", "live");
  link("lost", "no message for 4 s");
  link("lost", "no message for 5 s");
  link("live", "live");
  assert.deepEqual(texts().slice(2), ["connected", "no message for 4 s", "the vehicle is back"]);
});

test("ages grow by the time that the computer slept", () => {
  const v = new Vehicle(info);
  v.onFrame(frame(30, 5), 1000);
  v.onDrawn(frame(30, 5), 1000, 1010);
  v.grow(3_600_000);
  assert.equal(v.silentMs(1020), 3_600_020);
  assert.ok(v.age(1020) >= 3_600_000);
});

test("what the vehicle said long ago is not what it says now, whenever it comes", () => {
  const v = new Vehicle(info);
  const told = (delay_ms, clock) => v.onControl({ type: "control", vehicle: 0, age_ms: 20, delay_ms, clock, data: { state: "active", reason: "none", frame_id: 0 } }, 1000);
  told(5000, "estimated");
  assert.equal(v.said.at(1000), 5000);
  assert.equal(v.clockEstimated, true);
  told(null, "");
  assert.equal(v.said.at(1400), 400);
  assert.equal(v.clockEstimated, true, "a message that does not know changes nothing");
});

test("a vehicle that left its lane when it was last heard of is not warned of for ever", () => {
  const v = new Vehicle(info);
  v.onControl({ type: "control", vehicle: 0, age_ms: 20, delay_ms: 5, clock: "exact", data: { state: "active", reason: "none", frame_id: 0, departure: "left" } }, 1000);
  assert.equal(v.departing(1100), "left");
  assert.equal(v.departing(2100), null);
});

test("events are told once, though controld was started again", () => {
  const v = new Vehicle(info);
  const event = { data: { id: 1, time_s: 5, severity: "info", text: "armed", by: "" } };
  v.onEvent(event);
  for (const pid of [1, 2]) v.onStatus({ data: { name: "controld", pid, detail: {} } });
  v.onEvent(event); // the page was connected again
  assert.deepEqual(v.log.entries.map((e) => e.text), ["armed", "controld was started again"]);
});

test("a recording that lane-viewer's end has ended is no complete one", () => {
  const v = new Vehicle(info);
  const told = (on, path) => v.onRecording({ type: "recording", vehicle: 0, path, bytes: 0, on, error: "" });
  told(true, "/tmp/car.mcap");
  told(false, "");
  assert.match(v.log.entries.at(-1).text, /^recording ended with lane-viewer: \/tmp\/car\.mcap/);
});

test("control is lost when lane-viewer says so", () => {
  const v = new Vehicle(info);
  v.hold();
  v.onEnded();
  v.onEnded();
  assert.equal(v.holding, false);
  assert.deepEqual(v.log.entries.map((e) => [e.text, e.count]), [["this page no longer has control", 1]]);
});

test("control is lost when the vehicle twice names nobody", () => {
  const v = new Vehicle(info);
  const status = (operator) => v.onStatus({ data: { name: "controld", pid: 1, detail: { operator } } });
  v.hold();
  status("");
  status("laptop");
  status("");
  assert.equal(v.holding, true);
  status("");
  assert.equal(v.holding, false);
});
