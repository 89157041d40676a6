// The event log.
import { el, id, setText } from "../dom";
import { clock } from "../model/format";
import { LogMost, type Entry, type Log } from "../model/log";
import { icon } from "./icon";

const icons = { info: "info", warning: "late", error: "bad" } as const;

export class Events {
  private list = el("ol", { class: "log", tabindex: 0 });
  private empty = el("p", { class: "hint", text: "Nothing has happened yet." });
  readonly root: HTMLElement;
  private version = -1;
  private rows = new Map<Entry, HTMLElement>();

  constructor() {
    const head = id("events");
    this.list.setAttribute("aria-labelledby", head);
    this.root = el("section", { class: "card events", "aria-labelledby": head },
      el("div", { class: "card-head" }, el("h3", { id: head, text: "What happened" })), this.empty, this.list);
  }

  /** show puts the newest on top. */
  show(log: Log): void {
    if (log.version === this.version) return;
    this.version = log.version;
    this.empty.hidden = log.entries.length > 0;
    const known = new Set(log.entries);
    for (const [entry, row] of this.rows) {
      if (known.has(entry)) continue;
      row.remove();
      this.rows.delete(entry);
    }
    for (const entry of log.entries) {
      let row = this.rows.get(entry);
      if (!row) {
        row = el("li", { class: entry.severity }, icon(icons[entry.severity]), el("time"), el("span", { class: "log-text" }));
        this.rows.set(entry, row);
        this.list.prepend(row);
      }
      const severity = entry.severity === "info" ? "" : `${entry.severity}: `;
      const times = entry.count > 1 ? ` (${entry.count} times)` : "";
      setText(row.querySelector("time")!, clock(entry.at));
      setText(row.querySelector(".log-text")!, `${severity}${entry.text}${entry.by ? ` — ${entry.by}` : ""}${times}`);
    }
    while (this.list.childElementCount > LogMost) this.list.lastElementChild!.remove();
  }
}
