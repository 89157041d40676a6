// How the stream does: frame rate, drops, and where the time goes.
import { el, setAttr, setText, show } from "../dom";
import { bytes, fixed, ms } from "../model/format";
import { stages } from "../model/stages";
import type { Vehicle } from "../model/vehicle";

const leastFullMs = 100; // the bar's length at least, so that it does not jump

export class Stream {
  private figures = new Map<string, HTMLElement>();
  private parts = new Map<string, { piece: HTMLElement; value: HTMLElement }>();
  private bar = el("div", { class: "stack", "aria-hidden": "true" });
  private scale = el("span", { class: "stack-scale" });
  private full = leastFullMs;
  private estimated = el("p", {
    class: "hint", hidden: true,
    text: "The vehicle’s clock is estimated from its fastest message: ages and delays are at least this.",
  });
  readonly root: HTMLElement;
  private before: number | null = null; // frames that lane-viewer had missed when the page was opened

  constructor() {
    const numbers = el("dl", { class: "figures" });
    for (const name of ["Frame rate", "Dropped", "Data rate", "Delay p50 / p99"]) {
      const value = el("dd", { text: "–" });
      this.figures.set(name, value);
      numbers.append(el("div", {}, el("dt", { text: name }), value));
    }
    const list = el("dl", { class: "stages" });
    for (const stage of stages) {
      const piece = el("div", { class: `piece ${stage.key}` });
      const value = el("dd", { text: "–" });
      this.parts.set(stage.key, { piece, value });
      this.bar.append(piece);
      list.append(el("div", { title: `${stage.name}: ${stage.doc}` }, el("dt", {}, el("span", { class: `swatch ${stage.key}` }), stage.name), value));
    }
    const id = `stream-${Math.random().toString(36).slice(2)}`;
    this.root = el("section", { class: "card stream", "aria-labelledby": id },
      el("div", { class: "card-head" }, el("h3", { id, text: "Latency per stage" }), this.scale),
      this.bar, list, numbers, this.estimated);
  }

  show(v: Vehicle): void {
    let sum = 0;
    for (const stage of stages) sum += v.latency.value(stage.key) ?? 0;
    const want = Math.max(leastFullMs, Math.ceil(sum / 50) * 50);
    if (want > this.full || want < this.full / 2) this.full = want;
    for (const stage of stages) {
      const value = v.latency.value(stage.key);
      const part = this.parts.get(stage.key)!;
      part.piece.style.width = `${Math.min(100, (100 * (value ?? 0)) / this.full).toFixed(1)}%`;
      setText(part.value, ms(value));
    }
    setText(this.scale, sum === 0 ? "" : `${ms(sum)} in all`);
    const s = v.stats;
    this.figure("Frame rate", s ? `${fixed(s.fps, 1)} /s` : "–");
    if (s && (this.before === null || s.dropped < this.before)) this.before = this.before === null ? s.dropped : 0;
    this.figure("Dropped", s ? String(s.dropped - this.before!) : "–");
    setAttr(this.figures.get("Dropped")!, "title", "frames, since this page was opened");
    this.figure("Data rate", s ? `${bytes(s.bytes_per_s)}/s` : "–");
    this.figure("Delay p50 / p99", s ? `${fixed(s.delay_p50_ms, 1)} / ${ms(s.delay_p99_ms)}` : "–");
    show(this.estimated, v.clockEstimated);
  }

  private figure(name: string, text: string): void {
    setText(this.figures.get(name)!, text);
  }
}
