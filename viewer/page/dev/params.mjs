// Some of the daemons' parameters, as the vehicle lists them.
const number = (daemon, name, value, min, max, unit, doc, extra = {}) => ({
  daemon, name, value, default: value, allowed: `a number from ${min} to ${max}${unit ? ` (${unit})` : ""}`, unit, min: String(min), max: String(max), doc, live: true, ...extra,
});
const whole = (...args) => {
  const p = number(...args);
  return { ...p, allowed: p.allowed.replace("a number", "a whole number") };
};
const duration = (daemon, name, value, min, max, doc) => ({
  daemon, name, value, default: value, allowed: `a duration from ${min} to ${max}`, min, max, doc, live: true,
});

export function parameters() {
  return [
    number("controld", "control.lane.confidence_min", 0.2, 0, 1, "", "A line below this is not steered by."),
    number("controld", "control.lane.confidence_full", 0.8, 0, 1, "", "Below this throttle is reduced."),
    duration("controld", "control.lane.lost_for", "500ms", "0s", "3s", "Time without a line until the vehicle stops."),
    { daemon: "controld", name: "control.steering.controller", value: "pd", default: "pd", allowed: "one of pd, pid", one_of: ["pd", "pid"], doc: "How offset and heading become steering.", live: true },
    number("controld", "control.steering.kp", 1, 0, 5, "", "Share of the curve towards the lookahead point."),
    number("controld", "control.steering.ki", 0.25, 0, 5, "1/s", "Integral gain of pid."),
    number("controld", "control.steering.kd", 0.02, 0, 2, "s", "Derivative gain."),
    duration("controld", "control.steering.lookahead_time", "450ms", "50ms", "5s", "Time ahead of the point that is steered for."),
    number("controld", "control.speed.cruise_mps", 0.8, 0.05, 60, "m/s", "Speed where the road is straight."),
    number("controld", "control.speed.cruise_throttle", 0.4, 0, 1, "", "Throttle at that speed."),
    number("controld", "control.speed.max_lateral_mps2", 1, 0.05, 10, "m/s²", "Sideways acceleration that slows the vehicle in curves."),
    whole("lane-detectd", "cv.work_width", 224, 96, 480, "px", "Width of the reduced picture that lines are sought in."),
    number("lane-detectd", "cv.search_top", 0.2, 0, 0.9, "", "Share of the height, from the top, in which nothing is sought."),
    whole("lane-detectd", "cv.min_contrast", 8, 1, 100, "", "Least contrast of a line against both of its sides, of 255."),
    number("lane-detectd", "cv.camera.pitch_deg", 0, -30, 80, "deg", "How far the camera looks down."),
    duration("lane-detectd", "cv.smoothing", "60ms", "0s", "1s", "Time constant that lines are smoothed with; 0s = none."),
    duration("lane-detectd", "cv.hold", "300ms", "0s", "1s", "How long a line that is not seen is carried on."),
  ];
}

/** refusal is why a value may not be set, "" when it may. */
export function refusal(p, value) {
  if (p.one_of) return p.one_of.includes(value) ? "" : `${p.name}: ${value} given, ${p.allowed} expected`;
  const ms = (text) => Number.parseFloat(text) * (/[^m]s$/.test(text) ? 1000 : 1);
  const [v, min, max] = typeof p.value === "number" ? [value, Number(p.min), Number(p.max)] : [value, p.min, p.max].map(ms);
  return v >= min && v <= max ? "" : `${p.name}: ${value} given, ${p.allowed} expected`;
}
