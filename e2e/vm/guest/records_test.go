package guest

import (
	"context"
	"slices"
	"sync"
	"testing"

	"lanekeeper/msg"
	"lanekeeper/shm"
)

// record is one of a segment's, as it was read.
type record[T any] struct {
	publishNs int64
	value     T
}

// records keeps what a segment is given, until the test ends.
type records[T any] struct {
	mu   sync.Mutex
	seen []record[T]
}

func follow[T any](t *testing.T, name string, kind uint32, decode func(*T, []byte) error) *records[T] {
	t.Helper()
	in, err := shm.Open(shm.ReaderOptions{Name: name, Kind: kind})
	if err != nil {
		t.Fatal(err)
	}
	r := &records[T]{}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			if in.Next(ctx) != nil {
				continue
			}
			var got record[T]
			if in.View(func(rec shm.Record) error {
				got.publishNs = rec.PublishNs
				return decode(&got.value, rec.Payload)
			}) == nil {
				r.mu.Lock()
				r.seen = append(r.seen, got)
				r.mu.Unlock()
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		_ = in.Close()
	})
	return r
}

func followCommands(t *testing.T) *records[msg.Command] {
	return follow(t, msg.ControlCommands, msg.KindCommand, (*msg.Command).Decode)
}

func followDetections(t *testing.T) *records[msg.Detection] {
	return follow(t, msg.DetectionResults, msg.KindDetection, (*msg.Detection).Decode)
}

// find is the first record published after a time that fits.
func (r *records[T]) find(afterNs int64, fits func(*T) bool) (record[T], bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.seen {
		if r.seen[i].publishNs > afterNs && fits(&r.seen[i].value) {
			return r.seen[i], true
		}
	}
	return record[T]{}, false
}

// last is the newest record that fits, of those published before a time.
func (r *records[T]) last(beforeNs int64, fits func(*T) bool) (record[T], bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, rec := range slices.Backward(r.seen) {
		if rec.publishNs < beforeNs && fits(&rec.value) {
			return rec, true
		}
	}
	return record[T]{}, false
}

// moves tells whether a command drives the vehicle.
func moves(c *msg.Command) bool { return c.Mode == msg.ModeActive || c.Mode == msg.ModeDegraded }

// stops tells whether it does not.
func stops(c *msg.Command) bool { return !moves(c) }
