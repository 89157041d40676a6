package camera

import "time"

// The pauses before a source is opened again: doubled from failure to failure.
const (
	backoffFirst = 250 * time.Millisecond
	backoffMost  = 5 * time.Second
)

// backoff counts out the pauses.
type backoff struct{ last time.Duration }

// next is the pause after a failure. A source that had run for at least the longest pause counts as sound, so that its
// failure is the first again; one that fails after each first frame does not.
func (b *backoff) next(ran time.Duration) time.Duration {
	switch {
	case b.last == 0 || ran >= backoffMost:
		b.last = backoffFirst
	default:
		b.last = min(2*b.last, backoffMost)
	}
	return b.last
}
