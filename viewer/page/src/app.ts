// The page: vehicles as they are told of, each with its panel, under one header.
import { API } from "./api";
import { Connection, type Listener } from "./connection";
import type { FrameHeader, Hello, Message } from "./contract";
import { el, setAttr, setText, show } from "./dom";
import { expose } from "./hook";
import { listen } from "./keyboard";
import type { Entry } from "./model/log";
import { Vehicle } from "./model/vehicle";
import { Store, type Settings } from "./settings";
import { Beeper } from "./sound";
import { Button } from "./view/button";
import { Emergency } from "./view/emergency";
import { Help } from "./view/help";
import { Panel } from "./view/panel";

const updateMs = 200;
const chartsMs = 100;
const calmChartsMs = 1000; // where the user asked for less motion
const keepMs = 200;

interface Shown {
  vehicle: Vehicle;
  panel: Panel;
}

export class App implements Listener {
  private store = new Store();
  private api = new API();
  private beeper = new Beeper();
  private shown = new Map<number, Shown>();
  private chosen = 0;
  private connected = false;
  private everConnected = false;
  private version = "";
  private emergency = new Emergency(this.api, () => [...this.shown.values()].map((s) => s.vehicle));
  private help = new Help(this.store);
  private sound = new Button({ name: "Sound off", icon: "mute", key: "M", class: "tool", onPress: () => this.toggleSound() });
  private theme = new Button({ name: "Colours", icon: "theme", key: "D", class: "tool", onPress: () => this.nextTheme() });
  private helping = new Button({ name: "Help", icon: "help", key: "?", class: "tool", onPress: () => this.help.toggle() });
  private main = el("main", { id: "vehicles", tabindex: -1 });
  private offline = el("p", { class: "offline", hidden: true, text: "lane-viewer does not answer, or has too many pages open. Trying again." });
  private said = el("div", { class: "hidden-label", "aria-live": "polite", role: "status" });
  private connection: Connection;
  private dark = matchMedia("(prefers-color-scheme: dark)");
  private calm = matchMedia("(prefers-reduced-motion: reduce)");

  constructor() {
    const head = el("header", { class: "top" },
      el("div", { class: "bar-top" },
        el("h1", {}, el("img", { src: "/assets/icon.svg", alt: "", width: 28, height: 28 }), el("span", { text: "Lanekeeper" })),
        el("div", { class: "top-tools" }, this.sound.root, this.theme.root, this.helping.root),
        this.emergency.button),
      this.emergency.banner);
    // What sticks below the header must know how high it is: it grows when there is an emergency stop.
    new ResizeObserver(() => document.documentElement.style.setProperty("--top", `${head.offsetHeight}px`)).observe(head);
    document.body.replaceChildren(
      el("a", { class: "skip", href: "#vehicles", text: "Skip to the vehicles" }),
      head, this.offline, this.main, this.help.root, this.said);
    this.store.onChange(() => this.apply());
    this.dark.addEventListener("change", () => this.apply());
    this.apply();
    listen({ stop: () => this.emergency.press(), press: (key) => this.press(key), shortcuts: () => this.store.values.shortcuts });
    for (const gesture of ["pointerdown", "keydown"]) {
      addEventListener(gesture, () => this.store.values.sound && !this.beeper.ready && this.beeper.unlock(), { capture: true });
    }
    document.addEventListener("visibilitychange", () => this.seen());
    expose(() => this.shown.values());
    this.connection = new Connection(this);
    setInterval(() => this.update(), updateMs);
    setInterval(() => this.keep(), keepMs);
    this.drawCharts();
  }

  onOpen(): void {
    if (this.everConnected) void this.api.renew();
  }

  onClosed(sleptMs: number): void {
    for (const { vehicle } of this.shown.values()) vehicle.grow(sleptMs);
    if (this.connected) {
      for (const { vehicle } of this.shown.values()) {
        vehicle.log.add("error", vehicle.holding ? "lane-viewer does not answer; this page has lost control, the vehicle stops" : "lane-viewer does not answer");
        vehicle.cutOff();
      }
    }
    this.connected = false;
    this.update();
  }

  onMessage(m: Message): void {
    const now = performance.now();
    if (m.type === "hello") {
      this.hello(m);
      return;
    }
    const s = this.shown.get(m.vehicle);
    if (!s) return;
    const { vehicle, panel } = s;
    switch (m.type) {
      case "link": vehicle.onLink(m); break;
      case "lane":
        vehicle.onLane(m, now);
        panel.video.onLane(m.data);
        break;
      case "control": vehicle.onControl(m, now); break;
      case "status": vehicle.onStatus(m); break;
      case "event":
        vehicle.onEvent(m);
        if (m.data.kind === "order") void panel.params.refresh();
        break;
      case "stats": vehicle.stats = m; break;
      case "recording": vehicle.onRecording(m); break;
      case "ended": vehicle.onEnded(); break;
    }
  }

  onFrame(header: FrameHeader, jpeg: Uint8Array<ArrayBuffer>): void {
    const s = this.shown.get(header.vehicle);
    if (!s) return;
    s.vehicle.onFrame(header, performance.now());
    s.panel.onFrame(header);
    s.panel.video.onFrame(header, jpeg);
  }

