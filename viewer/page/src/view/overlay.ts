// Lanes drawn onto a picture.
import type { LaneFound, Line, Point } from "../contract";
import type { Toggles } from "../settings";
import { side } from "../model/format";

type Pen = CanvasRenderingContext2D;

const colours = { left: "#22dbf2", right: "#ffd43b", area: "34, 214, 120", ink: "#ffffff", casing: "rgba(0, 0, 0, 0.6)" };

export interface Scaled {
  left: Point[] | null;
  right: Point[] | null;
}

/** scaled are a lane's lines in pixels of a canvas of that size. */
export function scaled(lane: LaneFound | null, width: number, height: number): Scaled {
  const line = (l: Line | null): Point[] | null =>
    l && lane && lane.width > 0 && lane.height > 0 ? l.points.map(([x, y]): Point => [(x * width) / lane.width, (y * height) / lane.height]) : null;
  return { left: line(lane?.left ?? null), right: line(lane?.right ?? null) };
}

/** drawOverlay draws what is wanted of a lane onto a canvas of that size. */
export function drawOverlay(pen: Pen, lane: LaneFound, width: number, height: number, want: Toggles): void {
  const at = scaled(lane, width, height);
  const unit = width / 640;
  pen.save();
  pen.lineCap = "round";
  pen.lineJoin = "round";
  if (want.area && at.left && at.right) area(pen, at.left, at.right, Math.min(lane.left!.confidence, lane.right!.confidence));
  if (want.lines) {
    if (at.left) stroke(pen, at.left, lane.left!, colours.left, unit);
    if (at.right) stroke(pen, at.right, lane.right!, colours.right, unit);
  }
  if (want.marker) marker(pen, lane, at, width, height, unit);
  if (want.lines) {
    if (at.left) tag(pen, at.left, lane.left!, unit, "left");
    if (at.right) tag(pen, at.right, lane.right!, unit, "right");
  }
  pen.restore();
}

function area(pen: Pen, left: Point[], right: Point[], confidence: number): void {
  pen.beginPath();
  for (const [x, y] of left) pen.lineTo(x, y);
  for (const [x, y] of [...right].reverse()) pen.lineTo(x, y);
  pen.closePath();
  pen.fillStyle = `rgba(${colours.area}, ${0.1 + 0.2 * clamp(confidence)})`;
  pen.fill();
}

/** stroke draws what was seen solid, what was extrapolated dashed, and all of it the fainter the less it is believed. */
function stroke(pen: Pen, points: Point[], line: Line, colour: string, unit: number): void {
  const guessed = new Set(line.extrapolated ?? []);
  const path = (dashed: boolean) => {
    pen.beginPath();
    for (let i = 1; i < points.length; i++) {
      if ((guessed.has(i) || guessed.has(i - 1)) !== dashed) continue;
      pen.moveTo(...points[i - 1]!);
      pen.lineTo(...points[i]!);
    }
  };
  pen.globalAlpha = 0.35 + 0.65 * clamp(line.confidence);
  for (const dashed of [false, true]) {
    pen.setLineDash(dashed ? [7 * unit, 8 * unit] : []);
    path(dashed);
    pen.lineWidth = 6 * unit;
    pen.strokeStyle = colours.casing;
    pen.stroke();
    pen.lineWidth = 3.4 * unit;
    pen.strokeStyle = colour;
    pen.stroke();
  }
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

/** tag tells where a line comes from, when it was not simply seen. */
function tag(pen: Pen, points: Point[], line: Line, unit: number, which: "left" | "right"): void {
  const text = line.inferred ? "inferred" : line.tracked ? "tracked" : line.network && !line.agreed ? "network" : "";
  const at = points[Math.floor(points.length / 3)];
  if (text === "" || !at) return;
  const shift = (which === "left" ? -1 : 1) * 34 * unit;
  label(pen, text, at[0] + shift, at[1], unit);
}

function label(pen: Pen, text: string, x: number, y: number, unit: number): void {
  const size = Math.max(11, 12 * unit);
  pen.font = `600 ${size}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const wide = pen.measureText(text).width + size;
  const left = Math.min(Math.max(x - wide / 2, 2), pen.canvas.width - wide - 2);
  pen.fillStyle = "rgba(0, 0, 0, 0.78)";
  pen.beginPath();
  pen.roundRect(left, y - size * 0.85, wide, size * 1.7, size * 0.5);
  pen.fill();
  pen.fillStyle = colours.ink;
  pen.fillText(text, left + wide / 2, y);
}

/** marker shows, at the bottom of the picture, the lane's middle and how far from it the picture's own middle is. */
function marker(pen: Pen, lane: LaneFound, at: Scaled, width: number, height: number, unit: number): void {
  const y = height - 14 * unit;
  const here = width / 2;
  const left = at.left?.[0];
  const right = at.right?.[0];
  const line = (x1: number, y1: number, x2: number, y2: number, colour: string, thick: number) => {
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
    pen.lineWidth = thick;
    pen.strokeStyle = colour;
    pen.stroke();
  };
  if (left && right) {
    const middle = (left[0] + right[0]) / 2;
    line(middle, y - 9 * unit, middle, y + 9 * unit, colours.casing, 5.5 * unit);
    line(here, y, middle, y, colours.casing, 7 * unit);
    line(here, y, middle, y, `rgb(${colours.area})`, 4 * unit);
    line(middle, y - 9 * unit, middle, y + 9 * unit, `rgb(${colours.area})`, 3 * unit);
  }
  pen.beginPath();
  pen.moveTo(here, y - 9 * unit);
  pen.lineTo(here + 8 * unit, y + 8 * unit);
  pen.lineTo(here - 8 * unit, y + 8 * unit);
  pen.closePath();
  pen.lineWidth = 2.5 * unit;
  pen.strokeStyle = colours.casing;
  pen.stroke();
  pen.fillStyle = colours.ink;
  pen.fill();
  if (lane.offset_m !== null) label(pen, side(lane.offset_m, lane.uncalibrated ? "lanes" : "m"), here, y - 24 * unit, unit);
}

const clamp = (v: number) => Math.min(1, Math.max(0, v));
