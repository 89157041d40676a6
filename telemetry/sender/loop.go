package sender

import (
	"context"
	"sync/atomic"
	"time"

	"lanekeeper/meter"
	"lanekeeper/shm"
)

// How long a loop waits at most before it shows again that it goes round, with somebody who listens and with nobody, and how
// often it is looked who has come.
const (
	roundPatience = 200 * time.Millisecond
	idlePatience  = time.Second
	listenEvery   = 50 * time.Millisecond
	errorPause    = time.Second
)

// loop is something that the child does again and again. round waits itself, and not for longer than roundPatience but
// for what it computes.
type loop struct {
	round func(ctx context.Context) error
	beat  atomic.Int64 // CLOCK_MONOTONIC, when it last went round
}

func (l *loop) run(ctx context.Context) {
	for ctx.Err() == nil {
		l.beat.Store(shm.NowNs())
		if err := l.round(ctx); err != nil && ctx.Err() == nil {
			// What cannot be read now the daemon itself says; here there is nothing to do but to try again.
			pause(ctx, errorPause)
		}
	}
}

// pause waits, or not as long when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// waitNext waits for a record, for a round at most or until deadlineNs; ok is false when none came.
func waitNext(ctx context.Context, in *shm.Reader, deadlineNs int64) (ok bool, err error) {
	err = in.NextUntil(ctx, min(deadlineNs, shm.NowNs()+int64(roundPatience)))
	switch {
	case err == nil:
		return true, nil
	case ctx.Err() != nil, isNothing(err):
		return false, nil
	}
	return false, err
}

// forever is a deadline that none is.
const forever = int64(1<<63 - 1)

// rate is how often something is sent, and how long making it takes.
type rate struct{ *meter.Meter }

func (r rate) now() (hz, ms float64) {
	x := r.Read(shm.NowNs())
	return x.RateHz, float64(x.P50Ns) / 1e6
}
