// What lane-viewer and this page tell each other: viewer/wire.go, and the messages of package telemetry within.

export type LinkState = "connecting" | "live" | "silent" | "lost";
export type Clock = "exact" | "estimated" | "";

export interface VehicleInfo {
  id: number;
  name: string;
  address: string;
  commands: boolean;
  record: boolean;
}

export interface Hello {
  type: "hello";
  version: string;
  page: string;
  vehicles: VehicleInfo[];
}

export interface Link {
  type: "link";
  vehicle: number;
  state: LinkState;
  text: string;
  since_s: number;
}

export interface Stats {
  type: "stats";
  vehicle: number;
  fps: number;
  frames: number;
  dropped: number;
  bytes_per_s: number;
  delay_p50_ms: number | null;
  delay_p99_ms: number | null;
}

export interface Recording {
  type: "recording";
  vehicle: number;
  path: string;
  bytes: number;
  dropped?: number;
  on: boolean;
  error: string;
}

/** Ended: this page has lost control of the vehicle. */
export interface Ended {
  type: "ended";
  vehicle: number;
}

interface Told<Type extends string, Data> {
  type: Type;
  vehicle: number;
  age_ms: number | null;
  delay_ms: number | null;
  clock: Clock;
  data: Data;
}

export type LaneMessage = Told<"lane", LaneFound>;
export type ControlMessage = Told<"control", Control>;
export type StatusMessage = Told<"status", Status>;
export type EventMessage = Told<"event", VehicleEvent>;
export type Message = Hello | Link | Stats | Recording | Ended | LaneMessage | ControlMessage | StatusMessage | EventMessage;

/** FrameHeader goes before a JPEG picture in a binary message. */
export interface FrameHeader {
  vehicle: number;
  seq: number;
  frame_id: number;
  width: number;
  height: number;
  timestamp_s: number;
  age_ms: number | null;
  delay_ms: number | null;
}

export type Point = [number, number];

export interface Line {
  points: Point[];
  extrapolated: number[] | null;
  confidence: number;
  tracked: boolean;
  inferred: boolean;
  network: boolean;
  agreed: boolean;
}

export type Departure = "unknown" | "none" | "left" | "right";

export interface LaneFound {
  frame_id: number;
  capture_ns: number;
  frame_published_ns: number;
  published_ns: number;
  sent_ns: number;
  width: number;
  height: number;
  method: string;
  processing_time_ms: number;
  left: Line | null;
  right: Line | null;
  offset_m: number | null;
  heading_rad: number | null;
  curvature_per_m: number | null;
  lane_width_m: number | null;
  departure: Departure;
  uncalibrated: boolean;
  network_age_ms: number | null;
  frames_evaluated: number;
  frames_overrun: number;
  frames_skipped: number;
}

export interface Control {
  frame_id: number;
  capture_ns: number;
  command_ns: number;
  valid_until_ns: number;
  published_ns: number;
  sent_ns: number;
  state: string;
  reason: string;
  steering: number;
  throttle: number;
  brake: number;
  speed_mps: number | null;
  offset_m: number | null;
  heading_rad: number | null;
  confidence: number;
  departure: Departure;
}

export interface Status {
  name: string;
  version: string;
  pid: number;
  uptime_s: number;
  line: string;
  detail: Record<string, unknown> | null;
}

export type Severity = "info" | "warning" | "error";

export interface VehicleEvent {
  id: number;
  time_s: number;
  kind: string;
  severity: Severity;
  text: string;
  state: string;
  reason: string;
  by: string;
}

export interface Param {
  daemon: string;
  name: string;
  value: unknown;
  default: unknown;
  allowed: string;
  unit?: string;
  min?: string;
  max?: string;
  one_of?: string[];
  doc?: string;
  live: boolean;
}

export interface CommandResult {
  ok: boolean;
  error?: string;
  result?: unknown;
}

export type Command = "pause" | "resume" | "take" | "give" | "estop" | "reset" | "set";
