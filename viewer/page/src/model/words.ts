// What the safety gate's states and reasons are called, for people.
import type { Level } from "./age";

const states: Record<string, string> = {
  standby: "Standby",
  active: "Driving",
  degraded: "Driving slower",
  stopped: "Stopped",
};

const reasons: Record<string, string> = {
  none: "",
  disarmed: "not armed; arming is done on the vehicle",
  "no-detection": "nothing has come from the detector yet",
  stale: "no detections for too long",
  old: "the pictures are too old",
  frozen: "the camera repeats the same picture",
  rate: "detections come too slowly",
  invalid: "a detection held impossible numbers",
  "lane-lost": "no line seen for too long",
  "low-confidence": "the lines are hardly believed",
  "one-line": "only one line seen",
  emergency: "emergency stop",
  shutdown: "the controller is ending",
  actuator: "the actuator refused",
  "source-reset": "the camera began anew",
  paused: "paused",
  "link-lost": "the link to who had control was lost",
};

export interface Badge {
  state: string; // Stopped
  reason: string; // no detections for too long; "" none
  level: Level;
}

const levels: Record<string, Level> = { standby: "unknown", active: "good", degraded: "late", stopped: "bad" };

/** badge tells a state and its reason. Names that this page does not know are shown as they came. */
export function badge(state: string, reason: string): Badge {
  const key = reason.replaceAll(" ", "-");
  return { state: states[state] ?? state, reason: reasons[key] ?? reason, level: key === "paused" ? "late" : (levels[state] ?? "unknown") };
}
