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
	// Params lists what the command set takes.
	Params(ctx context.Context) ([]telemetry.Param, error)
}

// Listener is told what comes from a vehicle, one thing at a time. It returns at once.
type Listener interface {
	Message(Message)
	Link(state, text string)
	Stats(Stats) // once a second; Type and Vehicle are left open
}

// Message is what a vehicle sent on one of its topics. Its bytes are never changed.
type Message struct {
	Topic      string
	JSON       []byte // valid
	JPEG       []byte // of a frame
	ReceivedAt time.Time
	AgeMs      *float64 // then: since the frame that it is about was captured; of a status or an event since it was sent; null unknown
	DelayMs    *float64 // then: since it was sent; null unknown
	Exact      bool     // the vehicle's clock is this machine's; otherwise both are estimates
}

// SentAt is when the vehicle sent it, by this machine's clock; zero when that is not known.
func (m *Message) SentAt() time.Time {
	if m.DelayMs == nil {
		return time.Time{}
	}
	return m.ReceivedAt.Add(-time.Duration(*m.DelayMs * float64(time.Millisecond)))
}

// since is how long ago it was received. While this machine sleeps the one clock stands still, and the other is set now and then: what is
// too old is the lesser evil.
func (m *Message) since(now time.Time) time.Duration {
	return max(now.Sub(m.ReceivedAt), now.Round(0).Sub(m.ReceivedAt.Round(0)), 0)
}

// later is what an age at reception has become.
func (m *Message) later(ms *float64, now time.Time) *float64 {
	if ms == nil {
		return nil
	}
	grown := *ms + float64(m.since(now))/float64(time.Millisecond)
	return &grown
}

// clock is how well the ages are known.
func (m *Message) clock() string {
	switch {
	case m.DelayMs == nil:
		return ""
	case m.Exact:
		return ClockExact
	}
	return ClockEstimated
}
