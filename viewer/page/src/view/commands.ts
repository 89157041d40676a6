// What can be asked of a vehicle, but for the emergency stop.
import type { API } from "../api";
import type { Command } from "../contract";
import { el, id, setAttr, setText, show } from "../dom";
import type { Vehicle } from "../model/vehicle";
import { Button } from "./button";

const done: Partial<Record<Command, string>> = {
  pause: "paused from this page", resume: "resumed from this page", take: "this page has control", give: "control given back",
  reset: "tracking reset",
};
const verbs: Partial<Record<Command, string>> = {
  pause: "pause", resume: "resume", take: "take control", give: "give control back", reset: "reset tracking",
};

export class Commands {
  readonly pause = new Button({ name: "Pause", icon: "pause", key: "P", class: "wide", onPress: () => void this.order("pause") });
  readonly resume = new Button({ name: "Resume", icon: "play", key: "R", class: "wide", onPress: () => void this.order("resume") });
  readonly take = new Button({ name: "Take control", icon: "wheel", key: "T", class: "wide", onPress: () => void this.order(this.vehicle.holding ? "give" : "take") });
  readonly reset = new Button({ name: "Reset tracking", icon: "reset", class: "wide", onPress: () => void this.order("reset") });
  private note = el("p", { class: "note" });
  private holder = el("p", { class: "holder" });
  readonly root: HTMLElement;

  constructor(private vehicle: Vehicle, private api: API) {
    const head = id("commands");
    const note = id("commands-note");
    this.note.id = note;
    this.root = el("section", { class: "card commands", "aria-labelledby": head },
      el("div", { class: "card-head" }, el("h3", { id: head, text: "Commands" }), this.holder),
      el("div", { class: "buttons" }, this.pause.root, this.resume.root, this.take.root, this.reset.root),
      this.note);
    for (const b of [this.pause, this.resume, this.take, this.reset]) b.root.setAttribute("aria-describedby", note);
  }

  /** show is called a few times a second. connected: the page hears from lane-viewer. */
  show(connected: boolean): void {
    const v = this.vehicle;
    const why = !connected ? "lane-viewer does not answer." : v.info.commands ? "" : noCommands(v);
    for (const b of [this.pause, this.resume, this.take, this.reset]) b.setOff(why);
    const operator = v.operator();
    const others = operator !== "" && !v.holding;
    const known = connected && v.link?.state === "live";
    this.take.setName(v.holding ? "Give control back" : "Take control");
    this.take.setPressed(v.holding);
    setAttr(this.resume.root, "data-wanted", v.paused || v.linkLost ? "yes" : null);
    setText(this.holder, v.holding ? "This page has control" : known && others ? `${operator} has control` : known ? "Nobody has control" : "");
    setAttr(this.holder, "data-on", v.holding || (known && others) ? "yes" : null);
    let note = why;
    if (note === "" && v.holding) note = "Keep this page open and in front: if it closes, is hidden or loses its link, the vehicle stops.";
    if (note === "" && v.linkLost) note = "The link to who had control was lost. Resume lets the vehicle drive again.";
    if (note === "") note = "A paused vehicle stays armed. After taking control, losing this page stops the vehicle.";
    setText(this.note, note);
    show(this.note, note !== "");
  }

  private async order(command: "pause" | "resume" | "take" | "give" | "reset"): Promise<void> {
    const v = this.vehicle;
    if (command === "take") v.hold(); // the first keep must not wait for the answer
    const answer = await this.api.command(v.info.id, command);
    if (command === "give" && answer.ok) v.letGo();
    if (command === "take" && !answer.ok) v.letGo();
    if (answer.ok) v.log.add("info", done[command]!);
    else v.log.add("warning", `could not ${verbs[command]}: ${answer.error}`);
  }
}

export function noCommands(v: Vehicle): string {
  return `No commands: ${v.info.name} takes none from this viewer. It needs a key that may operate: lane-viewer --print-key.`;
}
