package recording

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	queueLength = 128 // messages; a second's, with as many pictures as a camera gives
	flushEvery  = time.Second
)

// Message is what a vehicle sent.
type Message struct {
	Topic      string
	JSON       []byte
	JPEG       []byte // of a frame
	ReceivedAt time.Time
	SentAt     time.Time // zero unknown
}

// State tells how a recording does.
type State struct {
	Path    string // of the file; empty when there was none
	Bytes   int64  // written so far
	Dropped uint64 // messages
	On      bool
	Error   string // why it ended; empty when it was asked to, or is on
}

// Recorder records one vehicle, when it is told to. Its methods may be called from several goroutines.
type Recorder struct {
	Name    string // of the vehicle
	Dir     string // of the files
	Library string // which program writes, for who reads the file
	MinFree int64  // bytes that are left free on the disk: it stops before

	queue  chan Message
	orders chan order

	mu    sync.Mutex
	state State
}

// order is to begin or to end, and where to say what became of it.
type order struct {
	on   bool
	done chan error
}

// New makes a recorder that is off.
func New(name, dir, library string) *Recorder {
	const minFree = 256 << 20
	return &Recorder{
		Name: name, Dir: dir, Library: library, MinFree: minFree,
		queue: make(chan Message, queueLength), orders: make(chan order),
	}
}

// Add records a message, if the recorder is on and its queue has room. It does not wait.
func (r *Recorder) Add(m Message) {
	if !r.State().On {
		return
	}
	select {
	case r.queue <- m:
	default:
		r.mu.Lock()
		r.state.Dropped++
		r.mu.Unlock()
	}
}

// State is how it does now.
func (r *Recorder) State() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

// Set begins a recording, or ends the one there is. When it returns the file is there, or complete.
func (r *Recorder) Set(ctx context.Context, on bool) (State, error) {
	o := order{on: on, done: make(chan error, 1)}
	select {
	case r.orders <- o:
	case <-ctx.Done():
		return r.State(), fmt.Errorf("recording: %w", ctx.Err())
	}
	select {
	case err := <-o.done:
		return r.State(), err
	case <-ctx.Done():
		return r.State(), fmt.Errorf("recording: %w", ctx.Err())
	}
}

// Run does the work until ctx ends, and calls changed when a recording begins or ends. It leaves a complete file.
func (r *Recorder) Run(ctx context.Context, changed func(State)) {
	var f *file
	flush := time.NewTicker(flushEvery)
	defer flush.Stop()
	finish := func(why error) error {
		if f == nil {
			return nil
		}
		err := f.close()
		r.set(func(s *State) {
			s.On, s.Path, s.Bytes = false, f.path, f.size()
			if why = errors.Join(why, err); why != nil {
				s.Error = why.Error()
			}
		})
		f = nil
		r.drain()
		changed(r.State())
		return err
	}
	for {
		var err error
		select {
		case <-ctx.Done():
			for f != nil && err == nil && len(r.queue) > 0 {
				err = f.add(<-r.queue)
			}
			_ = finish(err) // it is in the state
			return
		case o := <-r.orders:
			switch {
			case o.on && f == nil:
				var begun *file
				if begun, err = create(r); err == nil {
					f = begun
					r.set(func(s *State) { *s = State{Path: f.path, Bytes: f.size(), On: true} })
					changed(r.State())
				}
			case !o.on:
				for f != nil && err == nil && len(r.queue) > 0 {
					err = f.add(<-r.queue)
				}
				err = errors.Join(err, finish(err))
			}
			o.done <- err
			continue
		case m := <-r.queue:
			if f != nil {
				err = f.add(m)
			}
		case <-flush.C:
			if f != nil {
				err = f.flush()
			}
		}
		if f == nil {
			continue
		}
		r.set(func(s *State) { s.Bytes = f.size() })
		if err != nil {
			_ = finish(fmt.Errorf("the recording has ended: %w", err)) // it is in the state
		}
	}
}

// drain forgets what was handed over before the recorder was off.
func (r *Recorder) drain() {
	for len(r.queue) > 0 {
		<-r.queue
	}
}

func (r *Recorder) set(change func(*State)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.state)
}
