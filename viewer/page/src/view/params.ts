// Live parameters as sliders.
import type { API } from "../api";
import type { Param } from "../contract";
import { el, id, setAttr, setText, show } from "../dom";
import { quantityOf, sectionOf, show as spell, toNumber, toValue, type Quantity } from "../model/quantity";
import type { Vehicle } from "../model/vehicle";
import { Button } from "./button";
import { noCommands } from "./commands";

const refreshMs = 3000;
const keyRestMs = 300; // after the last key that moved a slider

/** Row is one parameter. */
class Row {
  readonly root: HTMLElement;
  private q: Quantity;
  private field: HTMLInputElement | HTMLSelectElement;
  private slider: HTMLInputElement | null = null;
  private reset: Button;
  private error = el("p", { class: "error", role: "alert", hidden: true });
  private editing = false;
  private sent = 0;

  constructor(private p: Param, private set: (p: Param, value: unknown) => Promise<string>) {
    this.q = quantityOf(p);
    const name = id("param");
    const doc = id("doc");
    const key = p.name.slice(p.name.lastIndexOf(".") + 1);
    const short = (p.unit && key.endsWith(`_${p.unit}`) ? key.slice(0, -p.unit.length - 1) : key).replaceAll("_", " "); // the unit stands beside the field
    this.field = this.makeField(name, doc);
    this.reset = new Button({
      name: `Reset ${short} to its default, ${this.text(p.default)}`, icon: "reset", class: "small bare",
      onPress: () => void this.send(this.p.default),
    });
    const middle = el("div", { class: "param-slide" });
    if ((this.q.kind === "number" || this.q.kind === "duration") && this.q.min !== null && this.q.max !== null) {
      this.slider = this.makeSlider(short, doc);
      const mark = el("span", { class: "default-mark", "aria-hidden": "true" });
      const share = (toNumber(this.q, p.default) - this.q.min) / (this.q.max - this.q.min);
      mark.style.left = `calc(10px + (100% - 20px) * ${Math.min(1, Math.max(0, share))})`;
      mark.title = `default ${this.text(p.default)}`;
      middle.append(mark, this.slider);
    }
    const range = this.q.min !== null && this.q.max !== null ? `${spell(this.q.min)} to ${spell(this.q.max)}${this.q.unit ? ` ${this.q.unit}` : ""}` : "";
    this.root = el("div", { class: `param ${this.q.kind}` },
      el("label", { for: name }, short),
      middle,
      el("div", { class: "param-field" }, this.field, el("span", { class: "unit", text: this.q.kind === "number" || this.q.kind === "duration" ? this.q.unit : "" })),
      this.reset.root,
      el("p", { class: "doc", id: doc, text: [p.doc?.replace(/\.$/, ""), range].filter(Boolean).join(" · ") }),
      this.error);
    this.show(p);
  }

  /** show takes over what the vehicle says, unless it is being changed here. */
  show(p: Param): void {
    this.p = p;
    if (this.editing || document.activeElement === this.field && this.field instanceof HTMLInputElement) return;
    this.put(p.value);
    const changed = JSON.stringify(p.value) !== JSON.stringify(p.default);
    setAttr(this.root, "data-changed", changed ? "yes" : null);
    setAttr(this.reset.root, "data-idle", changed ? null : "yes");
    this.reset.setOff(changed ? "" : "It has its default.");
  }

  matches(words: string[]): boolean {
    const text = `${this.p.daemon} ${this.p.name} ${this.p.name.replaceAll("_", " ")} ${this.p.doc ?? ""}`.toLowerCase();
    return words.every((w) => text.includes(w));
  }

  private put(value: unknown): void {
    if (this.q.kind === "number" || this.q.kind === "duration") {
      const n = toNumber(this.q, value);
      this.field.value = spell(n);
      if (this.slider) this.slide(n);
    } else {
      this.field.value = String(value);
    }
  }

  private slide(n: number): void {
    this.slider!.value = String(n);
    setAttr(this.slider!, "aria-valuetext", `${spell(n)} ${this.q.unit}`.trim());
    const share = (n - this.q.min!) / (this.q.max! - this.q.min!);
    this.slider!.style.setProperty("--share", `${(100 * Math.min(1, Math.max(0, share))).toFixed(1)}%`);
  }

  private makeField(name: string, doc: string): HTMLInputElement | HTMLSelectElement {
    const { kind, min, max } = this.q;
    if (kind === "choice" || kind === "switch") {
      const select = el("select", { id: name, "aria-describedby": doc });
      for (const option of kind === "switch" ? ["true", "false"] : this.p.one_of!) {
        select.append(el("option", { value: option, text: kind === "switch" ? (option === "true" ? "on" : "off") : option }));
      }
      select.addEventListener("change", () => void this.send(kind === "switch" ? select.value === "true" : select.value));
      return select;
    }
    const input = el("input", {
      id: name, "aria-describedby": doc, type: kind === "text" ? "text" : "number", step: this.q.whole ? 1 : "any",
      min: min ?? undefined, max: max ?? undefined, inputmode: kind === "text" ? undefined : "decimal",
    });
    input.addEventListener("change", () => {
      if (kind === "text") void this.send(input.value);
      else if (Number.isFinite(input.valueAsNumber)) void this.send(toValue(this.q, input.valueAsNumber));
      else this.fail("A number is needed.");
    });
    return input;
  }

