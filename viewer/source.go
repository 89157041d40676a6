package viewer

import (
	"context"
	"encoding/json"
	"time"

	"lanekeeper/telemetry"
)

// Source is a vehicle as the server sees it. Its methods may be called from several goroutines.
type Source interface {
	// Run receives until ctx ends, and tells what comes. It connects, and connects again, by itself: it returns an error only
	// where trying again cannot help.
	Run(ctx context.Context, told Listener) error
	// Do has a command carried out (a telemetry.Command… other than hello, keep and params), with args as its Request has
	// them. A refusal is an Answer that is not OK; an error means that no answer came, so that nobody knows.
	Do(ctx context.Context, command string, args json.RawMessage) (telemetry.Answer, error)
	// Keep says that whoever took control is still there. An answer that is not OK means that control is lost.
	Keep(ctx context.Context) (telemetry.Answer, error)
	// Params lists what the command set takes, and what else the vehicle tells.
	Params(ctx context.Context) ([]Param, error)
}

// Listener is told what comes from a vehicle, in order and one thing at a time. It returns at once.
type Listener interface {
	Message(Message)
	Link(state, text string)
	Dropped(frames uint64) // frames that the vehicle sent and that never came
}

// Message is what a vehicle sent on one of its topics. Its bytes are never changed.
type Message struct {
	Topic      string
	JSON       []byte    // valid
	JPEG       []byte    // of a frame
	CapturedAt time.Time // the frame that it is about, by this machine's clock; zero unknown
	SentAt     time.Time // by the vehicle, likewise
	ReceivedAt time.Time
	Exact      bool // the vehicle's clock is this machine's; otherwise CapturedAt and SentAt are estimates
}

// since is how long ago something was, in ms, or null.
func since(at, now time.Time) *float64 {
	if at.IsZero() {
		return nil
	}
	ms := max(0, float64(now.Sub(at))/float64(time.Millisecond))
	return &ms
}

// clock is how well the times are known.
func (m *Message) clock() string {
	switch {
	case m.SentAt.IsZero():
		return ""
	case m.Exact:
		return ClockExact
	}
	return ClockEstimated
}
