// How old data is, and how that is judged.

export type Level = "good" | "late" | "bad" | "unknown";

/** Limits are the ages in ms up to which something is good, and up to which it is only late. */
export interface Limits {
  good: number;
  late: number;
}

/** PictureLimits judge the age of the picture: capture to now. */
export const PictureLimits: Limits = { good: 250, late: 600 };

/** DelayLimits judge how long messages travel. */
export const DelayLimits: Limits = { good: 100, late: 300 };

/** StaleMs is the age from which a picture is shown grey: it is history. */
export const StaleMs = 1000;

export function level(ms: number | null, limits: Limits): Level {
  if (ms === null || Number.isNaN(ms)) return "unknown";
  if (ms <= limits.good) return "good";
  return ms <= limits.late ? "late" : "bad";
}

export const levelWords: Record<Level, string> = { good: "good", late: "late", bad: "too old", unknown: "unknown" };

/**
 * Since holds a value in ms that was true when it came, and has grown ever since. Where the sender did not know, it counts
 * from when it came, which is too little.
 */
export class Since {
  private ms: number | null = null;
  private atMs: number | null = null;

  set(ms: number | null, nowMs: number): void {
    this.ms = ms;
    this.atMs = nowMs;
  }

  /** grow adds time that the clock has not counted. */
  grow(ms: number): void {
    if (this.atMs !== null) this.atMs -= ms;
  }

  /** at is the value at a time, null when nothing came or the sender did not know. */
  at(nowMs: number): number | null {
    return this.ms === null || this.atMs === null ? null : this.ms + Math.max(0, nowMs - this.atMs);
  }

  /** silentMs is how long ago it came, null for never. */
  silentMs(nowMs: number): number | null {
    return this.atMs === null ? null : Math.max(0, nowMs - this.atMs);
  }
}

/** Peak is the largest value of the last windowMs, so that a number on the page keeps still and never flatters. */
export class Peak {
  private values: { ms: number; atMs: number }[] = [];

  constructor(private windowMs: number) {}

  add(ms: number, nowMs: number): void {
    while (this.values.length > 0 && this.values[this.values.length - 1]!.ms <= ms) this.values.pop();
    this.values.push({ ms, atMs: nowMs });
    this.trim(nowMs);
  }

  at(nowMs: number): number | null {
    this.trim(nowMs);
    return this.values[0]?.ms ?? null;
  }

  private trim(nowMs: number): void {
    while (this.values.length > 0 && nowMs - this.values[0]!.atMs > this.windowMs) this.values.shift();
  }
}
