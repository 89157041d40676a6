// Steering, throttle, brake, and the numbers beside them.
import type { Control, LaneFound } from "../contract";
import { el, setAttr, setText, svg } from "../dom";
import { degrees, fixed, side } from "../model/format";

const sweep = 70; // degrees from straight to full

class Steering {
  private needle = svg("g", { class: "needle" }, svg("path", { d: "M0 -74L4 8L-4 8Z" }), svg("circle", { r: 8 }));
  private arc = svg("path", { class: "arc" });
  private value = el("span", { class: "gauge-value", text: "–" });
  private meter = el("div", {
    class: "steering", role: "meter", "aria-label": "Steering", "aria-valuemin": -1, "aria-valuemax": 1, "aria-valuenow": 0,
  });
  readonly root = this.meter;

  constructor() {
    const dial = svg("svg", { viewBox: "-100 -96 200 112", "aria-hidden": "true" });
    dial.append(svg("path", { class: "track", d: bow(-1, 1) }), this.arc);
    for (const at of [-1, -0.5, 0, 0.5, 1]) {
      dial.append(svg("line", { class: "tick", x1: 0, x2: 0, y1: -94, y2: -88, transform: `rotate(${at * sweep})` }));
    }
    dial.append(this.needle);
    this.meter.append(dial, el("div", { class: "gauge-foot" }, el("span", { class: "gauge-name", text: "Steering" }), this.value));
  }

  show(v: number | null): void {
    const at = Math.min(1, Math.max(-1, v ?? 0));
    setAttr(this.needle, "transform", `rotate(${(at * sweep).toFixed(1)})`);
    setAttr(this.arc, "d", Math.abs(at) < 0.005 ? "" : bow(Math.min(0, at), Math.max(0, at)));
    const text = v === null ? "–" : Math.abs(v) < 0.005 ? "straight" : `${Math.abs(v).toFixed(2)} ${v > 0 ? "right" : "left"}`;
    setText(this.value, text);
    setAttr(this.meter, "aria-valuenow", at.toFixed(2));
    setAttr(this.meter, "aria-valuetext", text);
  }
}

/** bow is the path of an arc between two steering values. */
function bow(from: number, to: number): string {
  const radius = 82;
  const point = (at: number) => {
    const angle = (at * sweep * Math.PI) / 180;
    return `${(radius * Math.sin(angle)).toFixed(2)} ${(-radius * Math.cos(angle)).toFixed(2)}`;
  };
  return `M${point(from)}A${radius} ${radius} 0 0 1 ${point(to)}`;
}

class Bar {
  private fill = el("div", { class: "bar-fill" });
  private value = el("span", { class: "gauge-value", text: "–" });
  readonly root: HTMLElement;

  constructor(name: string, kind: string) {
    this.root = el(
      "div",
      { class: `bar ${kind}`, role: "meter", "aria-label": name, "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0 },
      el("div", { class: "gauge-foot" }, el("span", { class: "gauge-name", text: name }), this.value),
      el("div", { class: "bar-track" }, this.fill),
    );
  }

  show(v: number | null): void {
    const percent = Math.round(100 * Math.min(1, Math.max(0, v ?? 0)));
    this.fill.style.transform = `scaleX(${percent / 100})`;
    const text = v === null ? "–" : `${percent} %`;
    setText(this.value, text);
    setAttr(this.root, "aria-valuenow", String(percent));
    setAttr(this.root, "aria-valuetext", text);
  }
}

class Figure {
  private value = el("dd");
  readonly root: HTMLElement;

  constructor(name: string) {
    this.root = el("div", {}, el("dt", { text: name }), this.value);
  }

  show(text: string): void {
    setText(this.value, text);
  }
}

export class Gauges {
  private steering = new Steering();
  private throttle = new Bar("Throttle", "throttle");
  private brake = new Bar("Brake", "brake");
  private speed = new Figure("Speed");
  private offset = new Figure("Offset");
  private heading = new Figure("Heading");
  readonly root = el(
    "section",
    { class: "card drive", "aria-label": "Steering and throttle" },
    this.steering.root,
    el("div", { class: "bars" }, this.throttle.root, this.brake.root),
    el("dl", { class: "figures" }, this.speed.root, this.offset.root, this.heading.root),
  );

  /** show takes null for what is not known, or too old to be true. uncalibrated: lengths are in widths of the lane. */
  show(control: Control | null, lane: LaneFound | null, uncalibrated: boolean): void {
    this.steering.show(control?.steering ?? null);
    this.throttle.show(control?.throttle ?? null);
    this.brake.show(control?.brake ?? null);
    const speed = control?.speed_mps ?? null;
    this.speed.show(speed === null ? "–" : `${fixed(speed, 2)} m/s`);
    const from = lane ?? control;
    this.offset.show(from === null || from.offset_m === null ? "–" : side(from.offset_m, uncalibrated ? "lanes" : "m"));
    const heading = degrees(from?.heading_rad ?? null);
    const turn = heading === null || Math.abs(heading) < 0.05 ? "" : heading > 0 ? " left" : " right";
    this.heading.show(heading === null ? "–" : `${Math.abs(heading).toFixed(1)}°${turn}`);
  }
}
