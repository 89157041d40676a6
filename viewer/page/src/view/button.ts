// Buttons. Enter presses them; Space is the emergency stop everywhere.
import { el, setAttr, setText } from "../dom";
import { icon, setIcon, type IconName } from "./icon";

export interface ButtonOptions {
  name: string;
  icon: IconName;
  key?: string; // that does the same
  class?: string;
  onPress: () => void;
}

export class Button {
  readonly root: HTMLButtonElement;
  private drawing: SVGSVGElement;
  private label: HTMLElement;
  private off = "";

  constructor(private o: ButtonOptions) {
    this.drawing = icon(o.icon);
    this.label = el("span", { class: "label", text: o.name });
    this.root = el("button", { type: "button", class: `button ${o.class ?? ""}`.trim(), "aria-keyshortcuts": o.key, onclick: () => this.press() }, this.drawing, this.label);
    if (o.key) this.root.append(el("kbd", { "aria-hidden": "true", text: o.key }));
    this.root.title = o.key ? `${o.name} (${o.key})` : o.name;
  }

  /** press does what a click does; nothing while the button is off. */
  press(): void {
    if (this.off === "") this.o.onPress();
  }

  setName(name: string, drawing = this.o.icon): void {
    setText(this.label, name);
    setIcon(this.drawing, drawing);
    if (this.off === "") setAttr(this.root, "title", this.o.key ? `${name} (${this.o.key})` : name);
  }

  /** setPressed makes it a toggle. */
  setPressed(on: boolean): void {
    setAttr(this.root, "aria-pressed", String(on));
  }

  /** setOff says why the button does nothing; "" when it does. It can be reached all the same, so that the reason can be read. */
  setOff(why: string): void {
    if (why === this.off) return;
    this.off = why;
    setAttr(this.root, "aria-disabled", why === "" ? null : "true");
    this.root.title = why === "" ? (this.o.key ? `${this.o.name} (${this.o.key})` : this.o.name) : why;
  }
}
