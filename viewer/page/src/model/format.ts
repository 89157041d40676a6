// Numbers as people read them.

const minus = "\u2212";

/** fixed is a number with so many digits, and a real minus; "–" when unknown. Never "−0.00". */
export function fixed(v: number | null | undefined, digits: number): string {
  if (v === null || v === undefined || !Number.isFinite(v)) return "–";
  const text = Math.abs(v).toFixed(digits);
  return v < 0 && Number(text) !== 0 ? minus + text : text;
}

/** ms is a time: "45 ms", "1.2 s", "14 s", "3 min 05 s", "2 h 10 min". */
export function ms(v: number | null): string {
  if (v === null || !Number.isFinite(v)) return "–";
  if (v < 0) v = 0;
  if (v < 999.5) return `${v.toFixed(v < 9.95 ? 1 : 0)} ms`;
  const s = v / 1000;
  if (s < 9.95) return `${s.toFixed(1)} s`;
  if (s < 59.5) return `${s.toFixed(0)} s`;
  return long(Math.round(s));
}

function long(s: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
}

/** age is a time as the age display shows it: whole tens of ms, so that it keeps still. */
export function age(v: number | null): string {
  if (v === null || !Number.isFinite(v)) return "–";
  return v < 995 ? `${Math.max(0, Math.round(v / 5) * 5)} ms` : ms(v);
}

/** bytes is a size: "640 kB", "12.3 MB". */
export function bytes(v: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let i = 0;
  while (v >= 999.5 && i < units.length - 1) {
    v /= 1000;
    i++;
  }
  return `${v.toFixed(i === 0 || v >= 99.95 ? 0 : 1)} ${units[i]}`;
}

/** side is an offset in words: "0.05 m left". Positive is left. */
export function side(v: number | null, unit: string): string {
  if (v === null || !Number.isFinite(v)) return "unknown";
  const text = Math.abs(v).toFixed(2);
  if (Number(text) === 0) return `0.00 ${unit}`;
  return `${text} ${unit} ${v > 0 ? "left" : "right"}`;
}

export const degrees = (rad: number | null): number | null => (rad === null ? null : (rad * 180) / Math.PI);

/** clock is a time of day: "14:03:22". */
export function clock(date: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** stamp is a time in a file's name: "2026-11-26T140322". */
export function stamp(date: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}
