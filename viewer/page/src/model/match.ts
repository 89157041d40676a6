// A frame and its lane travel in messages of their own. A lane is only ever drawn on the frame that it was found in, so a
// frame that came first waits for its lane, but not for long.

/** HoldMs is how long a frame waits for its lane. */
export const HoldMs = 60;

/** LanesGoneMs after the last lane of all, none is waited for: the vehicle sends none. */
const LanesGoneMs = 1000;

const lanesKept = 64;
const framesKept = 4;

export interface Matched<Frame, Lane> {
  id: number;
  frame: Frame;
  lane: Lane | null;
}

interface Held<Frame> {
  id: number;
  frame: Frame;
  sinceMs: number;
}

export class Matcher<Frame, Lane> {
  private held: Held<Frame>[] = [];
  private lanes = new Map<number, Lane>();
  private lastLaneMs = -Infinity;

  /** discard is told of each frame that is not going to be drawn. */
  constructor(private discard: (frame: Frame) => void) {}

  addFrame(id: number, frame: Frame, nowMs: number): void {
    this.held.push({ id, frame, sinceMs: nowMs });
    while (this.held.length > framesKept) this.drop();
  }

  addLane(id: number, lane: Lane, nowMs: number): void {
    this.lastLaneMs = nowMs;
    this.lanes.delete(id);
    this.lanes.set(id, lane);
    for (const old of this.lanes.keys()) {
      if (this.lanes.size <= lanesKept) break;
      this.lanes.delete(old);
    }
  }

  /** take is the newest frame that can be drawn now, or null; older ones are discarded. */
  take(nowMs: number): Matched<Frame, Lane> | null {
    for (let i = this.held.length - 1; i >= 0; i--) {
      const h = this.held[i]!;
      const lane = this.lanes.get(h.id) ?? null;
      if (lane === null && this.waits(nowMs) && nowMs - h.sinceMs < HoldMs) continue;
      for (let k = 0; k < i; k++) this.drop();
      this.held.shift();
      return { id: h.id, frame: h.frame, lane };
    }
    return null;
  }

  /** nextMs is how long until a frame that waits is drawn without a lane, or null when none waits. */
  nextMs(nowMs: number): number | null {
    const first = this.held[0];
    if (!first) return null;
    return this.waits(nowMs) ? Math.max(0, first.sinceMs + HoldMs - nowMs) : 0;
  }

  /** clear forgets everything: the vehicle counts its frames anew. */
  clear(): void {
    while (this.held.length > 0) this.drop();
    this.lanes.clear();
    this.lastLaneMs = -Infinity;
  }

  private waits(nowMs: number): boolean {
    return nowMs - this.lastLaneMs < LanesGoneMs;
  }

  private drop(): void {
    const h = this.held.shift();
    if (h) this.discard(h.frame);
  }
}
