// The emergency stop: one button for every vehicle on the page.
import type { API } from "../api";
import { el, setAttr, setText, show } from "../dom";
import type { Vehicle } from "../model/vehicle";
import { icon } from "./icon";

const tries = 4;
const pauseMs = 300;
const patienceMs = 1000; // after that long without an answer the user is told to look for another way
const failedShownMs = 60_000;

export class Emergency {
  private label = el("span", { class: "estop-label", text: "Emergency stop" });
  private hint = el("span", { class: "estop-hint" });
  readonly button = el("button", { type: "button", class: "estop", "aria-keyshortcuts": "Space", onclick: () => this.press() },
    icon("stop"), el("span", { class: "estop-text" }, this.label, this.hint));
  /** banner tells what became of it. */
  readonly banner = el("div", { class: "estop-banner", role: "alert", hidden: true });
  private clearAt = new Map<Vehicle, number>();
  private presses = 0;

  constructor(private api: API, private vehicles: () => Vehicle[]) {}

  /** A press that found no vehicle is told of until then. */
  private nobodyUntil = -Infinity;

  /** press stops every vehicle. To press again while it is under way, or after, is fine. */
  press(): void {
    this.presses++;
    const all = this.vehicles();
    if (all.length === 0) this.nobodyUntil = performance.now() + failedShownMs;
    for (const v of all) void this.stop(v, this.presses);
    this.show();
  }

  show(): void {
    const all = this.vehicles();
    const able = all.filter((v) => v.info.commands);
    let whom = all.length === 2 ? "both vehicles" : `all ${all.length} vehicles`;
    if (all.length < 2) whom = "";
    else if (able.length < all.length) whom = `${able.map((v) => v.info.name).join(", ")} only: the others take no commands`;
    const hint = able.length === 0 ? `${all.length === 0 ? "not connected" : "not from here"}: use the vehicle’s own switch` : ["Space", whom].filter(Boolean).join(" · ");
    setText(this.hint, hint);
    setAttr(this.button, "data-unable", able.length === 0 ? "yes" : null);
    const lines = all.map((v) => this.line(v)).filter((line) => line !== "");
    if (all.length === 0 && performance.now() < this.nobodyUntil) {
      lines.push("The emergency stop went to nobody: this page has no connection. Use the vehicle’s own switch.");
    }
    const bad = lines.length > 0 && (all.length === 0 || all.some((v) => v.stop.state === "failed" || v.stop.state === "sending"));
    setAttr(this.banner, "data-failed", bad ? "yes" : null);
    const text = lines.join("\n");
    if (this.banner.dataset["text"] !== text) {
      this.banner.dataset["text"] = text;
      this.banner.replaceChildren(...lines.map((line) => el("p", {}, icon("stop"), el("span", { text: line }))));
    }
    show(this.banner, lines.length > 0);
  }

  private line(v: Vehicle): string {
    const name = v.info.name;
    if (v.stop.state === "failed") {
      if (performance.now() > (this.clearAt.get(v) ?? 0)) v.stop = { state: "none" };
      else return `${name}: the emergency stop did not arrive (${v.stop.error}). Use the vehicle’s own switch.`;
    }
    if (v.stop.state === "sending") {
      if (performance.now() - v.stop.sinceMs < patienceMs) return `${name}: emergency stop sent, waiting for the vehicle’s word …`;
      return `${name}: the vehicle has not confirmed the emergency stop yet. Use its own switch.`;
    }
    if (v.stop.state === "latched" || v.emergency) {
      return `${name}: emergency stop latched. It is cleared on the vehicle: lanectl estop --clear`;
    }
    return "";
  }

  private async stop(v: Vehicle, press: number): Promise<void> {
    if (v.stop.state !== "latched") v.stop = { state: "sending", sinceMs: performance.now() };
    let error = "";
    for (let i = 0; i < tries; i++) {
      if (i > 0) await new Promise((done) => setTimeout(done, pauseMs));
      if (press !== this.presses) return; // a later press goes on
      const answer = await this.api.command(v.info.id, "estop");
      if (answer.ok) {
        v.stop = { state: "latched" };
        v.letGo();
        v.log.add("warning", "emergency stop from this page: latched");
        this.show();
        return;
      }
      error = answer.error ?? "refused";
      if (!v.info.commands) break;
    }
    if (press !== this.presses) return;
    v.stop = { state: "failed", error };
    this.clearAt.set(v, performance.now() + failedShownMs);
    v.log.add("error", `emergency stop failed: ${error}. Use the vehicle’s own switch`);
    this.show();
  }
}
