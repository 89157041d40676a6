// window.lanekeeper: what the page shows, for tests and for measuring. It is documented in docs/viewer.md; the page itself
// does not use it.
import type { Vehicle } from "./model/vehicle";
import type { Panel } from "./view/panel";
import type { Drawn, Timing } from "./view/video";

export interface Shows {
  id: number;
  name: string;
  frames: number; // drawn since the page was opened
  frame_id: number; // of the picture that is shown
  drawn: Drawn | null;
  /** timings of the last 2000 drawn frames: [frame_id, timestamp_s, Date.now() when drawn]. */
  timings: Timing[];
  age_ms: number | null;
  delay_ms: number | null;
  state: string;
  reason: string;
  link: string;
  log: string[];
}

declare global {
  interface Window {
    lanekeeper?: { vehicles(): Shows[] };
  }
}

export function expose(shown: () => Iterable<{ vehicle: Vehicle; panel: Panel }>): void {
  window.lanekeeper = {
    vehicles: () =>
      [...shown()].map(({ vehicle: v, panel }) => ({
        id: v.info.id, name: v.info.name, frames: panel.video.frames, frame_id: panel.video.frameID, drawn: panel.video.drawn,
        timings: [...panel.video.timings], age_ms: v.age(performance.now()), delay_ms: v.delayMs(performance.now()),
        state: v.control?.state ?? "", reason: v.control?.reason ?? "", link: v.link?.state ?? "", log: v.log.entries.map((e) => e.text),
      })),
  };
}
