// The last seconds of a few quantities, for the strip charts.

/** WindowS is how far back the charts reach. */
export const WindowS = 30;

const most = 4000; // 120 a second for longer than the window

export interface Sample {
  atMs: number;
  values: (number | null)[];
}

export class History {
  private samples: Sample[] = [];

  constructor(private width: number) {}

  /** add takes one value for each quantity; null leaves a gap in the line. */
  add(atMs: number, values: (number | null)[]): void {
    const last = this.samples[this.samples.length - 1];
    if (last && atMs <= last.atMs) atMs = last.atMs + 0.001; // a chart's x must grow
    this.samples.push({ atMs, values });
    const oldest = atMs - (WindowS + 1) * 1000;
    let old = 0;
    while (old < this.samples.length && (this.samples[old]!.atMs < oldest || this.samples.length - old > most)) old++;
    if (old > 0) this.samples.splice(0, old);
  }

  clear(): void {
    this.samples = [];
  }

  /** columns are x in s before now (≤ 0), then one column a quantity. A hole longer than gapMs is a gap in the line. */
  columns(nowMs: number, gapMs = 500): (number | null)[][] {
    const out: (number | null)[][] = Array.from({ length: this.width + 1 }, () => []);
    let before = -Infinity;
    for (const s of this.samples) {
      const x = (s.atMs - nowMs) / 1000;
      if (x < -WindowS) continue;
      if (s.atMs - before > gapMs && before > -Infinity) {
        out[0]!.push(x - 0.001);
        for (let i = 0; i < this.width; i++) out[i + 1]!.push(null);
      }
      before = s.atMs;
      out[0]!.push(x);
      for (let i = 0; i < this.width; i++) out[i + 1]!.push(s.values[i] ?? null);
    }
    return out;
  }
}
