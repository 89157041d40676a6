package telemetry

import (
	"encoding/json"

	"lanekeeper/msg"
)

// Control is what controld does, and why.
type Control struct {
	FrameID      int64       `json:"frame_id"`   // the frame that it answers; 0 none
	CaptureNs    int64       `json:"capture_ns"` // that frame was captured; 0 none
	CommandNs    int64       `json:"command_ns"` // the command was computed
	ValidUntilNs int64       `json:"valid_until_ns"`
	PublishedNs  int64       `json:"published_ns"` // it was in shared memory
	SentNs       int64       `json:"sent_ns"`      // this message was made
	State        string      `json:"state"`        // standby, active, degraded, stopped
	Reason       string      `json:"reason"`
	Steering     float64     `json:"steering"`
	Throttle     float64     `json:"throttle"`
	Brake        float64     `json:"brake"`
	SpeedMps     *float64    `json:"speed_mps"`
	PositionM    *[3]float64 `json:"position_m"`
	RotationRad  *[3]float64 `json:"rotation_rad"`
	OffsetM      *float64    `json:"offset_m"`
	HeadingRad   *float64    `json:"heading_rad"`
	Confidence   float64     `json:"confidence"`
	Departure    string      `json:"departure"`
}

// ControlOf is a command record, all but its times of publishing and sending.
func ControlOf(c *msg.Command) Control {
	return Control{
		FrameID: c.FrameID, CaptureNs: c.CaptureNs, CommandNs: c.CommandNs, ValidUntilNs: c.ValidUntilNs,
		State: c.Mode.String(), Reason: c.Reason.String(),
		Steering: orZero(c.Steering), Throttle: orZero(c.Throttle), Brake: orZero(c.Brake),
		SpeedMps: known(c.SpeedMps), PositionM: three(c.PositionM), RotationRad: three(c.RotationRad),
		OffsetM: known(c.OffsetM), HeadingRad: known(c.HeadingRad), Confidence: orZero(c.Confidence), Departure: c.Departure.String(),
	}
}

// Status comes from each daemon once a second, and tells how its clock reads.
type Status struct {
	Name    string          `json:"name"`
	Version string          `json:"version"`
	PID     int             `json:"pid"`
	UptimeS float64         `json:"uptime_s"`
	Line    string          `json:"line"`    // what it says it is doing
	SentNs  int64           `json:"sent_ns"` // CLOCK_MONOTONIC
	WallS   float64         `json:"wall_s"`  // the same moment by the wall clock
	BootID  string          `json:"boot_id"` // who has the same one has the same CLOCK_MONOTONIC
	Sender  Sender          `json:"sender"`
	Detail  json.RawMessage `json:"detail"` // of the daemon's /status
}

// Sender is how a daemon's stream does.
type Sender struct {
	RateHz    float64 `json:"rate_hz"` // of frames, or of what the daemon sends
	Sent      uint64  `json:"sent"`    // messages
	Refused   uint64  `json:"refused"` // connections of unknown keys
	EncodeMs  float64 `json:"encode_ms"`
	Encrypted bool    `json:"encrypted"`
}

// Event is something that happened to the vehicle.
type Event struct {
	ID       uint64  `json:"id"`     // grows by one
	TimeS    float64 `json:"time_s"` // wall clock
	TimeNs   int64   `json:"time_ns"`
	Kind     string  `json:"kind"`     // state, order, departure, actuator
	Severity string  `json:"severity"` // info, warning, error
	Text     string  `json:"text"`
	State    string  `json:"state"`  // of the safety gate then
	Reason   string  `json:"reason"` // for it
	By       string  `json:"by"`     // whose order it was; empty for none
}

// Kinds and severities of events.
const (
	EventState     = "state"
	EventOrder     = "order"
	EventDeparture = "departure"
	EventActuator  = "actuator"

	Info    = "info"
	Warning = "warning"
	Error   = "error"
)
