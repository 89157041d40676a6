package detect

import (
	"time"

	"lanekeeper/msg"
)

// looker finds lines in a picture that it was given. Its calls are never made at the same time, but by different goroutines.
type looker interface {
	// take makes its own picture of a frame.
	take(h *msg.FrameHeader, pixels []byte) error
	// look finds the lines in the picture last taken.
	look(s *sight) error
	close()
}

// sight is what a looker found in a frame.
type sight struct {
	header msg.FrameHeader // of the frame
	params Params          // in force for it
	anew   bool            // it does not follow upon the one that was looked at before
	found  [2]trail        // left and right
	grid   grid            // of the trails
	took   time.Duration
	err    error // why there is nothing, and will never be
}

// observer has a looker look at frames on a thread of its own, one at a time. Its methods are for one goroutine, that of
// the frames, and but for those that say so wait for nothing. Whoever is idle of the two leaves the looker and the sight alone.
type observer struct {
	looker   looker
	sight    sight
	begin    chan struct{} // closed to end
	finished chan struct{}
	ended    chan struct{}
	busy     bool
	closed   bool
}

// observe starts an observer by what makes its looker, there on its thread, of which OpenCV's inherit the priority.
func observe(open func() (looker, error)) (*observer, error) {
	o := &observer{begin: make(chan struct{}, 1), finished: make(chan struct{}, 1), ended: make(chan struct{})}
	opened := make(chan error)
	goAside(func() { o.run(open, opened) })
	if err := <-opened; err != nil {
		<-o.ended
		return nil, err
	}
	return o, nil
}

func (o *observer) run(open func() (looker, error), opened chan<- error) {
	defer close(o.ended)
	l, err := open()
	o.looker = l
	opened <- err
	if err != nil {
		return
	}
	defer l.close()
	for range o.begin {
		start := time.Now()
		o.sight.err = l.look(&o.sight)
		o.sight.took = time.Since(start)
		o.finished <- struct{}{}
	}
}

// take has the looker take a frame, if it is idle.
func (o *observer) take(h *msg.FrameHeader, pixels []byte) (taken bool, err error) {
	if o.busy || o.closed {
		return false, nil
	}
	return true, o.looker.take(h, pixels)
}

// look has it look at the frame that it took.
func (o *observer) look(h *msg.FrameHeader, p *Params, anew bool) {
	if o.closed {
		return
	}
	o.sight.header, o.sight.params, o.sight.anew, o.busy = *h, *p, anew, true
	o.begin <- struct{}{}
}

// finish tells whether what it was looking at is found. With wait it waits for that.
func (o *observer) finish(wait bool) bool {
	if !o.busy || o.closed {
		return false
	}
	if wait {
		<-o.finished
		o.busy = false
		return true
	}
	select {
	case <-o.finished:
		o.busy = false
		return true
	default:
		return false
	}
}

// close waits for what is being looked at, and ends the thread. It may be called twice.
func (o *observer) close() {
	if o.closed {
		return
	}
	o.closed = true
	close(o.begin)
	<-o.ended
}
