package e2e

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"lanekeeper/msg"
	"lanekeeper/shm"
)

// tap keeps the records of a segment. It reads like any other reader, so on a busy machine it may miss some; it always
// has the newest.
type tap[T any] struct {
	t    *testing.T
	mu   sync.Mutex
	seen []T
	more chan struct{} // closed, and made anew, with each record
}

// A frame, detection or command as it was seen in its segment.
type (
	frame struct {
		publishNs int64
		msg.FrameHeader
	}
	sight struct {
		publishNs int64
		count     uint64 // of the record in its segment
		frameID   int64
		captureNs int64
		left      float64 // confidence
		right     float64
		evaluated uint64
		overrun   uint64
		skipped   uint64
	}
	command struct {
		publishNs int64
		msg.Command
	}
)

func takeFrame(rec shm.Record) (frame, error) {
	h, _, err := msg.DecodeFrame(rec.Payload)
	return frame{publishNs: rec.PublishNs, FrameHeader: h}, err
}

func takeSight(rec shm.Record) (sight, error) {
	var d msg.Detection
	err := d.Decode(rec.Payload)
	return sight{
		publishNs: rec.PublishNs, count: rec.N, frameID: d.FrameID, captureNs: d.CaptureNs, left: d.Left.Confidence, right: d.Right.Confidence,
		evaluated: d.FramesEvaluated, overrun: d.FramesOverrun, skipped: d.FramesSkipped,
	}, err
}

func takeOrder(rec shm.Record) (command, error) {
	o := command{publishNs: rec.PublishNs}
	err := o.Decode(rec.Payload)
	return o, err
}

// moves tells whether a command drives the vehicle.
func (o *command) moves() bool { return o.Mode == msg.ModeActive || o.Mode == msg.ModeDegraded }

// newTap reads a segment of the rig until the test ends.
func newTap[T any](r *rig, name string, kind uint32, take func(shm.Record) (T, error)) *tap[T] {
	r.t.Helper()
	in, err := shm.Open(shm.ReaderOptions{Dir: r.place.ShmDir, Prefix: r.place.Prefix, Name: name, Kind: kind})
	if err != nil {
		r.t.Fatal(err)
	}
	p := &tap[T]{t: r.t, more: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.read(ctx, in, take)
	}()
	r.t.Cleanup(func() {
		cancel()
		<-ended
		_ = in.Close()
	})
	return p
}

func (p *tap[T]) read(ctx context.Context, in *shm.Reader, take func(shm.Record) (T, error)) {
	for ctx.Err() == nil {
		if in.Next(ctx) != nil {
			continue // cancelled, or a file cut short by a test
		}
		var got T
		err := in.View(func(rec shm.Record) (err error) {
			got, err = take(rec)
			return err
		})
		switch {
		case err == nil:
			p.mu.Lock()
			p.seen = append(p.seen, got)
			close(p.more)
			p.more = make(chan struct{})
			p.mu.Unlock()
		case errors.Is(err, msg.ErrMalformed):
			p.t.Errorf("a whole record cannot be decoded: %v", err)
		}
	}
}

// mark is how many records were seen so far.
func (p *tap[T]) mark() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.seen)
}

// since are the records seen after a mark.
func (p *tap[T]) since(mark int) []T {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]T(nil), p.seen[mark:]...)
}

// last is the newest record.
func (p *tap[T]) last() T {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.seen) == 0 {
		p.t.Fatal("no record was seen yet")
	}
	return p.seen[len(p.seen)-1]
}

// await is the first record after a mark that fits.
func (p *tap[T]) await(mark int, what string, fits func(*T) bool) T {
	p.t.Helper()
	late := time.After(patience)
	for {
		p.mu.Lock()
		for ; mark < len(p.seen); mark++ {
			if fits(&p.seen[mark]) {
				got := p.seen[mark]
				p.mu.Unlock()
				return got
			}
		}
		more := p.more
		p.mu.Unlock()
		select {
		case <-more:
		case <-late:
			p.t.Fatalf("%s: nothing of the kind within %v", what, patience)
		}
	}
}

// awaitMany waits until so many records after a mark fit.
func (p *tap[T]) awaitMany(mark, n int, what string, fits func(*T) bool) T {
	p.t.Helper()
	return p.await(mark, what, func(v *T) bool {
		if fits(v) {
			n--
		}
		return n <= 0
	})
}
