package detect

import (
	"bytes"
	"fmt"

	"lanekeeper/msg"
)

// CV is the classical detector: no model, no training, well under two milliseconds a frame on one core.
type CV struct {
	lanes
	source   reducer
	before   picture // the picture before, to tell a camera that repeats itself
	compared bool    // before is of this sequence

	layout         layout // that the following is prepared for
	bright, yellow []byte // the picture's planes, blurred, in halves
	row            []byte // scratch
	searches       [3]search
	fan            fan
	best           int // the search that fits this place
	sinceAll       int // frames since all searches were compared
}

const (
	compareEvery = 10  // frames from one comparison of all searches to the next
	changeOver   = 1.1 // how much better another search must be to take over
	doubtful     = 0.3 // evidence below which all searches are compared in the next frame too
)

// NewCV makes a classical detector.
func NewCV(o Options) (*CV, error) {
	if err := o.Params.Validate(); err != nil {
		return nil, fmt.Errorf("setting up the detector: %w", err)
	}
	d := &CV{searches: [...]search{{scale: 1, trust: 1, widest: true}, {scale: 0.63, trust: 0.9}, {scale: 0.4, trust: 0.9}}}
	for i := range d.searches {
		d.searches[i].stripper.dashes = true
		d.searches[i].chooser.ends = tangent{share: 0.2, spots: 13}
	}
	d.setUp(o, msg.MethodCV)
	d.Reset()
	return d, nil
}

// Take is Detector.Take.
func (d *CV) Take(h *msg.FrameHeader, pixels []byte) error {
	d.adopt()
	if d.anew(h) {
		d.Reset()
		d.restarted = true
	}
	if err := d.source.take(h, pixels, d.p.WorkWidth); err != nil {
		return fmt.Errorf("taking frame %d: %w", h.FrameID, err)
	}
	d.header, d.taken = *h, true
	pic := &d.source.pic
	d.frozen = d.compared && d.before.w == pic.w && d.before.h == pic.h &&
		bytes.Equal(d.before.bright, pic.bright) && bytes.Equal(d.before.yellow, pic.yellow)
	d.compared = true
	if !d.frozen {
		d.before.resize(pic.w, pic.h)
		copy(d.before.bright, pic.bright)
		copy(d.before.yellow, pic.yellow)
	}
	return nil
}

// Detect is Detector.Detect.
func (d *CV) Detect(out *msg.Detection) error {
	if !d.taken {
		return ErrNoFrame
	}
	d.describe(out)
	dt := d.elapsed()
	d.look()
	d.follow(out, dt)
	return nil
}

// look finds the lane's lines in the picture.
func (d *CV) look() {
	pic := &d.source.pic
	w, h := pic.w, pic.h
	if l := layoutOf(w, h, &d.p); l != d.layout {
		d.prepare(l)
	}
	var yellow []byte
	blur(d.bright, pic.bright, w, h, d.row)
	if pic.colour {
		yellow = d.yellow
		blur(yellow, pic.yellow, w, h, d.row)
	}
	before := [2]trail{d.tracks[0].trail, d.tracks[1].trail}
	all := d.sinceAll == 0
	d.sinceAll = (d.sinceAll + 1) % compareEvery
	for i := range d.searches {
		if !all && i != d.best {
			continue
		}
		var wider []span
		if all && i > 0 {
			wider = d.searches[0].crossings
		}
		d.searches[i].run(d.bright, yellow, &d.p, &before, &d.grid, wider)
	}
	if all {
		for i := range d.searches {
			if d.searches[i].evidence > d.searches[d.best].evidence*changeOver {
				d.best = i
			}
		}
	}
	s := &d.searches[d.best]
	if s.evidence < doubtful {
		d.sinceAll = 0
	}
	d.build(d.fan.improve(s.left, s.right, d.bright, yellow, s.thr, &d.grid, all))
}

// prepare makes everything anew for a layout. What was tracked is kept where its rows stay the same.
func (d *CV) prepare(l layout) {
	w, h := l.w, l.h
	d.layout = l
	d.bright, d.yellow, d.row = make([]byte, w*h), make([]byte, w*h), make([]byte, w+2)
	for i := range d.searches {
		d.searches[i].prepare(w, h, &d.p)
	}
	d.fan.prepare(w, h, &d.p)
	d.sinceAll = 0
	if g := newGrid(w, h, d.searches[0].ridge.top); g != d.grid {
		d.forget()
		d.grid = g
	}
}

// Reset is Detector.Reset.
func (d *CV) Reset() {
	d.compared, d.frozen = false, false
	d.forget()
}

// forget drops what frames of this size and place taught.
func (d *CV) forget() {
	d.sinceAll, d.best, d.fan.known = 0, 0, false
	d.lanes.forget()
}

// Close is Detector.Close.
func (d *CV) Close() error { return nil }