  private hello(m: Hello): void {
    this.api.page = m.page;
    if (this.version !== "" && m.version !== this.version) {
      location.reload(); // another lane-viewer, with another page
      return;
    }
    this.version = m.version;
    for (const [id, s] of this.shown) {
      const now = m.vehicles.find((v) => v.id === id);
      if (now && now.name === s.vehicle.info.name && now.address === s.vehicle.info.address) continue;
      s.panel.params.setOpen(false);
      s.panel.root.remove();
      this.shown.delete(id);
    }
    for (const info of m.vehicles) {
      const known = this.shown.get(info.id);
      if (known) {
        known.vehicle.info = info;
        known.panel.video.restart();
        known.vehicle.log.add("info", "lane-viewer answers again");
        continue;
      }
      const vehicle = new Vehicle(info, (entry) => this.tell(vehicle, entry));
      const panel = new Panel(vehicle, this.api, this.store, (f) => this.connection.ack(f));
      panel.root.addEventListener("focusin", () => this.choose(info.id));
      panel.root.addEventListener("pointerdown", () => this.choose(info.id));
      this.shown.set(info.id, { vehicle, panel });
      this.main.append(panel.root);
    }
    this.connected = this.everConnected = true;
    setAttr(this.main, "data-vehicles", String(Math.min(4, this.shown.size)));
    document.title = `${m.vehicles.map((v) => v.name).join(", ")} – Lanekeeper`;
    if (!this.shown.has(this.chosen)) this.chosen = m.vehicles[0]?.id ?? 0;
    this.choose(this.chosen);
    this.update();
  }

  /** seen: the page is hidden, or no longer. What was drawn before is old, and must not wait to be shown so. */
  private seen(): void {
    for (const { panel } of this.shown.values()) panel.seenMs = performance.now();
    this.update();
  }

  private update(): void {
    this.emergency.show();
    show(this.offline, !this.connected && this.shown.size === 0);
    const now = performance.now();
    this.warn(now);
    if (document.hidden) return;
    for (const { panel } of this.shown.values()) panel.update(now, this.connected);
    this.nameSound();
  }

  private drawCharts(): void {
    const again = () => requestAnimationFrame(() => this.drawCharts());
    setTimeout(again, this.calm.matches ? calmChartsMs : chartsMs);
    const now = performance.now();
    for (const { panel } of this.shown.values()) panel.drawCharts(now);
  }

  private warn(now: number): void {
    if (!this.store.values.sound) return;
    for (const { vehicle } of this.shown.values()) {
      const side = this.connected ? vehicle.departing(now) : null;
      if (side) this.beeper.warn(side);
    }
  }

  /** keep tells that somebody sees this page, for each vehicle that it controls. */
  private keep(): void {
    if (document.hidden) return;
    for (const { vehicle } of this.shown.values()) if (vehicle.holding) this.connection.keep(vehicle.info.id);
  }

  private tell(v: Vehicle, entry: Entry): void {
    if (entry.severity !== "info") setText(this.said, `${v.info.name}: ${entry.text}`);
  }

  private choose(id: number): void {
    this.chosen = id;
    for (const [other, s] of this.shown) setAttr(s.panel.root, "data-chosen", this.shown.size > 1 && other === id ? "yes" : null);
  }

  private press(key: string): boolean {
    if (key === "?") this.help.toggle();
    else if (key === "Escape") this.help.close();
    else if (key === "M") this.toggleSound();
    else if (key === "D") this.nextTheme();
    else if (/^[1-9]$/.test(key)) {
      const id = [...this.shown.keys()][Number(key) - 1];
      if (id === undefined) return false;
      this.choose(id);
      this.shown.get(id)!.panel.root.scrollIntoView({ block: "start" });
    } else {
      const panel = this.shown.get(this.chosen)?.panel;
      const button = panel && {
        P: panel.commands.pause, R: panel.commands.resume, T: panel.commands.take, L: panel.toggles.lines, A: panel.toggles.area,
        O: panel.toggles.marker, I: panel.picture, V: panel.record, F: panel.full, S: panel.settings,
      }[key];
      if (!button) return false;
      button.press();
    }
    return true;
  }

  private toggleSound(): void {
    const on = !this.store.values.sound;
    if (on) this.beeper.unlock();
    this.store.set("sound", on);
  }

  private nextTheme(): void {
    const order: Settings["theme"][] = ["auto", "light", "dark"];
    this.store.set("theme", order[(order.indexOf(this.store.values.theme) + 1) % order.length]!);
  }

  private nameSound(): void {
    const { sound } = this.store.values;
    this.sound.setName(!sound ? "Sound off" : this.beeper.ready ? "Sound on" : "Sound: touch the page", sound ? "sound" : "mute");
    this.sound.setPressed(sound);
  }

  private apply(): void {
    const { theme } = this.store.values;
    const used = theme === "auto" ? (this.dark.matches ? "dark" : "light") : theme;
    if (document.documentElement.dataset["theme"] !== used) {
      document.documentElement.dataset["theme"] = used;
      this.renew();
    }
    this.theme.setName(`Colours: ${theme}`);
    this.nameSound();
  }

  private renew(): void {
    for (const { panel } of this.shown.values()) panel.renewCharts();
  }
}
