// Small drawings in the colour of the text beside them, which always says the same.
import { svg } from "../dom";

const paths = {
  good: "M4 12.5l5 5L20 6.5",
  late: "M12 3L2 20h20L12 3zm0 6v5m0 2.4v.2",
  bad: "M12 2l8 3v6c0 5-3.4 9-8 11-4.6-2-8-6-8-11V5l8-3zM9 9l6 6m0-6l-6 6",
  unknown: "M12 3a9 9 0 100 18 9 9 0 000-18zM9.5 9.5a2.5 2.5 0 113.6 2.2c-.8.4-1.1.9-1.1 1.8m0 2.9v.2",
  pause: "M8 5v14M16 5v14",
  play: "M7 4l12 8-12 8z",
  wheel: "M12 3a9 9 0 100 18 9 9 0 000-18zm0 6.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5zM3.5 10.5l6 .8m11-.8l-6 .8M12 14.5V21",
  reset: "M4 4v6h6M4.6 10A8 8 0 1112 20a8 8 0 01-7.4-5",
  record: "M12 5a7 7 0 100 14 7 7 0 000-14z",
  camera: "M3 8h4l2-3h6l2 3h4v11H3V8zm9 2a4 4 0 100 8 4 4 0 000-8z",
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  sliders: "M5 4v9m0 4v3M12 4v3m0 4v9M19 4v10m0 4v2M3 15h4M10 9h4M17 16h4",
  sound: "M4 9v6h4l5 4V5L8 9H4zm12-.5a5 5 0 010 7m2.5-9.5a8.5 8.5 0 010 12",
  mute: "M4 9v6h4l5 4V5L8 9H4zm12 0l5 6m0-6l-5 6",
  theme: "M12 3a9 9 0 100 18 9 9 0 000-18zm0 0v18a9 9 0 000-18z",
  help: "M12 3a9 9 0 100 18 9 9 0 000-18zM9.5 9.5a2.5 2.5 0 113.6 2.2c-.8.4-1.1.9-1.1 1.8m0 2.9v.2",
  lines: "M10 4L5 20M14 4l5 16",
  area: "M10 4L5 20h14L14 4z",
  marker: "M4 19h16M12 5v14M8 9l4-4 4 4",
  left: "M20 12H5m6-7l-7 7 7 7",
  right: "M4 12h15m-6-7l7 7-7 7",
  stop: "M8 2h8l6 6v8l-6 6H8l-6-6V8l6-6z",
  info: "M12 3a9 9 0 100 18 9 9 0 000-18zm0 8v6m0-9.4v.2",
  close: "M5 5l14 14M19 5L5 19",
} as const;

export type IconName = keyof typeof paths;

export function icon(name: IconName): SVGSVGElement {
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: paths[name] }));
}

/** setIcon changes what an icon shows. */
export function setIcon(e: SVGSVGElement, name: IconName): void {
  const path = e.firstElementChild!;
  if (path.getAttribute("d") !== paths[name]) path.setAttribute("d", paths[name]);
}
