package watch

import "time"

// Report is what happened in one interval.
type Report struct {
	Time      time.Time `json:"time"` // wall clock, at its end
	IntervalS float64   `json:"interval_s"`
	Segments  []Segment `json:"segments"`
	Latencies []Latency `json:"latencies"`
	Lanes     *Lanes    `json:"lanes"`   // the newest; null when none was ever seen
	Command   *Command  `json:"command"` // the newest; null when none was ever seen
}

// Segment is what went through a segment.
type Segment struct {
	Name       string   `json:"name"`
	RateHz     float64  `json:"rate_hz"`
	Records    uint64   `json:"records"` // number of the newest
	AgeMs      *float64 `json:"age_ms"`  // of the newest; null when there is none
	Drops      []Drop   `json:"drops"`
	NotSampled int      `json:"not_sampled"` // records that this program was too slow to see
	Problem    string   `json:"problem,omitempty"`
}

// Drop counts what was dropped in one way.
type Drop struct {
	How   string `json:"how"`
	Count uint64 `json:"count"`
}

// Hop is a part of a frame's way.
type Hop string

// The hops, in the order of a report.
const (
	CaptureToFrame     Hop = "capture → frame"
	FrameToDetection   Hop = "frame → detection"
	Processing         Hop = "of it processing"
	DetectionToCommand Hop = "detection → command"
	CaptureToCommand   Hop = "capture → command"
)

// Latency is how long a hop took; null where there is nothing to measure.
type Latency struct {
	Hop   Hop      `json:"hop"`
	Count int      `json:"count"`
	P50Ms *float64 `json:"p50_ms"`
	P99Ms *float64 `json:"p99_ms"`
	MaxMs *float64 `json:"max_ms"`
}

// Lanes is what the detector saw last. Numbers that are not known are null.
type Lanes struct {
	FrameID         int64    `json:"frame_id"`
	LeftConfidence  *float64 `json:"left_confidence"` // null: not seen
	RightConfidence *float64 `json:"right_confidence"`
	OffsetM         *float64 `json:"offset_m"`
	HeadingRad      *float64 `json:"heading_rad"`
	Uncalibrated    bool     `json:"uncalibrated"` // lengths are in lane widths, not in metres
	Departure       string   `json:"departure"`
}

// Command is what the controller said last.
type Command struct {
	FrameID    int64   `json:"frame_id"`
	State      string  `json:"state"`
	Reason     string  `json:"reason"`
	Steering   float64 `json:"steering"`
	Throttle   float64 `json:"throttle"`
	Brake      float64 `json:"brake"`
	Confidence float64 `json:"confidence"`
	ExpiredMs  float64 `json:"expired_ms"` // how long ago it ceased to be valid, so that whoever obeys is neutral; 0 while it is
}
