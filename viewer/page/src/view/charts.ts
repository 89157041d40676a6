// Offset and heading over the last half minute.
import uPlot from "uplot";
import { el, setAttr, setText } from "../dom";
import { StaleMs } from "../model/age";
import { WindowS, type History } from "../model/history";
import { degrees, fixed } from "../model/format";

const height = 128;

/** Colours come from the style sheet, so that charts follow the theme. */
function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** reach is the least of 1, 2, 5 times a power of ten that holds v. */
function reach(v: number, least: number): number {
  const want = Math.max(v, least);
  const power = 10 ** Math.floor(Math.log10(want));
  return power * ([1, 1.5, 2, 3, 5, 7.5, 10].find((n) => n * power >= want * 0.999) ?? 10);
}

class Strip {
  private box = el("div", { class: "plot", role: "img" });
  private now = el("span", { class: "chart-now" });
  readonly root: HTMLElement;
  private plot: uPlot | null = null;
  private data: (number | null)[][];
  private shrinkAtMs = 0;
  private limit: number;

  constructor(private name: string, hint: string, private unit: string, private least: number, private series: { colour: string; dash?: number[]; wide?: number }[]) {
    this.limit = least;
    this.data = Array.from({ length: series.length + 1 }, () => []);
    this.root = el("figure", { class: "chart" },
      el("figcaption", {}, el("span", { class: "chart-name", text: name }), el("span", { class: "chart-hint", text: hint }), this.now), this.box);
    new ResizeObserver(() => this.resize()).observe(this.box);
  }

  rename(unit: string): void {
    this.unit = unit;
  }

  update(data: (number | null)[][], now: number | null, digits: number): void {
    this.data = data;
    let most = 0;
    for (const column of data.slice(1)) for (const v of column) if (v !== null) most = Math.max(most, Math.abs(v));
    this.scale(reach(most * 1.08, this.least));
    this.plot?.setData(data as uPlot.AlignedData);
    const text = now === null ? "unknown" : `${fixed(now, digits)} ${this.unit}`;
    setText(this.now, now === null ? "–" : text);
    setAttr(this.box, "aria-label", `${this.name} over the last ${WindowS} seconds; now ${text}`);
  }

  /** renew draws with the colours of another theme. */
  renew(): void {
    this.plot?.destroy();
    this.plot = null;
    this.resize();
  }

  /** scale grows at once and shrinks only after a while, so that the line does not jump. */
  private scale(limit: number): void {
    const now = performance.now();
    if (limit >= this.limit) this.shrinkAtMs = now + 5000;
    if (limit > this.limit || now > this.shrinkAtMs) this.limit = limit;
  }

  private resize(): void {
    const width = this.box.clientWidth;
    if (width === 0) return;
    if (this.plot) this.plot.setSize({ width, height });
    else this.plot = new uPlot(this.options(width), this.data as uPlot.AlignedData, this.box);
  }

  private options(width: number): uPlot.Options {
    const text = colour("--quiet");
    const grid = { stroke: colour("--grid"), width: 1 };
    const axis = { stroke: text, grid, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    return {
      width,
      height,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 18, 0, 0],
      scales: { x: { time: false, range: [-WindowS, 0] }, y: { range: () => [-this.limit, this.limit] } },
      axes: [
        { ...axis, size: 24, space: 56, incrs: [5, 10, 15], values: (_, marks) => marks.map((m) => (m === 0 ? "now" : `${fixed(m, 0)} s`)) },
        { ...axis, size: 46, space: 26, values: (_, marks) => marks.map((m) => fixed(m, this.limit < 0.5 ? 2 : this.limit < 5 ? 1 : 0)) },
      ],
      series: [
        {},
        ...this.series.map((s) => ({ stroke: colour(s.colour), width: s.wide ?? 2, dash: s.dash, points: { show: false } })),
      ],
      hooks: { drawAxes: [(u: uPlot) => zero(u)] },
    };
  }
}

/** zero is a line where the vehicle should be. */
function zero(u: uPlot): void {
  const y = Math.round(u.valToPos(0, "y", true));
  u.ctx.save();
  u.ctx.strokeStyle = colour("--quiet");
  u.ctx.lineWidth = 1;
  u.ctx.beginPath();
  u.ctx.moveTo(u.bbox.left, y);
  u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
  u.ctx.stroke();
  u.ctx.restore();
}

const edge = { colour: "--quiet", dash: [6, 5], wide: 1.5 };

export class Charts {
  private offset = new Strip("Offset", "up is left, dashed the lane’s edges", "m", 0.1, [{ colour: "--line-a", wide: 2.5 }, edge, edge]);
  private heading = new Strip("Heading", "up is left", "°", 3, [{ colour: "--line-b", wide: 2.5 }]);
  readonly root = el("section", { class: "card charts", "aria-label": "The last 30 seconds" }, this.offset.root, this.heading.root);

  update(history: History, nowMs: number, uncalibrated: boolean): void {
    const [x, offset, heading, left, right] = history.columns(nowMs);
    this.offset.rename(uncalibrated ? "lanes" : "m");
    this.offset.update([x!, offset!, left!, right!], last(x!, offset!), 2);
    const turned = heading!.map((v) => degrees(v));
    this.heading.update([x!, turned], last(x!, turned), 1);
  }

  renew(): void {
    this.offset.renew();
    this.heading.renew();
  }
}

/** last is a column's newest value, if that is of now. */
function last(x: (number | null)[], column: (number | null)[]): number | null {
  const at = x[x.length - 1] ?? -Infinity;
  return at * -1000 > StaleMs ? null : (column[column.length - 1] ?? null);
}
