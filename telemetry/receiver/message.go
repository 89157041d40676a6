package receiver

import (
	"encoding/json"
	"time"

	"lanekeeper/telemetry"
)

// Names of the daemons that stream.
const (
	LaneDetectd = "lane-detectd"
	Controld    = "controld"
)

// Times are how old something was when it was received; whoever shows it adds what passes since Received.
type Times struct {
	Received time.Time // by this machine's clock, monotonic part included
	AgeMs    *float64  // since capture; of a status or an event since it was sent; null unknown
	DelayMs  *float64  // since it was sent; null unknown
	Exact    bool      // both machines have the same clock; else the clocks' difference is estimated by the least delay seen
}

// Message is one of any topic but frame. Data is its JSON; of the pointers that of its topic is set.
type Message struct {
	Times
	Daemon string // whose stream it came on
	Topic  string
	Data   json.RawMessage

	Lane      *telemetry.LaneFound
	Control   *telemetry.Control
	Status    *telemetry.Status
	Event     *telemetry.Event
	Detection *telemetry.Detection
	State     *telemetry.State
}

// Picture is a message of the topic frame.
type Picture struct {
	Times
	telemetry.Frame
	Data json.RawMessage // the frame's JSON
	JPEG []byte
}

// Notice is something about a daemon that its stream shows: it has started again, or its machine has.
type Notice struct {
	Daemon string
	Text   string
}

// Stats are those of the last second.
type Stats struct {
	FPS         float64 // pictures
	Frames      uint64  // pictures since the start
	Dropped     uint64  // pictures that were sent, or would have been, and did not come; since the start
	Malformed   uint64  // messages that were not what they should be; since the start
	BytesPerS   float64
	DelayP50Ms  *float64 // of the messages of the last seconds; null unknown
	DelayP99Ms  *float64
	RoundTripMs *float64 // of the last command; null unknown
}
