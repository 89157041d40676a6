package telemetry

import (
	"math"

	"lanekeeper/msg"
)

// Frame announces the picture that follows as the message's third part. Its keys are fixed.
type Frame struct {
	Timestamp float64 `json:"timestamp"` // s, wall clock, when it was captured
	FrameID   int64   `json:"frame_id"`
	Width     int     `json:"width"`  // px, of the JPEG picture
	Height    int     `json:"height"` // px
	JPEGSize  int     `json:"jpeg_size"`
}

// Detection is the two lane lines as straight segments. Its keys are fixed.
type Detection struct {
	LeftLane         *Lane   `json:"left_lane"`
	RightLane        *Lane   `json:"right_lane"`
	ProcessingTimeMs float64 `json:"processing_time_ms"`
	FrameID          int64   `json:"frame_id"`
}

// Lane is a lane line from its near end (x1, y1) to its far one, in pixels of the frame that was evaluated.
type Lane struct {
	X1         int32   `json:"x1"`
	Y1         int32   `json:"y1"`
	X2         int32   `json:"x2"`
	Y2         int32   `json:"y2"`
	Confidence float64 `json:"confidence"`
}

// State is what the vehicle does. Its keys are fixed.
type State struct {
	Steering float64     `json:"steering"` // −1…1, right is positive
	Throttle float64     `json:"throttle"` // 0…1
	Brake    float64     `json:"brake"`    // 0…1
	SpeedKmh float64     `json:"speed_kmh"`
	Position *[3]float64 `json:"position"` // m
	Rotation *[3]float64 `json:"rotation"` // rad: roll, pitch, yaw
}

// DetectionOf is a detection record as its topic has it.
func DetectionOf(d *msg.Detection) Detection {
	return Detection{
		LeftLane: laneOf(d.HasLeftLane, &d.LeftLane), RightLane: laneOf(d.HasRightLane, &d.RightLane),
		ProcessingTimeMs: orZero(d.ProcessingTimeMs), FrameID: d.FrameID,
	}
}

func laneOf(has int32, l *msg.Lane) *Lane {
	if has == 0 {
		return nil
	}
	return &Lane{X1: l.X1, Y1: l.Y1, X2: l.X2, Y2: l.Y2, Confidence: orZero(l.Confidence)}
}

// StateOf is what the vehicle acts on at time nowNs (CLOCK_MONOTONIC): a command that has expired is neutral. An unknown
// speed is 0, an unknown pose null.
func StateOf(c *msg.Command, nowNs int64) State {
	const kmhPerMps = 3.6
	var s State
	s.Steering, s.Throttle, s.Brake = c.Drive(nowNs)
	s.SpeedKmh = orZero(c.SpeedMps) * kmhPerMps
	s.Position, s.Rotation = three(c.PositionM), three(c.RotationRad)
	return s
}

func orZero(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// three is null unless all of it is known.
func three(v [3]float64) *[3]float64 {
	for _, x := range v {
		if known(x) == nil {
			return nil
		}
	}
	return &v
}

// known is v, or null.
func known(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
