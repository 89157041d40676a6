// What the keys do.
import { el, id } from "../dom";
import type { Store } from "../settings";
import { Button } from "./button";

const keys: [string, string][] = [
  ["Space", "emergency stop, but not in a text field"],
  ["P", "pause: it stops and stays armed"],
  ["R", "resume: it drives on"],
  ["T", "take control, or give it back"],
  ["L A O", "lines, lane area, offset marker"],
  ["I", "take a picture"],
  ["V", "start or stop recording"],
  ["S", "live parameters"],
  ["F", "full screen"],
  ["M", "departure sound on or off"],
  ["D", "light, dark or automatic colours"],
  ["1 … 9", "choose the vehicle that keys are for"],
  ["Tab, Enter", "go to a button, press it"],
  ["?", "this help; Esc closes it"],
];

export class Help {
  readonly root: HTMLDialogElement;
  private before: Element | null = null;

  constructor(store: Store) {
    const head = id("help");
    const list = el("dl", { class: "keys" });
    for (const [key, does] of keys) {
      const names = key.split(" ").filter(Boolean).map((k) => (/^(…|,)$/.test(k) ? k : el("kbd", { text: k.replace(",", "") })));
      list.append(el("div", {}, el("dt", {}, ...names), el("dd", { text: does })));
    }
    const close = new Button({ name: "Close help", icon: "close", class: "small bare", onPress: () => this.close() });
    const single = new Button({ name: "Keys", icon: "good", onPress: () => store.set("shortcuts", !store.values.shortcuts) });
    const apply = () => {
      single.setName(store.values.shortcuts ? "Keys are on" : "Keys are off, but for Space and ?", store.values.shortcuts ? "good" : "close");
      single.setPressed(store.values.shortcuts);
    };
    store.onChange(apply);
    apply();
    this.root = el("dialog", { class: "help", "aria-labelledby": head },
      el("div", { class: "card-head" }, el("h2", { id: head, text: "Keyboard" }), close.root),
      list, single.root,
      el("h3", { text: "The lines on the picture" }),
      el("p", { class: "hint", text: "Cyan is the left line, yellow the right one. Dashed where it was not seen but carried on; the fainter, the less it is believed; “tracked” comes from earlier pictures, “inferred” from the other line, “network” from the neural network. A line is only drawn on the picture that it was found in." }),
      el("p", { class: "hint", text: "An emergency stop is latched on the vehicle’s disk. It is cleared on the vehicle alone: lanectl estop --clear" }));
  }

  /** toggle opens it beside the page, never over it: the emergency stop must stay in reach. */
  toggle(): void {
    if (this.root.open) {
      this.close();
      return;
    }
    this.before = document.activeElement;
    this.root.show();
    this.root.querySelector<HTMLElement>("button")?.focus();
  }

  close(): void {
    if (!this.root.open) return;
    this.root.close();
    if (this.before instanceof HTMLElement) this.before.focus();
  }
}
