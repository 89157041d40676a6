// What this browser remembers of how its user likes the page. A browser that remembers nothing is fine too.

export interface Toggles {
  lines: boolean;
  area: boolean;
  marker: boolean;
}

export interface Settings extends Toggles {
  theme: "auto" | "light" | "dark";
  sound: boolean;
  shortcuts: boolean;
}

const key = "lanekeeper";
const initial: Settings = { lines: true, area: true, marker: true, theme: "auto", sound: false, shortcuts: true };

export class Store {
  readonly values: Settings;
  private listeners: (() => void)[] = [];

  constructor() {
    this.values = { ...initial, ...read() };
  }

  set<K extends keyof Settings>(name: K, value: Settings[K]): void {
    this.values[name] = value;
    try {
      localStorage.setItem(key, JSON.stringify(this.values));
    } catch {
      // Not allowed to, or full: it holds until the page is closed.
    }
    for (const listener of this.listeners) listener();
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }
}

function read(): Partial<Settings> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    return typeof stored === "object" && stored !== null ? (stored as Partial<Settings>) : {};
  } catch {
    return {};
  }
}
