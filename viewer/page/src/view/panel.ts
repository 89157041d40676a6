// All about one vehicle.
import type { API } from "../api";
import type { FrameHeader, LaneFound } from "../contract";
import { el, id, setAttr, setText, show } from "../dom";
import { DelayLimits, PictureLimits, StaleMs, level } from "../model/age";
import { age, bytes, ms, stamp } from "../model/format";
import type { Vehicle } from "../model/vehicle";
import { badge } from "../model/words";
import type { Store, Toggles } from "../settings";
import { Button } from "./button";
import { Charts } from "./charts";
import { Commands } from "./commands";
import { Events } from "./events";
import { Gauges } from "./gauges";
import { icon, setIcon, type IconName } from "./icon";
import { Judged } from "./judged";
import { Params } from "./params";
import { Stream } from "./stream";
import { Video } from "./video";

const laneMissingMs = 300; // a picture now and then without its lane is not worth a word

const linkWords = { connecting: "connecting", live: "live", silent: "silent", lost: "not reachable" } as const;

export class Panel {
  readonly video: Video;
  readonly commands: Commands;
  readonly params: Params;
  readonly root: HTMLElement;
  readonly toggles: Record<keyof Toggles, Button>;
  readonly picture = new Button({ name: "Picture", icon: "camera", key: "I", onPress: () => void this.takePicture() });
  readonly record = new Button({ name: "Record", icon: "record", key: "V", class: "rec", onPress: () => void this.toggleRecording() });
  readonly full = new Button({ name: "Full screen", icon: "full", key: "F", onPress: () => void this.toggleFull() });
  readonly settings = new Button({ name: "Parameters", icon: "sliders", key: "S", onPress: () => this.toggleParams() });

  private gauges = new Gauges();
  private charts = new Charts();
  private stream = new Stream();
  private events = new Events();
  private age = new Judged("Age", "from the capture of what is shown until now: the worst of the last second");
  private delay = new Judged("Delay", "a message’s way from the vehicle to this page: the worst of the last second");
  private stateIcon = icon("unknown");
  private state = el("span", { class: "state-word", text: "Unknown" });
  private reason = el("span", { class: "state-reason" });
  private badge = el("p", { class: "state", "data-level": "unknown" }, this.stateIcon, this.state, this.reason);
  private link = el("span", { class: "link", text: "connecting" });
  private stage: HTMLElement;
  private notice = el("div", { class: "notice", hidden: true });
  private noticeTitle = el("strong");
  private noticeText = el("span");
  private laneNote = el("p", { class: "lane-note", hidden: true });
  private warnings: Record<"left" | "right", HTMLElement>;
  private recNote = el("p", { class: "rec-note", hidden: true });
  private lastLaneMs = 0;
  private toldStale = false;
  /** seenMs is since when the page is not hidden. */
  seenMs = 0;

  constructor(private vehicle: Vehicle, private api: API, private store: Store, ack: (f: FrameHeader) => void) {
    this.video = new Video({
      onDone: ack,
      onDrawn: (f, lane, receivedMs, nowMs) => this.onDrawn(f, lane, receivedMs, nowMs),
    });
    this.commands = new Commands(vehicle, api);
    this.params = new Params(vehicle, api, () => this.toggleParams());
    const toggle = (name: keyof Toggles, label: string, drawing: IconName, key: string) =>
      new Button({ name: label, icon: drawing, key, onPress: () => store.set(name, !store.values[name]) });
    this.toggles = {
      lines: toggle("lines", "Lines", "lines", "L"), area: toggle("area", "Lane", "area", "A"), marker: toggle("marker", "Offset", "marker", "O"),
    };
    const warning = (side: "left" | "right") =>
      el("p", { class: `departing ${side}`, hidden: true }, icon(side), el("span", { text: `Leaving the lane on the ${side}` }));
    this.warnings = { left: warning("left"), right: warning("right") };
    this.notice.append(icon("late"), this.noticeTitle, this.noticeText);
    this.stage = el("div", { class: "stage" },
      el("div", { class: "frame" }, this.video.canvas, this.laneNote, this.recNote, this.warnings.left, this.warnings.right, this.notice));
    const head = id("vehicle");
    this.root = el("article", { class: "panel", "aria-labelledby": head },
      el("header", { class: "panel-head" },
        el("div", { class: "who" }, el("h2", { id: head, text: vehicle.info.name }), this.link),
        this.badge,
        el("div", { class: "ages" }, this.age.root, this.delay.root)),
      el("div", { class: "panel-body" },
        el("div", { class: "see" }, this.stage, this.tools(), this.charts.root),
        el("div", { class: "think" }, this.commands.root, this.gauges.root, this.stream.root, this.events.root),
        this.params.root));
    this.video.canvas.setAttribute("aria-label", `What ${vehicle.info.name} sees`);
    store.onChange(() => this.apply());
    this.apply();
    this.shape(4, 3);
  }

