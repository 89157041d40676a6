// What happened, newest last, as the event log shows it.
import type { Severity } from "../contract";

/** LogMost is how many entries are kept. */
export const LogMost = 500;

export interface Entry {
  at: Date;
  severity: Severity;
  text: string;
  by: string;
  count: number; // how often it was said in a row
}

export class Log {
  readonly entries: Entry[] = [];
  /** version grows with every change. */
  version = 0;

  constructor(private told: (entry: Entry) => void = () => {}) {}

  add(severity: Severity, text: string, by = "", at = new Date()): void {
    const last = this.entries[this.entries.length - 1];
    this.version++;
    if (last && last.text === text && last.by === by && last.severity === severity) {
      last.count++;
      last.at = at;
      return;
    }
    const entry = { at, severity, text, by, count: 1 };
    this.entries.push(entry);
    if (this.entries.length > LogMost) this.entries.splice(0, this.entries.length - LogMost);
    this.told(entry);
  }
}