  /** makeSlider changes the vehicle when it is let go, or when keys have moved it and rest. */
  private makeSlider(short: string, doc: string): HTMLInputElement {
    const { min, max, step } = this.q;
    const slider = el("input", { type: "range", min: min!, max: max!, step: "any", "aria-label": `${short}, slider`, "aria-describedby": doc });
    let rest = 0;
    const snap = (n: number) => Math.min(max!, Math.max(min!, Number((Math.round(n / step) * step).toPrecision(10))));
    slider.addEventListener("input", () => {
      this.editing = true;
      const n = snap(slider.valueAsNumber);
      this.field.value = spell(n);
      this.slide(n);
    });
    slider.addEventListener("change", () => void this.send(toValue(this.q, snap(slider.valueAsNumber))));
    slider.addEventListener("keydown", (e) => {
      const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[e.key];
      if (by === undefined) return;
      e.preventDefault();
      const n = snap(slider.valueAsNumber + by * step);
      this.editing = true;
      this.slide(n);
      this.field.value = spell(n);
      clearTimeout(rest);
      rest = window.setTimeout(() => void this.send(toValue(this.q, n)), keyRestMs);
    });
    return slider;
  }

  private async send(value: unknown): Promise<void> {
    this.editing = true;
    setAttr(this.root, "aria-busy", "true");
    const nth = ++this.sent;
    const typed = this.field.value;
    const error = await this.set(this.p, value);
    if (nth !== this.sent) return; // a later value is under way
    this.editing = false;
    setAttr(this.root, "aria-busy", null);
    if (this.field.value !== typed) return; // somebody is typing the next one
    if (error !== "") {
      this.put(this.p.value);
      this.fail(error);
      return;
    }
    show(this.error, false);
    this.put(value);
    this.show({ ...this.p, value });
  }

  private fail(error: string): void {
    setText(this.error, error);
    show(this.error, true);
  }

  private text(value: unknown): string {
    if (this.q.kind === "number") return `${spell(Number(value))} ${this.q.unit}`.trim();
    return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
  }
}

/** Params is the list of all of them, grouped by daemon and section. */
export class Params {
  private rows = new Map<string, Row>();
  private list = el("div", { class: "param-list" });
  private problem = el("p", { class: "note", hidden: true });
  private search: HTMLInputElement;
  private none = el("p", { class: "hint", hidden: true, text: "No parameter is called so." });
  readonly root: HTMLElement;
  private names = "";
  private timer = 0;

  constructor(private vehicle: Vehicle, private api: API, onClose: () => void) {
    const head = id("params");
    const search = id("search");
    this.search = el("input", { id: search, type: "search", placeholder: "Find a parameter", oninput: () => this.filter() });
    const close = new Button({ name: "Close the parameters", icon: "close", class: "small bare", onPress: onClose });
    this.root = el("section", { class: "card params", hidden: true, tabindex: -1, "aria-labelledby": head },
      el("div", { class: "card-head" }, el("h3", { id: head, text: "Live parameters" }), close.root),
      el("p", { class: "hint", text: "In force at once, until the daemon is started again. The mark on a slider is its default." }),
      el("label", { class: "hidden-label", for: search, text: "Find a parameter" }), this.search, this.problem, this.none, this.list);
  }

  get open(): boolean {
    return !this.root.hidden;
  }

  setOpen(on: boolean): void {
    this.root.hidden = !on;
    clearInterval(this.timer);
    if (!on) return;
    void this.refresh();
    this.timer = window.setInterval(() => {
      if (!document.hidden) void this.refresh();
    }, refreshMs);
    this.root.focus({ preventScroll: true });
    this.root.scrollIntoView({ block: innerWidth < 930 ? "start" : "nearest" });
  }

  async refresh(): Promise<void> {
    if (!this.open) return;
    try {
      const params = (await this.api.params(this.vehicle.info.id)).filter((p) => p.live);
      show(this.problem, false);
      this.take(params);
    } catch (error) {
      const text = error instanceof Error && error.name === "Error" ? error.message : "lane-viewer does not answer";
      setText(this.problem, this.vehicle.info.commands ? `No parameters: ${text}.` : noCommands(this.vehicle));
      show(this.problem, true);
    }
  }

  private take(params: Param[]): void {
    const key = (p: Param) => `${p.daemon} ${p.name}`;
    const names = params.map(key).join();
    if (names !== this.names) {
      this.names = names;
      this.rows.clear();
      this.list.replaceChildren(...this.groups(params, key));
      this.filter();
    }
    for (const p of params) this.rows.get(key(p))?.show(p);
  }

  private groups(params: Param[], key: (p: Param) => string): HTMLElement[] {
    const groups = new Map<string, HTMLElement>();
    for (const p of params) {
      const section = sectionOf(p.name).replaceAll(".", " › ").replaceAll("_", " ");
      const name = section === "" ? p.daemon : `${p.daemon} › ${section}`;
      let group = groups.get(name);
      if (!group) groups.set(name, (group = el("div", { class: "param-group", role: "group", "aria-label": name }, el("h4", { text: name }))));
      const row = new Row(p, (param, value) => this.set(param, value));
      this.rows.set(key(p), row);
      group.append(row.root);
    }
    return [...groups.values()];
  }

  private async set(p: Param, value: unknown): Promise<string> {
    const answer = await this.api.command(this.vehicle.info.id, "set", { daemon: p.daemon, values: { [p.name]: value } });
    if (answer.ok) this.vehicle.log.add("info", `${p.daemon}: ${p.name} set to ${String(value)} from this page`);
    else this.vehicle.log.add("warning", `${p.daemon}: ${p.name} not changed: ${answer.error}`);
    void this.refresh();
    return answer.ok ? "" : (answer.error ?? "refused");
  }

  private filter(): void {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let any = false;
    for (const row of this.rows.values()) {
      const on = row.matches(words);
      show(row.root, on);
      any ||= on;
    }
    for (const group of this.list.children) show(group as HTMLElement, group.querySelector(".param:not([hidden])") !== null);
    show(this.none, !any && this.rows.size > 0);
  }
}