  onFrame(header: FrameHeader): void {
    this.shape(header.width, header.height);
  }

  /** update is called a few times a second. */
  update(nowMs: number, connected: boolean): void {
    const v = this.vehicle;
    const silent = v.silentMs(nowMs);
    const ageMs = v.age(nowMs);
    const delayMs = v.delayMs(nowMs);
    const approx = v.clockEstimated ? "≥ " : "";
    this.age.show(ageMs === null ? "–" : approx + age(ageMs), level(ageMs, PictureLimits));
    this.delay.show(delayMs === null ? "–" : approx + age(delayMs), level(delayMs, DelayLimits));
    const stale = silent !== null && silent > StaleMs;
    this.showLink(connected);
    this.showNotice(connected, silent, stale, nowMs);
    const commandSilent = v.said.at(nowMs);
    const current = connected && commandSilent !== null && commandSilent < StaleMs;
    this.showState(current, commandSilent);
    const laneSilent = v.data.silentMs(nowMs) ?? Infinity;
    this.gauges.show(current ? v.control : null, connected && laneSilent < StaleMs ? v.lane : null, v.lane?.uncalibrated ?? false);
    this.stream.show(v);
    this.commands.show(connected);
    this.events.show(v.log);
    this.showDeparture(connected ? v.departing(nowMs) : null);
    this.showRecording(connected);
    this.showLaneNote(nowMs, stale);
  }

  drawCharts(nowMs: number): void {
    this.charts.update(this.vehicle.history, nowMs, this.vehicle.lane?.uncalibrated ?? false);
  }

  renewCharts(): void {
    this.charts.renew();
  }

  toggleParams(): void {
    const on = !this.params.open;
    this.settings.setPressed(on);
    setAttr(this.root, "data-params", on ? "yes" : null);
    this.params.setOpen(on);
    if (!on) this.settings.root.focus();
  }

  private tools(): HTMLElement {
    this.settings.setPressed(false);
    return el("div", { class: "tools" },
      el("div", { class: "tool-group", role: "group", "aria-label": "Drawn on the picture" }, ...Object.values(this.toggles).map((b) => b.root)),
      el("div", { class: "tool-group", role: "group", "aria-label": "Picture and recording" },
        this.picture.root, this.record.root, this.full.root, this.settings.root));
  }

  private apply(): void {
    const { lines, area, marker } = this.store.values;
    for (const name of ["lines", "area", "marker"] as const) this.toggles[name].setPressed(this.store.values[name]);
    this.video.setToggles({ lines, area, marker });
  }

  private onDrawn(f: FrameHeader, lane: LaneFound | null, receivedMs: number, nowMs: number): void {
    this.vehicle.onDrawn(f, receivedMs, nowMs);
    if (lane) this.lastLaneMs = nowMs;
  }

  /** shape keeps room for pictures of that shape. */
  private shape(width: number, height: number): void {
    if (width > 0 && height > 0) this.stage.style.setProperty("--ratio", (width / height).toFixed(4));
  }

  private showLink(connected: boolean): void {
    const state = connected ? (this.vehicle.link?.state ?? "connecting") : "lost";
    setText(this.link, connected ? `${linkWords[state]} · ${this.vehicle.info.address}` : "lane-viewer does not answer");
    setAttr(this.link, "data-state", state);
  }

