// The picture with its lanes on a canvas.
import type { FrameHeader, LaneFound, Point } from "../contract";
import { el } from "../dom";
import { Matcher, type Matched } from "../model/match";
import type { Toggles } from "../settings";
import { drawOverlay, scaled } from "./overlay";

interface Decoded {
  header: FrameHeader;
  bitmap: ImageBitmap;
  receivedMs: number;
}

/** Drawn is what the page shows, for tests and measurements. */
export interface Drawn {
  frame_id: number;
  canvas: { width: number; height: number };
  frame: { width: number; height: number } | null; // that the lane's own points refer to
  lanes: { left: Point[] | null; right: Point[] | null } | null;
}

/** Timing says when a frame was drawn, by the clock of day: [frame_id, timestamp_s, drawn at ms]. */
export type Timing = [number, number, number];

const timingsKept = 2000;
const widest = 1600; // px: more costs time and shows nothing

export interface VideoListener {
  /** onDone: the frame is drawn, or never will be. */
  onDone(header: FrameHeader): void;
  onDrawn(header: FrameHeader, lane: LaneFound | null, receivedMs: number, nowMs: number): void;
}

export class Video {
  readonly canvas = el("canvas", { class: "picture", role: "img", width: 640, height: 480 });
  readonly timings: Timing[] = [];
  frames = 0;
  drawn: Drawn | null = null;

  private matcher = new Matcher<Decoded, LaneFound>((d) => this.drop(d));
  private pen = this.canvas.getContext("2d", { alpha: false })!;
  private current: Matched<Decoded, LaneFound> | null = null;
  private lastSeq = -1;
  private lastLane = 0;
  private asked = false;
  private generation = 0;
  private want: Toggles = { lines: true, area: true, marker: true };

  constructor(private listener: VideoListener) {
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.matcher.clear();
    });
  }

  onFrame(header: FrameHeader, jpeg: Uint8Array<ArrayBuffer>): void {
    const receivedMs = performance.now();
    if (document.hidden) {
      this.listener.onDone(header);
      return;
    }
    const generation = this.generation;
    createImageBitmap(new Blob([jpeg], { type: "image/jpeg" })).then(
      (bitmap) => {
        const d = { header, bitmap, receivedMs };
        if (generation !== this.generation || document.hidden || header.seq <= this.lastSeq) {
          this.drop(d);
          return;
        }
        this.matcher.addFrame(header.frame_id, d, performance.now());
        this.ask();
      },
      () => this.listener.onDone(header), // not a picture
    );
  }

  onLane(lane: LaneFound): void {
    if (lane.frame_id < this.lastLane - 64) this.matcher.clear(); // the camera counts anew
    this.lastLane = lane.frame_id;
    this.matcher.addLane(lane.frame_id, lane, performance.now());
    if (!document.hidden) this.ask();
  }

  /** restart: frames of another connection come from now on. */
  restart(): void {
    this.generation++;
    this.lastSeq = -1;
    this.matcher.clear();
  }

  setToggles(want: Toggles): void {
    this.want = want;
    this.paint();
  }

  /** lane is the one drawn on the picture that is shown, undefined while there is no picture. */
  get lane(): LaneFound | null | undefined {
    return this.current === null ? undefined : this.current.lane;
  }

  get frameID(): number {
    return this.current?.id ?? 0;
  }

  /** still is the picture with its overlay as a PNG file, in the camera's own size. */
  still(): Promise<Blob | null> {
    const shown = this.current;
    if (!shown) return Promise.resolve(null);
    const { bitmap } = shown.frame;
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(bitmap.width, shown.lane?.width ?? 0);
    canvas.height = Math.round((canvas.width * bitmap.height) / bitmap.width);
    const pen = canvas.getContext("2d", { alpha: false });
    if (!pen) return Promise.resolve(null);
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    if (shown.lane) drawOverlay(pen, shown.lane, canvas.width, canvas.height, this.want);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }

  private ask(): void {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.next();
    });
  }

  private next(): void {
    const now = performance.now();
    const m = this.matcher.take(now);
    if (m) {
      this.current?.frame.bitmap.close();
      this.current = m;
      this.lastSeq = m.frame.header.seq;
      try {
        this.paint();
        this.note(m);
        this.listener.onDrawn(m.frame.header, m.lane, m.frame.receivedMs, performance.now());
      } finally {
        this.listener.onDone(m.frame.header); // without it no further picture comes
      }
    }
    const wait = this.matcher.nextMs(now);
    if (wait !== null && wait > 0) setTimeout(() => this.ask(), wait);
    else if (wait === 0) this.ask();
  }

  private note(m: Matched<Decoded, LaneFound>): void {
    this.frames++;
    this.timings.push([m.id, m.frame.header.timestamp_s, Date.now()]);
    if (this.timings.length > timingsKept) this.timings.splice(0, this.timings.length - timingsKept);
  }

  private paint(): void {
    const m = this.current;
    if (!m) return;
    const { width, height } = this.canvas;
    this.pen.drawImage(m.frame.bitmap, 0, 0, width, height);
    if (m.lane) drawOverlay(this.pen, m.lane, width, height, this.want);
    this.drawn = {
      frame_id: m.id,
      canvas: { width, height },
      frame: m.lane && { width: m.lane.width, height: m.lane.height },
      lanes: m.lane && scaled(m.lane, width, height),
    };
  }

  private resize(): void {
    const box = this.canvas.getBoundingClientRect();
    if (box.width === 0) return;
    const width = Math.min(widest, Math.round(box.width * Math.min(2, devicePixelRatio)));
    const height = Math.round((width * box.height) / box.width);
    if (width === this.canvas.width && height === this.canvas.height) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.paint();
  }

  private drop(d: Decoded): void {
    d.bitmap.close();
    this.listener.onDone(d.header);
  }
}
