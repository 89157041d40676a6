package camera

import "time"

// EventKind is what happened to a kept source.
type EventKind int

// The kinds of event.
const (
	EventOpened  EventKind = iota // it is open; frames are to follow
	EventRefused                  // it could not be opened
	EventFailed                   // it was open and ended with an error
	EventFrozen                   // no frame for too long; it was left behind
	EventDamaged                  // one frame was lost
	EventStuck                    // so many calls hang in the driver that it is not opened again until one returns
)

func (k EventKind) String() string {
	return [...]string{"opened", "refused", "failed", "frozen", "damaged", "stuck"}[k]
}

// Event is something that a log and a status line should tell.
type Event struct {
	Kind    EventKind
	Err     error         // why; nil when opened
	Format  Format        // when opened
	RetryIn time.Duration // until it is opened again; 0 when that does not apply
}
