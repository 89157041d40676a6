// What is known of one vehicle. It knows nothing of the page.
import type {
  Clock, Control, ControlMessage, Departure, EventMessage, FrameHeader, LaneFound, LaneMessage, Link, Recording, Stats, Status, StatusMessage, VehicleInfo,
} from "../contract";
import { Peak, Since, StaleMs } from "./age";
import { bytes } from "./format";
import { History } from "./history";
import { Log, type Entry } from "./log";
import { Latency } from "./stages";

export type StopState = { state: "none" | "latched" } | { state: "sending"; sinceMs: number } | { state: "failed"; error: string };

const eventsRemembered = 1000;
const silenceMs = 300; // messages come far more often: from here on their absence counts

export class Vehicle {
  link: Link | null = null;
  lane: LaneFound | null = null;
  control: Control | null = null;
  stats: Stats | null = null;
  recording: Recording | null = null;
  readonly statuses = new Map<string, Status>();
  clockEstimated = false;

  /** stop is what became of this page's emergency stop. */
  stop: StopState = { state: "none" };
  /** holding: this page has control. */
  holding = false;

  /** picture is the age of the picture on the page; arrived, of the newest that came; data, of lanes or commands. */
  readonly picture = new Since();
  readonly arrived = new Since();
  readonly data = new Since();
  readonly controlled = new Since();
  /** said is how long ago the vehicle sent what controld last said, as far as that is known. */
  readonly said = new Since();
  readonly delay = new Since();
  readonly latency = new Latency();
  /** history holds offset, heading, and the lane's left and right edge. */
  readonly history = new History(4);
  readonly log: Log;

  private pictures = false;
  private worstAge = new Peak(1000);
  private worstDelay = new Peak(1000);
  private withoutOperator = 0;
  private seenEvents = new Set<string>();

  constructor(public info: VehicleInfo, told: (entry: Entry) => void = () => {}) {
    this.log = new Log(told);
  }

  onFrame(f: FrameHeader, nowMs: number): void {
    this.pictures = true;
    this.arrived.set(f.age_ms, nowMs);
    this.onDelay(f.delay_ms, nowMs);
    this.latency.network(f.delay_ms);
  }

  /** onDrawn: the frame that came at receivedMs is on the page now. */
  onDrawn(f: FrameHeader, receivedMs: number, nowMs: number): void {
    this.sampleAge(nowMs);
    this.picture.set(f.age_ms, receivedMs);
    this.latency.display(nowMs - receivedMs);
  }

  onLane(m: LaneMessage, nowMs: number): void {
    const l = m.data;
    this.lane = l;
    this.onClock(m);
    this.data.set(m.age_ms, nowMs);
    this.onDelay(m.delay_ms, nowMs);
    this.latency.lane(l);
    const half = l.lane_width_m === null ? null : l.lane_width_m / 2;
    this.history.add(nowMs - (m.age_ms ?? 0), [l.offset_m, l.heading_rad, half, half === null ? null : -half]);
  }

  onControl(m: ControlMessage, nowMs: number): void {
    this.control = m.data;
    this.onClock(m);
    this.controlled.set(m.age_ms, nowMs);
    this.said.set(m.delay_ms ?? 0, nowMs);
    if (!this.pictures && !this.lane) this.onDelay(m.delay_ms, nowMs);
    this.latency.control(m.data);
    if (m.data.reason === "emergency" && this.stop.state !== "none") this.stop = { state: "latched" };
  }

  onStatus(m: StatusMessage): void {
    const s = m.data;
    const before = this.statuses.get(s.name);
    this.statuses.set(s.name, s);
    if (before && before.pid !== s.pid) this.log.add("warning", `${s.name} was started again`);
    if (s.name !== "controld") return;
    if (this.stop.state === "latched" && this.detail("emergency_stop") === false) this.stop = { state: "none" };
    if (!this.holding) return;
    this.withoutOperator = this.operator() === "" ? this.withoutOperator + 1 : 0;
    if (this.withoutOperator >= 2) this.onEnded();
  }

  /** onEnded: this page has lost control. */
  onEnded(): void {
    if (!this.holding) return;
    this.letGo();
    this.log.add("warning", "this page no longer has control");
  }

