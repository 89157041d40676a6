package detect

import (
	"fmt"

	"lanekeeper/msg"
)

// DL is the detector that a neural network finds lines for.
type DL struct {
	lanes
	net     *network
	decoder decoder
}

// NewDL makes the detector. It loads the network, and has it tried before, each of which takes a few frames' time.
func NewDL(o Options) (*DL, error) {
	if err := o.Params.Validate(); err != nil {
		return nil, fmt.Errorf("setting up the detector: %w", err)
	}
	net, err := openNetwork(&o)
	if err != nil {
		return nil, err
	}
	d := &DL{net: net}
	d.setUp(o, msg.MethodDL)
	d.Reset()
	return d, nil
}

// Take is Detector.Take.
func (d *DL) Take(h *msg.FrameHeader, pixels []byte) error {
	d.adopt()
	if d.anew(h) {
		d.Reset()
		d.restarted = true
	}
	if err := d.net.take(h, pixels); err != nil {
		return fmt.Errorf("taking frame %d: %w", h.FrameID, err)
	}
	d.header, d.taken, d.frozen = *h, true, d.net.frozen
	return nil
}

// Detect is Detector.Detect.
func (d *DL) Detect(out *msg.Detection) error {
	if !d.taken {
		return ErrNoFrame
	}
	d.describe(out)
	dt := d.elapsed()
	if err := d.net.run(); err != nil {
		return err
	}
	d.look()
	d.follow(out, dt)
	out.NetworkAgeMs = 0
	return nil
}

// look finds the lane's lines in what the network answered.
func (d *DL) look() {
	if d.decoder.prepare(d.net.w, d.net.h, &d.header, &d.p) {
		if g := newGrid(d.decoder.w, d.decoder.h, d.decoder.search.ridge.top); g != d.grid {
			d.forget()
			d.grid = g
		}
	}
	before := [2]trail{d.tracks[0].trail, d.tracks[1].trail}
	d.build(d.decoder.decode(d.net.logits, &d.p, &before, &d.grid))
}

// Reset is Detector.Reset.
func (d *DL) Reset() {
	d.net.reset()
	d.forget()
}

// Close is Detector.Close.
func (d *DL) Close() error {
	d.net.close()
	return nil
}
