package shm

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// ReaderOptions say which segment to read, and how.
type ReaderOptions struct {
	Dir    string // directory; empty for DefaultDir
	Prefix string // before the name
	Name   string
	Kind   uint32 // what the records must be; 0 for anything
	Wait   Wait
	// Idle is called about every 50 ms while Next waits, from the goroutine that called Next: to feed a watchdog, and to say
	// why there is nothing. why is nil when only a new record is missing. Of the Reader it may call Stats alone.
	Idle func(why error)
}

// Reader reads the newest record of a segment. It needs no segment to begin with, finds the writer's next one by itself, and
// never disturbs the writer. One goroutine reads at a time; Close and Stats may be called from any.
type Reader struct {
	opt     ReaderOptions
	paths   paths
	trusted []int

	closing atomic.Bool
	mu      sync.Mutex
	seg     *segment // nil while not attached
	look    int64    // when to look at the name again
	idle    int64    // when Idle was called last, or a record was there: several short waits are one long one
	last    uint64   // newest record that was taken, well or not
	good    uint64   // newest record that was taken well
	spun    uint64   // record that was already polled for
	pace    pace
	failed  int    // overruns in a row
	private []byte // for copies
	fence   *fence
	count   readerCounters

	skipClosingCheck bool // for the test that proves that it is needed
}

// Record is a record as a reader is handed it.
type Record struct {
	N         uint64 // number in its segment, from 1
	Epoch     uint64 // of the segment
	PublishNs int64  // CLOCK_MONOTONIC, when it was published
	Skipped   uint64 // records between the last one taken well and this
	Copied    bool   // Payload is a copy: this reader holds records for longer than the segment has slots for
	Payload   []byte // in View valid, and read-only, until the function returns
}

// tries bounds how often a reader begins anew when the writer is faster.
const tries = 32

// Open prepares a reader. A missing segment is no error: Next waits for it.
func Open(o ReaderOptions) (*Reader, error) {
	p, err := newPaths(o.Dir, o.Prefix, o.Name)
	if err != nil {
		return nil, err
	}
	if o.Wait < Futex || o.Wait > Adaptive {
		return nil, fmt.Errorf("reading %s: %v: futex, spin or adaptive expected", p.segment, o.Wait)
	}
	if o.Wait != Futex && runtime.NumCPU() == 1 {
		return nil, fmt.Errorf("reading %s: waiting mode %v on a single CPU would keep the writer from running; use futex", p.segment, o.Wait)
	}
	return &Reader{opt: o, paths: p, trusted: trusted(), fence: new(fence)}, nil
}

// Next waits until there is a record newer than the last one taken by View or Latest, and returns nil. It attaches to the segment, and to
// the one that replaces it, by itself. Otherwise the error is the context's, os.ErrClosed after Close, or ErrTruncated once when
// the file was cut short; the next call then waits for a whole one.
func (r *Reader) Next(ctx context.Context) error { return r.NextUntil(ctx, 0) }

// NextUntil is Next that gives up with os.ErrDeadlineExceeded at CLOCK_MONOTONIC deadlineNs; 0 is no deadline.
func (r *Reader) NextUntil(ctx context.Context, deadlineNs int64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := NowNs(); now-r.idle > 2*int64(waitSlice) {
		r.idle = now // not waited for a while
	}
	for {
		if r.closing.Load() {
			return wrap("reading", r.paths.segment, os.ErrClosed)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		now := NowNs()
		until := now + int64(waitSlice)
		if deadlineNs != 0 {
			until = max(now, min(until, deadlineNs))
		}
		why := r.attach(now)
		if why == nil {
			got, err := r.await(now, until)
			if err != nil {
				return r.lose(err)
			}
			if got {
				r.idle = now // near enough; a look at the clock here would be time that the record waits
				return nil
			}
		} else {
			sleep(ctx, time.Duration(until-now))
		}
		now = NowNs()
		if now-r.idle >= int64(waitSlice) {
			r.idle = now
			if r.opt.Idle != nil {
				r.opt.Idle(why)
			}
		}
		if deadlineNs != 0 && now >= deadlineNs {
			return os.ErrDeadlineExceeded
		}
	}
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// lose lets a segment go that cannot be read on.
func (r *Reader) lose(err error) error {
	if errors.Is(err, ErrTruncated) {
		r.detach()
	}
	return wrap("reading", r.paths.segment, err)
}

// View calls fn with the newest record in place. When the writer overtook fn, what fn did counts for nothing and it is called
// again with the then newest record, and the third time with a copy, so fn must set its results anew each time and must
// bear any bytes; its error is believed only when the record was whole until it returned. fn must not call the Reader.
// The other errors are ErrNoRecord, ErrTruncated, ErrOverrun, os.ErrClosed, and why there is no segment.
func (r *Reader) View(fn func(Record) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.ready(); err != nil {
		return err
	}
	for range tries {
		done, fnErr, err := r.attempt(fn)
		if err != nil {
			return r.lose(err)
		}
		if done {
			return fnErr
		}
	}
	return wrap("reading", r.paths.segment, ErrOverrun)
}

// Latest copies the newest record into dst, which must have room for it, also when it was taken before. Errors are those of View.
func (r *Reader) Latest(dst []byte) (rec Record, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.ready(); err != nil {
		return Record{}, err
	}
	for range tries {
		rec, ok, err := r.copyTo(dst)
		if err != nil {
			return Record{}, r.lose(err)
		}
		if ok {
			return rec, nil
		}
	}
	return Record{}, wrap("reading", r.paths.segment, ErrOverrun)
}

func (r *Reader) ready() error {
	if r.closing.Load() {
		return wrap("reading", r.paths.segment, os.ErrClosed)
	}
	return r.attach(NowNs())
}

// Stats returns the counters. It waits for nothing, not even for a Next that does.
func (r *Reader) Stats() ReaderStats { return r.count.snapshot() }

// Close ends a waiting Next within 50 ms and lets the segment go. It is idempotent.
func (r *Reader) Close() error {
	r.closing.Store(true)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.detach()
	return nil
}
