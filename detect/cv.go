package detect

import (
	"bytes"
	"fmt"
	"math"
	"time"

	"lanekeeper/msg"
)

// CV is the classical detector: no model, no training, well under two milliseconds a frame on one core.
type CV struct {
	p        Params
	source   reducer
	before   picture // the picture before, to tell a camera that repeats itself
	compared bool    // before is of this sequence
	header   msg.FrameHeader
	taken    bool
	frozen   bool

	bright, yellow []byte // the picture's planes, blurred
	sums           []uint16
	grid           grid
	searches       [3]search
	best           int // the search that fits this place
	sinceAll       int // frames since all searches were compared

	found, shown [2]trail // left and right: in this frame, and after tracking
	tracks       [2]track
	lastNs       int64
	restarted    bool // the source began anew since the last Detect
	survey       survey
}

const (
	compareEvery = 10          // frames from one comparison of all searches to the next
	changeOver   = 1.1         // how much better another search must be to take over
	doubtful     = 0.3         // evidence below which all searches are compared in the next frame too
	maxPause     = time.Second // a longer one between two frames ends what was tracked
)

// NewCV makes a classical detector.
func NewCV(p Params) (*CV, error) {
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("setting up the detector: %w", err)
	}
	d := &CV{p: p, searches: [...]search{{scale: 1, trust: 1}, {scale: 0.63, trust: 0.9}, {scale: 0.4, trust: 0.9}}}
	d.survey.p = &d.p
	d.Reset()
	return d, nil
}

// Take is Detector.Take.
func (d *CV) Take(h *msg.FrameHeader, pixels []byte) error {
	if h.Flags&msg.FrameLoopStart != 0 || d.taken && h.SourceID != d.header.SourceID {
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
	for side := range d.tracks {
		d.tracks[side].update(&d.found[side], dt, d.p.Smoothing, d.p.Hold, &d.grid)
		d.shown[side] = d.tracks[side].trail
	}
	uncross(&d.shown[0], &d.shown[1], &d.grid)
	d.put(&out.Left, &out.LeftLane, &out.HasLeftLane, 0)
	d.put(&out.Right, &out.RightLane, &out.HasRightLane, 1)
	fresh := d.tracks[0].unseen == 0 && d.tracks[1].unseen == 0
	d.survey.measure(out, &d.shown[0], &d.shown[1], fresh, &d.grid)
	return nil
}

// elapsed is the time since the frame before. Where the source's time does not pass, or leaps, what was tracked is
// forgotten.
func (d *CV) elapsed() time.Duration {
	dt := time.Duration(d.header.SourceNs - d.lastNs)
	d.lastNs = d.header.SourceNs
	if dt > 0 && dt <= maxPause {
		return dt
	}
	for i := range d.tracks {
		d.tracks[i].reset()
	}
	return 0
}

// put writes a line: its points and its straight summary.
func (d *CV) put(line *msg.Line, lane *msg.Lane, has *int32, side int) {
	t := &d.shown[side]
	if t.empty() {
		return
	}
	*has = 1
	line.Confidence = d.tracks[side].confidence(d.p.Hold)
	if d.tracks[side].unseen > 0 {
		line.Flags |= msg.LineTracked
	}
	fx, fy := float64(d.header.Width)/d.grid.w, float64(d.header.Height)/d.grid.h
	line.Count = uint32(t.last - t.first + 1)
	for i := t.first; i <= t.last; i++ {
		p := msg.Point{X: float32((t.x[i]+0.5)*fx - 0.5), Y: float32((d.grid.row(i)+0.5)*fy - 0.5)}
		line.Points[i-t.first] = p
		if !t.seen(i) {
			line.Extrapolated |= 1 << (i - t.first)
		}
	}
	*lane = straight(line)
}

// straight summarises a line by the straight one that fits its points best.
func straight(l *msg.Line) msg.Lane {
	eq := system{n: 2}
	for i, p := range l.Points[:l.Count] {
		weight := 1.0
		if l.Extrapolated>>i&1 != 0 {
			weight = 0.1
		}
		eq.add(&[maxUnknowns]float64{1, float64(p.Y)}, float64(p.X), weight)
	}
	near, far := l.Points[0], l.Points[l.Count-1]
	if c, ok := eq.solve(); ok {
		near.X, far.X = float32(c[0]+c[1]*float64(near.Y)), float32(c[0]+c[1]*float64(far.Y))
	}
	px := func(v float32) int32 { return int32(math.Round(float64(v))) }
	return msg.Lane{X1: px(near.X), Y1: px(near.Y), X2: px(far.X), Y2: px(far.Y), Confidence: l.Confidence}
}

// describe fills in what is known before looking.
func (d *CV) describe(out *msg.Detection) {
	out.Clear()
	h := &d.header
	out.FrameID, out.Timestamp, out.CaptureNs = h.FrameID, h.Timestamp, h.CaptureNs
	out.SourceNs, out.SourceID = h.SourceNs, h.SourceID
	out.Method, out.Width, out.Height = msg.MethodCV, h.Width, h.Height
	if h.Flags&msg.FrameLockstep != 0 {
		out.Flags |= msg.DetectionLockstep
	}
	if d.restarted {
		out.Flags |= msg.DetectionSourceReset
		d.restarted = false
	}
	if !d.survey.calibrated() {
		out.Flags |= msg.DetectionUncalibrated
	}
	if d.frozen {
		out.Flags |= msg.DetectionFrozen
	}
}

// look finds the lane's lines in the picture.
func (d *CV) look() {
	pic := &d.source.pic
	w, h := pic.w, pic.h
	if d.grid.w != float64(w) || d.grid.h != float64(h) {
		d.resize(w, h)
	}
	var yellow []byte
	blur(d.bright, pic.bright, w, h, d.sums)
	if pic.colour {
		yellow = d.yellow
		blur(yellow, pic.yellow, w, h, d.sums)
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
	for side, k := range []*candidate{s.left, s.right} {
		if d.found[side].clear(); k != nil {
			d.found[side].build(k, &d.grid)
		}
	}
}

// resize makes everything anew for pictures of w×h px.
func (d *CV) resize(w, h int) {
	d.forget()
	d.bright, d.yellow, d.sums = make([]byte, w*h), make([]byte, w*h), make([]uint16, w)
	for i := range d.searches {
		d.searches[i].prepare(w, h, &d.p)
	}
	d.grid = newGrid(w, h, d.searches[0].ridge.top)
}

// Reset is Detector.Reset.
func (d *CV) Reset() {
	d.compared, d.frozen = false, false
	d.forget()
}

// forget drops what frames of this size and place taught.
func (d *CV) forget() {
	d.sinceAll, d.best = 0, 0
	for i := range d.tracks {
		d.tracks[i].reset()
	}
	d.survey.reset()
}

// Close is Detector.Close.
func (d *CV) Close() error { return nil }
