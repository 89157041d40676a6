// A value with its judgement: good, late or too old, in colour, by a drawing, and in words.
import { el, setAttr, setText } from "../dom";
import { levelWords, type Level } from "../model/age";
import { icon, setIcon } from "./icon";

export class Judged {
  private drawing = icon("unknown");
  private value = el("span", { class: "judged-value", text: "–" });
  private word = el("span", { class: "judged-word", text: "unknown" });
  readonly root: HTMLElement;

  constructor(name: string, doc: string) {
    this.root = el("div", { class: "judged", "data-level": "unknown", title: doc },
      this.drawing, el("span", { class: "judged-name", text: name }), this.value, this.word);
  }

  show(text: string, level: Level): void {
    setText(this.value, text);
    setText(this.word, levelWords[level]);
    setAttr(this.root, "data-level", level);
    setIcon(this.drawing, level);
  }
}
