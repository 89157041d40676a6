package msg

import (
	"fmt"
	"math"
)

// Mode is the state of the safety gate that a command came through.
type Mode uint32

// The modes. Only ModeActive and ModeDegraded move the vehicle.
const (
	ModeStandby  Mode = 1 // not armed
	ModeActive   Mode = 2 // driving
	ModeDegraded Mode = 3 // driving slower, on less than it wants to see
	ModeStopped  Mode = 4 // neutral because an input failed or somebody said so
)

func (m Mode) String() string {
	switch m {
	case ModeStandby:
		return "standby"
	case ModeActive:
		return "active"
	case ModeDegraded:
		return "degraded"
	case ModeStopped:
		return "stopped"
	}
	return fmt.Sprintf("mode %d", uint32(m))
}

// Reason is why the safety gate is in its mode.
type Reason uint32

// The reasons.
const (
	ReasonNone          Reason = 0
	ReasonDisarmed      Reason = 1  // never armed, or disarmed
	ReasonNoDetection   Reason = 2  // nothing has come from the detector yet
	ReasonStale         Reason = 3  // the last detection was published too long ago
	ReasonOld           Reason = 4  // the frame behind the detection is too old
	ReasonFrozen        Reason = 5  // the camera repeats the same picture
	ReasonRate          Reason = 6  // detections come too slowly
	ReasonInvalid       Reason = 7  // a number in the detection is not finite or out of range
	ReasonLaneLost      Reason = 8  // no line seen for too long
	ReasonLowConfidence Reason = 9  // lines seen, but hardly believed
	ReasonOneLine       Reason = 10 // only one of the lines seen
	ReasonEmergency     Reason = 11 // emergency stop
	ReasonShutdown      Reason = 12 // the controller is ending
	ReasonActuator      Reason = 13 // the actuator refused
	ReasonSourceReset   Reason = 14 // the camera or its recording began anew
	ReasonPaused        Reason = 15 // somebody paused the vehicle
	ReasonLinkLost      Reason = 16 // whoever had taken control from afar is not heard any more
)

var reasonNames = [...]string{
	ReasonNone: "none", ReasonDisarmed: "disarmed", ReasonNoDetection: "no-detection", ReasonStale: "stale", ReasonOld: "old",
	ReasonFrozen: "frozen", ReasonRate: "rate", ReasonInvalid: "invalid", ReasonLaneLost: "lane-lost",
	ReasonLowConfidence: "low-confidence", ReasonOneLine: "one-line", ReasonEmergency: "emergency", ReasonShutdown: "shutdown",
	ReasonActuator: "actuator", ReasonSourceReset: "source-reset", ReasonPaused: "paused", ReasonLinkLost: "link lost",
}

// Reasons is how many reasons there are; they are numbered from ReasonNone on.
const Reasons = len(reasonNames)

func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return fmt.Sprintf("reason %d", uint32(r))
}

// Command is what the vehicle is to do, until ValidUntilNs. After that, and whenever the segment is closed or gone, its
// reader acts as if it were neutral.
type Command struct {
	FrameID      int64   // the frame that it answers; 0 when it answers none
	CaptureNs    int64   // ns, CLOCK_MONOTONIC: when that frame was captured; 0 when it answers none
	CommandNs    int64   // ns, CLOCK_MONOTONIC: when the command was computed
	ValidUntilNs int64   // ns, CLOCK_MONOTONIC
	SourceNs     int64   // ns in the source's own time
	Steering     float64 // −1…1, right is positive
	Throttle     float64 // 0…1
	Brake        float64 // 0…1
	Mode         Mode
	Reason       Reason
	SpeedMps     float64    // m/s; NaN unknown
	PositionM    [3]float64 // m, in a frame of the actuator's own; NaN unknown
	RotationRad  [3]float64 // rad: roll, pitch, yaw; NaN unknown
	OffsetM      float64    // m, as the controller judged it: left of the lane centre is positive; NaN unknown
	HeadingRad   float64    // rad; NaN unknown
	Confidence   float64    // 0…1, of the lane as a whole
	Departure    Departure
	Ready        int32 // 1 in a whole record
	_            [32]byte
}

// CommandBytes is the size of a Command.
const CommandBytes = 192

// Bytes is the record's memory.
func (c *Command) Bytes() []byte { return wire(c) }

// Decode reads a payload into c.
func (c *Command) Decode(payload []byte) error {
	if err := decode(c, payload, KindCommand); err != nil {
		return err
	}
	if c.Ready != 1 {
		return fmt.Errorf("decoding a command whose ready field is %d, 1 expected: %w", c.Ready, ErrMalformed)
	}
	return nil
}

// Neutral is a command that lets the vehicle stop: wheels straight, no throttle, no brake.
func Neutral(mode Mode, reason Reason) Command {
	nan := math.NaN()
	return Command{
		Mode: mode, Reason: reason, Ready: 1, SpeedMps: nan, PositionM: [3]float64{nan, nan, nan},
		RotationRad: [3]float64{nan, nan, nan}, OffsetM: nan, HeadingRad: nan,
	}
}

// Drive is what a consumer acts on at time nowNs: the command's steering, throttle and brake while it is valid and of a
// mode that moves, else zeros. A number that is not finite counts as zero; others are held within their ranges.
func (c *Command) Drive(nowNs int64) (steering, throttle, brake float64) {
	if c.Ready != 1 || nowNs > c.ValidUntilNs {
		return 0, 0, 0
	}
	if c.Mode != ModeActive && c.Mode != ModeDegraded {
		return 0, 0, clamp(c.Brake, 0, 1)
	}
	return clamp(c.Steering, -1, 1), clamp(c.Throttle, 0, 1), clamp(c.Brake, 0, 1)
}

func clamp(v, lo, hi float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return min(max(v, lo), hi)
}
