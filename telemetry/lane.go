package telemetry

import "lanekeeper/msg"

// LaneFound is all that was found in one frame, and when.
type LaneFound struct {
	FrameID          int64    `json:"frame_id"`
	CaptureNs        int64    `json:"capture_ns"`         // the frame was captured
	FramePublishedNs int64    `json:"frame_published_ns"` // it was in shared memory; 0 unknown
	PublishedNs      int64    `json:"published_ns"`       // the detection was in shared memory
	SentNs           int64    `json:"sent_ns"`            // this message was made
	Width            int32    `json:"width"`              // px, of the frame that points refer to
	Height           int32    `json:"height"`             // px
	Method           string   `json:"method"`
	ProcessingTimeMs float64  `json:"processing_time_ms"`
	Left             *Line    `json:"left"`
	Right            *Line    `json:"right"`
	OffsetM          *float64 `json:"offset_m"`    // left of the lane's centre is positive
	HeadingRad       *float64 `json:"heading_rad"` // pointing left is positive
	CurvaturePerM    *float64 `json:"curvature_per_m"`
	LaneWidthM       *float64 `json:"lane_width_m"`
	Departure        string   `json:"departure"`      // unknown, none, left, right
	Uncalibrated     bool     `json:"uncalibrated"`   // lengths are in widths of the lane, not in m
	NetworkAgeMs     *float64 `json:"network_age_ms"` // of the frame that the network saw last
	Evaluated        uint64   `json:"frames_evaluated"`
	Overrun          uint64   `json:"frames_overrun"`
	Skipped          uint64   `json:"frames_skipped"`
}

// Line is a lane line as a polyline, from near to far.
type Line struct {
	Points       [][2]float32 `json:"points"`       // px
	Extrapolated []int        `json:"extrapolated"` // indices of the points that were not seen
	Confidence   float64      `json:"confidence"`   // 0…1
	Tracked      bool         `json:"tracked"`      // carried on from earlier frames
	Inferred     bool         `json:"inferred"`     // placed from the other line
	Network      bool         `json:"network"`      // placed by the network
	Agreed       bool         `json:"agreed"`       // both methods see it
}

// LaneOf is a detection record in full, all but its times.
func LaneOf(d *msg.Detection) LaneFound {
	l := LaneFound{
		FrameID: d.FrameID, CaptureNs: d.CaptureNs, Width: d.Width, Height: d.Height,
		Method: d.Method.String(), ProcessingTimeMs: orZero(d.ProcessingTimeMs),
		Left: lineOf(&d.Left), Right: lineOf(&d.Right),
		OffsetM: known(d.OffsetM), HeadingRad: known(d.HeadingRad), CurvaturePerM: known(d.CurvaturePerM), LaneWidthM: known(d.LaneWidthM),
		Departure: d.Departure.String(), Uncalibrated: d.Flags&msg.DetectionUncalibrated != 0,
		Evaluated: d.FramesEvaluated, Overrun: d.FramesOverrun, Skipped: d.FramesSkipped,
	}
	if d.NetworkAgeMs != msg.NoNetwork {
		age := float64(d.NetworkAgeMs)
		l.NetworkAgeMs = &age
	}
	return l
}

// lineOf is null where there is no line.
func lineOf(l *msg.Line) *Line {
	n := min(l.Count, msg.MaxPoints)
	if n == 0 {
		return nil
	}
	t := &Line{
		Points: make([][2]float32, 0, n), Extrapolated: []int{}, Confidence: orZero(l.Confidence),
		Tracked: l.Flags&msg.LineTracked != 0, Inferred: l.Flags&msg.LineInferred != 0,
		Network: l.Flags&msg.LineNetwork != 0, Agreed: l.Flags&msg.LineAgreed != 0,
	}
	for i, p := range l.Points[:n] {
		if known(float64(p.X)) == nil || known(float64(p.Y)) == nil {
			continue
		}
		if l.Extrapolated&(1<<i) != 0 {
			t.Extrapolated = append(t.Extrapolated, len(t.Points))
		}
		t.Points = append(t.Points, [2]float32{p.X, p.Y})
	}
	return t
}