  onEvent(m: EventMessage): void {
    const e = m.data;
    const key = `${e.id} ${e.time_s}`;
    if (this.seenEvents.has(key)) return;
    this.seenEvents.add(key);
    for (const old of this.seenEvents) {
      if (this.seenEvents.size <= eventsRemembered) break;
      this.seenEvents.delete(old);
    }
    this.log.add(e.severity, e.text, e.by, new Date(e.time_s * 1000));
  }

  onLink(l: Link): void {
    const before = this.link?.state;
    this.link = l;
    if (before === l.state) return;
    if (l.state === "live") this.log.add("info", before === undefined || before === "connecting" ? "connected" : "the vehicle is back");
    else if (l.state !== "connecting") this.log.add(l.state === "lost" ? "error" : "warning", l.text);
  }

  onRecording(r: Recording): void {
    const before = this.recording;
    this.recording = r;
    const lost = r.dropped ? `, ${r.dropped} messages lost` : "";
    if (r.on && !before?.on) this.log.add("info", `recording to ${r.path}`);
    else if (!r.on && r.error !== "" && r.error !== before?.error) this.log.add("error", `recording ended: ${r.error}`);
    else if (!r.on && before?.on && r.path !== before.path) this.log.add("warning", `recording ended with lane-viewer: ${before.path}, or .part where that was killed`);
    else if (!r.on && before?.on) this.log.add("info", `recorded: ${r.path}, ${bytes(r.bytes)}${lost}`);
  }

  hold(): void {
    this.holding = true;
    this.withoutOperator = 0;
  }

  letGo(): void {
    this.holding = false;
  }

  /** cutOff: the page hears of this vehicle no more. */
  cutOff(): void {
    this.link = null;
    this.stats = null;
    this.letGo();
  }

  /** grow adds to all ages the time that this computer slept. */
  grow(ms: number): void {
    for (const since of [this.picture, this.arrived, this.data, this.controlled, this.said, this.delay]) since.grow(ms);
  }

  /** age in ms of what the page shows: the worst of the last second, and growing while nothing comes. */
  age(nowMs: number): number | null {
    this.sampleAge(nowMs);
    if (this.shown().at(nowMs) !== null) return this.worstAge.at(nowMs);
    const silent = this.silentMs(nowMs); // where nobody knows, it is at least that
    return silent !== null && silent > StaleMs ? silent : null;
  }

  /** silentMs is how long the page has shown the same picture, null when there was none. */
  silentMs(nowMs: number): number | null {
    return this.shown().silentMs(nowMs);
  }

  /** delayMs is how long messages travel: the worst of the last second, and growing while none comes. */
  delayMs(nowMs: number): number | null {
    const silent = this.delay.silentMs(nowMs);
    if (silent !== null && silent > silenceMs) return this.delay.at(nowMs);
    return this.worstDelay.at(nowMs);
  }

  /** departing is the side on which the vehicle leaves its lane, if that is known to be so now. */
  departing(nowMs: number): "left" | "right" | null {
    let side: Departure | undefined;
    if ((this.data.silentMs(nowMs) ?? Infinity) < StaleMs) side = this.lane?.departure;
    else if ((this.said.at(nowMs) ?? Infinity) < StaleMs) side = this.control?.departure;
    return side === "left" || side === "right" ? side : null;
  }

  /** detail is a value of controld's own status, undefined when it has not told. */
  detail(key: string): unknown {
    return this.statuses.get("controld")?.detail?.[key];
  }

  /** operator is the name of who has control, "" for nobody. */
  operator(): string {
    const name = this.detail("operator");
    return typeof name === "string" ? name : "";
  }

  get emergency(): boolean {
    return this.control?.reason === "emergency" || this.detail("emergency_stop") === true;
  }

  get paused(): boolean {
    return this.control ? this.control.reason === "paused" : this.detail("paused") === true;
  }

  get linkLost(): boolean {
    return this.control ? /^link.lost$/.test(this.control.reason) : this.detail("link_lost") === true;
  }

  private shown(): Since {
    if (this.pictures) return this.picture;
    return this.lane ? this.data : this.controlled;
  }

  private sampleAge(nowMs: number): void {
    const ms = this.shown().at(nowMs);
    if (ms !== null) this.worstAge.add(ms, nowMs);
  }

  private onClock(m: { clock: Clock }): void {
    if (m.clock !== "") this.clockEstimated = m.clock === "estimated";
  }

  private onDelay(ms: number | null, nowMs: number): void {
    this.delay.set(ms, nowMs);
    if (ms !== null) this.worstDelay.add(ms, nowMs);
  }
}
