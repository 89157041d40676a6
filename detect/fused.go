package detect

import (
	"errors"
	"fmt"
	"time"

	"lanekeeper/msg"
)

// Fused is the classical detector with a network beside it. The network looks at a frame, on a thread of its own, whenever it
// is done with the one before; no frame waits for it. What it saw last is held against what the classical detector sees now.
type Fused struct {
	cv       *CV
	observer *observer
	jpeg     jpegSource
	wait     bool          // each frame's answer is waited for
	maxAge   time.Duration // of an answer

	sampled bool // the network took the present frame
	anew    bool // no frame since Reset was looked at
	stale   bool // what the network is looking at is of before Reset
	view    view
	state   NetworkState
}

// NetworkState is how the network beside the classical detector does.
type NetworkState struct {
	Answers uint64        // so far
	Took    time.Duration // from the beginning of the last forward pass to its lines
	Err     error         // why it gave up; nil while it works
}

// NewFused makes the detector. It loads the network, and has it tried before, each of which takes a few frames' time.
func NewFused(o Options) (*Fused, error) {
	if err := o.Params.Validate(); err != nil {
		return nil, fmt.Errorf("setting up the detector: %w", err)
	}
	return newFused(o, func() (looker, error) {
		net, err := openNetwork(&o)
		if err != nil {
			return nil, err
		}
		return &networkLooker{net: net}, nil
	})
}

func newFused(o Options, open func() (looker, error)) (*Fused, error) {
	cv, err := NewCV(o)
	if err != nil {
		return nil, err
	}
	d := &Fused{cv: cv, wait: o.Wait, maxAge: o.Model.MaxAge}
	if d.observer, err = observe(open); err != nil {
		return nil, err
	}
	d.Reset()
	return d, nil
}

// Take is Detector.Take. The network takes the frame too if it is idle.
func (d *Fused) Take(h *msg.FrameHeader, pixels []byte) error {
	if d.cv.anew(h) {
		d.Reset()
		d.cv.restarted = true
	}
	if h.PixelFormat != msg.JPEG {
		return d.take(h, h, pixels)
	}
	if err := checkFrame(h, pixels); err != nil {
		return fmt.Errorf("taking frame %d: %w", h.FrameID, err)
	}
	plain := *h
	plain.PixelFormat, plain.Stride = msg.BGR24, uint32(3*h.Width)
	var taken error
	decoded := func(bgr []byte) { taken = d.take(h, &plain, bgr) } // once for both
	if err := d.jpeg.pixels(pixels, int(h.Width), int(h.Height), decoded); err != nil {
		return fmt.Errorf("taking frame %d: %w", h.FrameID, err)
	}
	return taken
}

// take takes a frame whose pixels the second header describes.
func (d *Fused) take(h, plain *msg.FrameHeader, pixels []byte) error {
	if err := d.cv.Take(plain, pixels); err != nil {
		return err
	}
	d.cv.header = *h
	d.sampled = false
	if d.state.Err != nil {
		return nil
	}
	d.collect(d.waits())
	var err error
	if d.sampled, err = d.observer.take(plain, pixels); err != nil {
		return fmt.Errorf("taking frame %d: %w", h.FrameID, err)
	}
	return nil
}

// waits says whether the network's answer is waited for: where the source's time stands still meanwhile.
func (d *Fused) waits() bool { return d.wait || d.cv.header.Flags&msg.FrameLockstep != 0 }

// Detect is Detector.Detect. It works on without the network if that fails: see Network.
func (d *Fused) Detect(out *msg.Detection) error {
	c := d.cv
	if !c.taken {
		return ErrNoFrame
	}
	c.describe(out)
	dt := c.elapsed()
	if d.sampled && d.state.Err == nil {
		d.observer.look(&c.header, &c.p, d.anew)
		d.sampled, d.anew, d.stale = false, false, false
	}
	c.look()
	d.collect(d.waits())
	age, ok := d.view.age(c.header.SourceNs, d.maxAge)
	if ok {
		out.NetworkAgeMs = uint32(age.Milliseconds())
		d.view.onto(&c.grid)
	}
	c.spoken = d.view.fuse(&c.found, &c.grid, age, d.maxAge, ok)
	c.follow(out, dt)
	out.Method = c.speaking(ok)
	return nil
}

// collect takes in what the network has found, if it is done with a frame, or with wait as soon as it is.
func (d *Fused) collect(wait bool) {
	if !d.observer.finish(wait) {
		return
	}
	s := &d.observer.sight
	if s.err != nil {
		d.state.Err, d.view.known = errors.Join(d.state.Err, s.err), false
		return
	}
	d.state.Answers++
	d.state.Took = s.took
	if !d.stale {
		d.view.keep(s)
	}
}

// Network tells how the network does. It is for the goroutine that calls Detect.
func (d *Fused) Network() NetworkState { return d.state }

// SetParams is Detector.SetParams. The network goes by them from the next frame on that it looks at.
func (d *Fused) SetParams(p Params) error { return d.cv.SetParams(p) }

// Reset is Detector.Reset.
func (d *Fused) Reset() {
	d.cv.Reset()
	d.view.known, d.anew, d.stale = false, true, true
}

// Close is Detector.Close. It waits for a forward pass that is under way.
func (d *Fused) Close() error {
	d.observer.close()
	return d.cv.Close()
}
