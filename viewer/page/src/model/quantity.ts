// Parameters as sliders: the text and numbers of the vehicle's configuration, and what a slider needs.
import type { Param } from "../contract";

export type Kind = "number" | "duration" | "choice" | "switch" | "text";

export interface Quantity {
  kind: Kind;
  unit: string;
  min: number | null;
  max: number | null;
  step: number;
  whole: boolean;
}

const unitNs: Record<string, number> = { ns: 1, us: 1e3, "µs": 1e3, ms: 1e6, s: 1e9, m: 6e10, h: 3.6e12 };

/** durationMs reads what Go writes for a duration, "1m30s" or "40ms", in ms; null for anything else. */
export function durationMs(text: string): number | null {
  const m = /^([-+]?)((?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+|0)$/.exec(text.trim());
  if (!m) return null;
  let ns = 0;
  for (const [, n, unit] of m[2]!.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) ns += Number(n) * unitNs[unit!]!;
  return ((m[1] === "-" ? -1 : 1) * ns) / 1e6;
}

/** niceStep is about a two-hundredth of a range, as 1, 2 or 5 times a power of ten. */
export function niceStep(range: number): number {
  if (!(range > 0)) return 0.01;
  const raw = range / 200;
  const power = 10 ** Math.floor(Math.log10(raw));
  const nice = [1, 2, 5, 10].find((n) => n * power >= raw * 0.999) ?? 10;
  return Number((nice * power).toPrecision(1));
}

/** quantityOf is how a parameter is shown. Durations are in ms, or in s where they reach beyond ten. */
export function quantityOf(p: Param): Quantity {
  const q: Quantity = { kind: "text", unit: p.unit ?? "", min: null, max: null, step: 1, whole: false };
  if (p.one_of && p.one_of.length > 0) return { ...q, kind: "choice" };
  if (typeof p.value === "boolean") return { ...q, kind: "switch" };
  if (typeof p.value === "string") {
    if (durationMs(p.value) === null) return q;
    const min = durationMs(p.min ?? "");
    const max = durationMs(p.max ?? "");
    const scale = (max ?? 0) > 10_000 ? 1000 : 1;
    q.kind = "duration";
    q.unit = scale === 1 ? "ms" : "s";
    q.min = min === null ? null : min / scale;
    q.max = max === null ? null : max / scale;
  } else if (typeof p.value === "number") {
    q.kind = "number";
    q.min = p.min ? Number(p.min) : null;
    q.max = p.max ? Number(p.max) : null;
    q.whole = /\bwhole\b/.test(p.allowed);
  } else {
    return q;
  }
  q.step = niceStep(q.min !== null && q.max !== null ? q.max - q.min : 0);
  if (q.whole) q.step = Math.max(1, Math.round(q.step));
  return q;
}

/** toNumber is a parameter's value in the quantity's unit. */
export function toNumber(q: Quantity, value: unknown): number {
  if (q.kind !== "duration") return Number(value);
  const ms = durationMs(String(value)) ?? NaN;
  return q.unit === "s" ? ms / 1000 : ms;
}

/** toValue is a number as the vehicle wants it. */
export function toValue(q: Quantity, n: number): unknown {
  const clean = Number(n.toPrecision(12));
  return q.kind === "duration" ? `${clean}${q.unit}` : clean;
}

/** digits are those after the point that a step needs. */
export function digits(step: number): number {
  return step >= 1 ? 0 : Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
}

/** show is a number as its field has it: no more digits than it needs. */
export function show(n: number): string {
  return Number.isFinite(n) ? String(Number(n.toPrecision(8))) : "";
}

/** sectionOf is the part of a name before its last point; "" for none. */
export function sectionOf(name: string): string {
  const at = name.lastIndexOf(".");
  return at < 0 ? "" : name.slice(0, at);
}
