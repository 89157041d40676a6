// Where the time from capture to the page goes.
import type { Control, LaneFound } from "../contract";

export interface Stage {
  key: "camera" | "detect" | "control" | "network" | "display";
  name: string;
  doc: string;
}

export const stages: Stage[] = [
  { key: "camera", name: "Camera", doc: "capture until the frame is in shared memory" },
  { key: "detect", name: "Detect", doc: "until the lanes are in shared memory" },
  { key: "control", name: "Control", doc: "until the command is computed" },
  { key: "network", name: "Network", doc: "a message's way from the vehicle to this computer" },
  { key: "display", name: "Display", doc: "from there until it is drawn here" },
];

const kept = 61;
const goneMs = 3000; // without a new value there is none to show

/** Median of the latest values. */
class Median {
  private values: number[] = [];
  private next = 0;
  private atMs = -Infinity;

  add(v: number, nowMs: number): void {
    if (!Number.isFinite(v) || v < 0) return;
    if (nowMs - this.atMs > goneMs) {
      this.values = [];
      this.next = 0;
    }
    this.atMs = nowMs;
    this.values[this.next] = v;
    this.next = (this.next + 1) % kept;
  }

  value(nowMs: number): number | null {
    if (this.values.length === 0 || nowMs - this.atMs > goneMs) return null;
    const sorted = [...this.values].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)]!;
  }
}

/** Latency follows each stage's median over the last two seconds or so, in ms. What has not come for three is unknown. */
export class Latency {
  private medians = new Map<Stage["key"], Median>();
  private published = new Map<number, number>();

  lane(l: LaneFound): void {
    if (l.frame_published_ns > 0) {
      this.add("camera", (l.frame_published_ns - l.capture_ns) / 1e6);
      this.add("detect", (l.published_ns - l.frame_published_ns) / 1e6);
    } else {
      this.add("detect", (l.published_ns - l.capture_ns) / 1e6);
    }
    this.published.set(l.frame_id, l.published_ns);
    for (const id of this.published.keys()) {
      if (this.published.size <= kept) break;
      this.published.delete(id);
    }
  }

  control(c: Control): void {
    const published = this.published.get(c.frame_id);
    if (published !== undefined && c.frame_id !== 0) this.add("control", (c.command_ns - published) / 1e6);
  }

  network(ms: number | null): void {
    if (ms !== null) this.add("network", ms);
  }

  display(ms: number): void {
    this.add("display", ms);
  }

  value(key: Stage["key"], nowMs = performance.now()): number | null {
    return this.medians.get(key)?.value(nowMs) ?? null;
  }

  private add(key: Stage["key"], ms: number): void {
    let m = this.medians.get(key);
    if (!m) this.medians.set(key, (m = new Median()));
    m.add(ms, performance.now());
  }
}
