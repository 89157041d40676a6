package screen

import (
	"time"

	"lanekeeper/telemetry"
)

// Report is how a vehicle is, as far as it is known here. What is not known is null.
type Report struct {
	Time      time.Time         `json:"time"` // wall clock
	Vehicle   string            `json:"vehicle"`
	Link      Link              `json:"link"`
	Clock     string            `json:"clock"` // exact, or estimated
	Control   *Aged[Control]    `json:"control"`
	Lane      *Aged[Lane]       `json:"lane"`
	Rates     Rates             `json:"rates"`
	Latencies []Latency         `json:"latencies"`
	Daemons   []Daemon          `json:"daemons"`
	Events    []telemetry.Event `json:"events"`  // the last ones, from old to new
	Notices   []string          `json:"notices"` // the last ones, about the link
	OffsetsM  []float64         `json:"offsets_m"`
	Headings  []float64         `json:"headings_rad"`
}

// Link is how the link is.
type Link struct {
	State  string  `json:"state"` // connecting, live, silent, lost
	Text   string  `json:"text"`
	SinceS float64 `json:"since_s"`
}

// Aged is a value and how old what it is about is now.
type Aged[T any] struct {
	AgeMs   *float64 `json:"age_ms"`
	HeardMs float64  `json:"heard_ms"` // since it came: what is of unknown age is at least that old
	Value   T        `json:"value"`
}

// Control is what the controller does. Of a vehicle that sends in clear only the numbers are known.
type Control struct {
	State     string   `json:"state,omitempty"`
	Reason    string   `json:"reason,omitempty"`
	Departure string   `json:"departure,omitempty"`
	Steering  float64  `json:"steering"`
	Throttle  float64  `json:"throttle"`
	Brake     float64  `json:"brake"`
	SpeedMps  *float64 `json:"speed_mps"`
}

// Lane is what was found.
type Lane struct {
	FrameID         int64    `json:"frame_id"`
	LeftConfidence  *float64 `json:"left_confidence"` // null: not seen
	RightConfidence *float64 `json:"right_confidence"`
	OffsetM         *float64 `json:"offset_m"`
	HeadingRad      *float64 `json:"heading_rad"`
	Uncalibrated    bool     `json:"uncalibrated"` // lengths are in widths of the lane, not in m
	Departure       string   `json:"departure,omitempty"`
}

// Rates are those of the last interval.
type Rates struct {
	LanesHz    float64  `json:"lanes_hz"`
	ControlHz  float64  `json:"control_hz"`
	BytesPerS  float64  `json:"bytes_per_s"`
	Overrun    uint64   `json:"frames_overrun"` // on the vehicle, since its detector started
	Skipped    uint64   `json:"frames_skipped"`
	Malformed  uint64   `json:"malformed"` // messages
	DelayP50Ms *float64 `json:"delay_p50_ms"`
	DelayP99Ms *float64 `json:"delay_p99_ms"`
}

// Hop is a part of a frame's way.
type Hop string

// The hops, in the order of a report.
const (
	CaptureToFrame     Hop = "capture → frame"
	FrameToDetection   Hop = "frame → detection"
	Processing         Hop = "of it processing"
	CaptureToDetection Hop = "capture → detection"
	CaptureToCommand   Hop = "capture → command"
	CommandToHere      Hop = "command → here"
)

func hops() []Hop {
	return []Hop{CaptureToFrame, FrameToDetection, Processing, CaptureToDetection, CaptureToCommand, CommandToHere}
}

// Latency is how long a hop took in the last interval; null where there is nothing to measure.
type Latency struct {
	Hop   Hop      `json:"hop"`
	Count int      `json:"count"`
	P50Ms *float64 `json:"p50_ms"`
	P99Ms *float64 `json:"p99_ms"`
}

// Daemon is what a daemon says of itself.
type Daemon struct {
	Name    string  `json:"name"`
	Version string  `json:"version"`
	UptimeS float64 `json:"uptime_s"`
	Line    string  `json:"line"`
}