  private showNotice(connected: boolean, silent: number | null, stale: boolean, nowMs: number): void {
    const v = this.vehicle;
    const waiting = silent === null;
    const on = !connected || stale || waiting;
    setAttr(this.stage, "data-stale", stale || (!connected && !waiting) ? "yes" : null);
    show(this.notice, on);
    if (on) {
      setText(this.noticeTitle, !connected ? "Connection to lane-viewer lost" : waiting ? "Waiting for the vehicle" : `No picture for ${ms(silent)}`);
      const link = v.link && v.link.state !== "live" ? v.link.text : waiting ? v.info.address : "The vehicle answers, but sends nothing to show.";
      setText(this.noticeText, connected ? link.charAt(0).toUpperCase() + link.slice(1) : "Trying again.");
    }
    // A page that was hidden has drawn nothing meanwhile: that is no news of the vehicle.
    if (stale !== this.toldStale && (!stale || nowMs - this.seenMs > StaleMs)) {
      this.toldStale = stale;
      if (stale) v.log.add("warning", "the picture stands still: nothing new comes");
      else if (connected) v.log.add("info", "pictures come again");
    }
  }

  private showState(current: boolean, silent: number | null): void {
    const c = this.vehicle.control;
    const b = c && badge(c.state, c.reason);
    if (!b || !current) {
      setText(this.state, "Unknown");
      setText(this.reason, b ? `controld silent for ${ms(silent)}` : "nothing heard from controld");
      setAttr(this.badge, "data-level", "unknown");
      setIcon(this.stateIcon, "unknown");
      return;
    }
    setText(this.state, b.state);
    const operator = this.vehicle.operator();
    setText(this.reason, b.reason !== "" ? b.reason : this.vehicle.holding ? "this page has control" : operator ? `${operator} has control` : "");
    setAttr(this.badge, "data-level", b.level);
    setIcon(this.stateIcon, b.level === "bad" ? "stop" : b.level);
  }

  private showDeparture(side: "left" | "right" | null): void {
    show(this.warnings.left, side === "left");
    show(this.warnings.right, side === "right");
  }

  private showLaneNote(nowMs: number, stale: boolean): void {
    const lane = this.video.lane;
    let text = "";
    if (lane === null && nowMs - this.lastLaneMs > laneMissingMs) text = "Lanes of this picture have not come";
    else if (lane && !lane.left && !lane.right) text = "No line found";
    setText(this.laneNote, text);
    show(this.laneNote, text !== "" && !stale);
  }

  private showRecording(connected: boolean): void {
    const { recording: r, info } = this.vehicle;
    this.record.setOff(info.record ? "" : "This viewer cannot write recordings: start it with --record-dir FOLDER.");
    this.record.setPressed(r?.on ?? false);
    show(this.recNote, connected && (r?.on ?? false));
    if (r?.on) setText(this.recNote, `● Recording ${bytes(r.bytes)}${r.dropped ? `, ${r.dropped} lost` : ""}`);
  }

  private async toggleRecording(): Promise<void> {
    const on = !(this.vehicle.recording?.on ?? false);
    const answer = await this.api.record(this.vehicle.info.id, on);
    if (!answer.ok) this.vehicle.log.add("warning", `could not ${on ? "start" : "stop"} recording: ${answer.error}`);
  }

  private async takePicture(): Promise<void> {
    const id = this.video.frameID;
    const png = await this.video.still();
    if (!png) {
      this.vehicle.log.add("warning", "no picture to take yet");
      return;
    }
    const url = URL.createObjectURL(png);
    const name = `${this.vehicle.info.name.replaceAll(/[^\w.-]+/g, "-")}-${stamp(new Date())}-${id}.png`;
    el("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    this.vehicle.log.add("info", `picture taken: ${name}`);
  }

  private async toggleFull(): Promise<void> {
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else await document.documentElement.requestFullscreen();
    } catch {
      this.vehicle.log.add("info", "this browser does not let the page fill the screen");
    }
  }
}
