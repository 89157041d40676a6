// A synthetic vehicle, and the part of lane-viewer that the page sees of it: the same messages, requests and headers.
import { createReadStream, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { parameters, refusal } from "./params.mjs";
import { frame, laneWidthM, perSecond, picture, road } from "./road.mjs";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const types = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const csp = "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; frame-ancestors 'none'; base-uri 'none'";
const inFlight = 2;

class Vehicle {
  constructor(id, name, o) {
    Object.assign(this, { id, name, commands: true, record: true, streaming: true, lanes: true, state: "active", reason: "none", departure: "none" });
    Object.assign(this, { link: "live", linkText: "live", operator: "", emergency: false, pid: 4100, events: 0, received: [] }, o);
    this.params = parameters();
    this.recording = { path: "", bytes: 0, on: false, error: "" };
    this.frameID = 1000 * (id + 1);
    this.truth = new Map(); // the lanes of the last frames, by frame id
  }

  get info() {
    return { id: this.id, name: this.name, address: `tcp://10.0.0.${7 + this.id}:5557`, commands: this.commands, record: this.record };
  }

  command(name, args) {
    this.received.push({ name, args });
    if (this.silent) return { ok: false, error: "no answer from the vehicle" };
    if (!this.commands) return { ok: false, error: "this vehicle takes no commands from here" };
    if (name === "estop") Object.assign(this, { emergency: true, state: "stopped", reason: "emergency", operator: "" });
    else if (this.emergency && name === "resume") return { ok: false, error: "an emergency stop is latched: lanectl estop --clear on the vehicle" };
    else if (name === "pause") Object.assign(this, { state: "stopped", reason: "paused" });
    else if (name === "resume") Object.assign(this, { state: "active", reason: "none" });
    else if (name === "take") this.operator = "laptop";
    else if (name === "give") this.operator = "";
    else if (name === "set") {
      for (const [key, value] of Object.entries(args.values)) {
        const p = this.params.find((p) => p.daemon === args.daemon && p.name === key);
        const why = p ? refusal(p, value) : `no parameter ${key}`;
        if (why) return { ok: false, error: why };
        p.value = value;
      }
    }
    return { ok: true, error: "", result: null };
  }
}

/** start serves vehicles on a port of 127.0.0.1 (0: any) and gives what a test needs to play with them. */
export async function start({ port = 0, vehicles = [{ name: "car-1" }], drift = 0 } = {}) {
  const loop = road(drift);
  let token = Math.random().toString(36).slice(2);
  const fleet = vehicles.map(({ name, ...o }, id) => new Vehicle(id, name, o));
  const pages = new Set();
  let tick = 0;

  const server = createServer((req, res) => {
    const url = new URL(req.url, "http://localhost");
    res.setHeader("Content-Security-Policy", csp);
    res.setHeader("Cache-Control", "no-store");
    const api = /^\/api\/vehicles\/(\d+)\/(?:commands\/(\w+)|(params)|(recording))$/.exec(url.pathname);
    if (api) return void answer(req, res, fleet[api[1]], api);
    if (url.pathname === "/") {
      res.setHeader("Content-Type", "text/html; charset=utf-8");
      return void res.end(readFileSync(join(dist, "index.html"), "utf8").replace("{{token}}", token));
    }
    if (!/^\/assets\/[\w.-]+$/.test(url.pathname)) return void res.writeHead(404).end();
    res.setHeader("Content-Type", types[extname(url.pathname)] ?? "application/octet-stream");
    createReadStream(join(dist, url.pathname)).on("error", () => res.writeHead(404).end()).pipe(res);
  });

  async function answer(req, res, vehicle, [, , command, params]) {
    const json = (status, body) => res.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    if (req.headers["x-lanekeeper-token"] !== token) return json(403, { error: "wrong token: load the page anew" });
    if (!vehicle) return json(404, { error: "no such vehicle" });
    if (params) return vehicle.commands ? json(200, vehicle.params) : json(409, { error: "this viewer has no key" });
    let text = "";
    for await (const chunk of req) text += chunk;
    const body = JSON.parse(text || "{}");
    if (command) {
      const result = vehicle.command(command, body);
      if (result.ok && command !== "set") event(vehicle, "order", command === "estop" ? "warning" : "info", `${command} ordered`, "laptop");
      return json(result.ok ? 200 : 409, result);
    }
    Object.assign(vehicle.recording, { on: body.on, path: `${vehicle.name}-2026-11-26T180501.mcap`, bytes: body.on ? 0 : vehicle.recording.bytes });
    tell({ type: "recording", vehicle: vehicle.id, ...vehicle.recording });
    return json(200, { ok: true });
  }

  const sockets = new WebSocketServer({ server, path: "/stream" });
  sockets.on("connection", (socket) => {
    const page = { socket, seq: fleet.map(() => 0), acked: fleet.map(() => 0), keeps: 0 };
    pages.add(page);
    socket.on("close", () => pages.delete(page));
    socket.on("message", (data) => {
      const m = JSON.parse(data);
      if (m.type === "ack") page.acked[m.vehicle] = Math.max(page.acked[m.vehicle], m.seq);
      if (m.type === "keep") page.keeps++;
    });
    socket.send(JSON.stringify({ type: "hello", version: "0.0.0", page: String(pages.size), vehicles: fleet.map((v) => v.info) }));
    for (const v of fleet) socket.send(JSON.stringify(link(v)));
  });

  const link = (v) => ({ type: "link", vehicle: v.id, state: v.link, text: v.linkText, since_s: 1 });
  const tell = (m) => pages.forEach((p) => p.socket.send(JSON.stringify(m)));
  const told = (type, v, data, age, delay) => tell({ type, vehicle: v.id, age_ms: age, delay_ms: delay, clock: "exact", data });

  function event(v, kind, severity, text, by = "") {
    told("event", v, { id: ++v.events, time_s: Date.now() / 1000, kind, severity, text, state: v.state, reason: v.reason, by }, 2, 2);
  }

  function stream(v) {
    if (!v.streaming) return;
    const now = Date.now();
    const moving = v.state === "active" || v.state === "degraded";
    if (moving) v.at = ((v.at ?? v.id * 40) + 1) % loop.length;
    const r = loop[v.at ?? 0];
    const id = ++v.frameID;
    const ns = now * 1e6;
    const jitter = Math.random();
    const capture = ns - (22 + 8 * jitter) * 1e6;
    const line = (points, o) => ({ points, extrapolated: [7, 8], confidence: 0.93, tracked: false, inferred: false, network: false, agreed: true, ...o });
    const lane = {
      frame_id: id, capture_ns: capture, frame_published_ns: capture + 6.2e6, published_ns: capture + 13.4e6, sent_ns: ns - 3e6, ...frame, method: "cv",
      processing_time_ms: 2.1, left: v.noLeft ? null : line(r.left, v.leftLine), right: line(r.right, v.rightLine),
      offset_m: r.offset, heading_rad: -r.heading, curvature_per_m: r.curvature, lane_width_m: laneWidthM, departure: v.departure, uncalibrated: false,
      network_age_ms: null, frames_evaluated: id, frames_overrun: 0, frames_skipped: 0,
    };
    v.truth.set(id, { left: r.left, right: r.right });
    v.truth.delete(id - 300);
    const control = {
      frame_id: id, capture_ns: capture, command_ns: capture + 14.9e6, valid_until_ns: ns + 1e8, published_ns: capture + 15e6, sent_ns: ns - 2e6,
      state: v.state, reason: v.reason, steering: moving ? r.heading * 3 + r.curvature * 0.9 : 0, throttle: moving ? 0.38 + r.heading : 0, brake: v.emergency ? 1 : 0,
      speed_mps: moving ? 0.79 + r.heading / 2 : 0, offset_m: r.offset, heading_rad: -r.heading, confidence: 0.93, departure: v.departure,
    };
    for (const p of pages) {
      if (p.seq[v.id] - p.acked[v.id] >= inFlight) continue;
      const header = Buffer.from(JSON.stringify({
        vehicle: v.id, seq: ++p.seq[v.id], frame_id: id, ...picture, timestamp_s: capture / 1e9, age_ms: 24 + 8 * jitter, delay_ms: 4 + 3 * jitter,
      }));
      const size = Buffer.alloc(4);
      size.writeUInt32LE(header.length);
      p.socket.send(Buffer.concat([size, header, r.jpeg]));
    }
    if (v.lanes) told("lane", v, lane, 24 + 8 * jitter, 4 + 3 * jitter);
    if (!v.deaf) told("control", v, control, 25 + 8 * jitter, 3 + 2 * jitter);
  }

  function second(v) {
    if (v.link !== "live") tell(link(v));
    if (!v.streaming) return;
    const status = (name, detail) => told("status", v, { name, version: "0.0.0", pid: v.pid, uptime_s: 60, line: "driving", sent_ns: 0, wall_s: Date.now() / 1000, boot_id: "", sender: {}, detail }, 2, 2);
    status("controld", { state: v.state, reason: v.reason, armed: true, emergency_stop: v.emergency, paused: v.reason === "paused", link_lost: false, operator: v.operator });
    status("lane-detectd", { method: "cv" });
    if (v.recording.on) tell({ type: "recording", vehicle: v.id, ...v.recording, bytes: (v.recording.bytes += 410_000) });
    tell({ type: "stats", vehicle: v.id, fps: 29.9 + Math.random() / 5, frames: v.frameID - 1000, dropped: 3, bytes_per_s: 412_000, delay_p50_ms: 5.2, delay_p99_ms: 8.9 });
  }

  const timer = setInterval(() => {
    tick++;
    for (const v of fleet) {
      stream(v);
      if (tick % perSecond === 0) second(v);
    }
  }, 1000 / perSecond);

  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    vehicles: fleet,
    pages,
    event,
    setLink(v, state, text) {
      Object.assign(v, { link: state, linkText: text });
      tell(link(v));
    },
    /** restart is a server that was started again: it has another token. */
    restart() {
      this.renew();
      this.cut();
    },
    /** renew makes another token; the pages have not noticed. */
    renew: () => (token = Math.random().toString(36).slice(2)),
    /** cut ends the streams of all pages. */
    cut: () => pages.forEach((p) => p.socket.terminate()),
    async stop() {
      clearInterval(timer);
      pages.forEach((p) => p.socket.terminate());
      server.closeAllConnections?.();
      await new Promise((done) => server.close(done));
    },
  };
}
