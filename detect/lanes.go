package detect

import (
	"fmt"
	"math"
	"time"

	"lanekeeper/msg"
)

// lanes is the part of a detector that does not depend on how it finds lines in a frame: from the candidates chosen
// there to the detection.
type lanes struct {
	p      Params
	next   *Params // in force from the next Take on; nil = no others
	method msg.Method
	header msg.FrameHeader // of the frame last taken
	taken  bool
	frozen bool // the frame shows what the one before did
	grid   grid

	found, shown [2]trail   // left and right: in this frame, and after tracking
	spoken       [2]speaker // whose the lines found in this frame are, where more than one method looks
	shownBy      [2]speaker // and those shown
	tracks       [2]track
	lastNs       int64
	restarted    bool // the source began anew since the last Detect
	survey       survey
}

// maxPause ends, when it is exceeded between two frames, what was tracked.
const maxPause = time.Second

func (l *lanes) setUp(o Options, method msg.Method) {
	l.p, l.method = o.Params, method
	l.survey.p, l.survey.calibration = &l.p, o.Calibration
}

// SetParams is Detector.SetParams.
func (l *lanes) SetParams(p Params) error {
	if err := p.Validate(); err != nil {
		return fmt.Errorf("changing the detector's parameters: %w", err)
	}
	l.next = &p
	return nil
}

// adopt puts changed parameters into force. What is prepared for a layout notices by itself.
func (l *lanes) adopt() {
	if l.next == nil {
		return
	}
	moved := l.next.Camera != l.p.Camera
	l.p, l.next = *l.next, nil
	if moved {
		l.survey.remap()
	}
}

// anew says whether this frame does not follow upon the one before.
func (l *lanes) anew(h *msg.FrameHeader) bool {
	return h.Flags&msg.FrameLoopStart != 0 || l.taken && h.SourceID != l.header.SourceID
}

// build makes the trails of the candidates found in this frame.
func (l *lanes) build(left, right *candidate) { buildTrails(&l.found, left, right, &l.grid) }

// buildTrails makes the trails of two candidates, of which either may be nil.
func buildTrails(trails *[2]trail, left, right *candidate, g *grid) {
	for side, k := range [...]*candidate{left, right} {
		if trails[side].clear(); k != nil {
			trails[side].build(k, g)
		}
	}
}

// follow takes the trails found in this frame, dt after the one before, into the tracks, and writes what is known then.
func (l *lanes) follow(out *msg.Detection, dt time.Duration) {
	for side := range l.tracks {
		l.tracks[side].update(&l.found[side], dt, l.p.Smoothing, l.p.Hold, &l.grid)
		l.shown[side] = l.tracks[side].trail
		if l.tracks[side].unseen == 0 {
			l.shownBy[side] = l.spoken[side]
		}
	}
	uncross(&l.shown[0], &l.shown[1], &l.grid)
	l.put(&out.Left, &out.LeftLane, &out.HasLeftLane, 0)
	l.put(&out.Right, &out.RightLane, &out.HasRightLane, 1)
	fresh := (out.Left.Flags|out.Right.Flags)&msg.LineTracked == 0 && l.tracks[0].unseen == 0 && l.tracks[1].unseen == 0
	l.survey.measure(out, &l.shown[0], &l.shown[1], fresh, &l.grid)
}

// elapsed is the time since the frame before. Where the source's time does not pass, or leaps, what was tracked is
// forgotten.
func (l *lanes) elapsed() time.Duration {
	dt := time.Duration(l.header.SourceNs - l.lastNs)
	l.lastNs = l.header.SourceNs
	if dt > 0 && dt <= maxPause {
		return dt
	}
	for i := range l.tracks {
		l.tracks[i].reset()
	}
	return 0
}

// put writes a line: its points and its straight summary.
func (l *lanes) put(line *msg.Line, lane *msg.Lane, has *int32, side int) {
	t := &l.shown[side]
	if t.empty() {
		return
	}
	*has = 1
	line.Confidence = l.likely(l.tracks[side].confidence(l.p.Hold), l.shownBy[side].method)
	line.Flags = l.shownBy[side].flags
	if l.tracks[side].unseen > 0 {
		line.Flags |= msg.LineTracked
	}
	fx, fy := float64(l.header.Width)/l.grid.w, float64(l.header.Height)/l.grid.h
	line.Count = uint32(t.last - t.first + 1)
	for i := t.first; i <= t.last; i++ {
		p := msg.Point{X: float32((t.x[i]+0.5)*fx - 0.5), Y: float32((l.grid.row(i)+0.5)*fy - 0.5)}
		line.Points[i-t.first] = p
		if !t.seen(i) {
			line.Extrapolated |= 1 << (i - t.first)
		}
	}
	*lane = straight(line)
}

// modesty is by how much more often what the classical detector finds is right than its own measure of it says: the exponent
// that makes the two agree on real pictures (docs/detection.md).
const modesty = 1.35

// likely is how often a line that is believed so much is right; by is MethodNone where one method looks alone. The network
// and both together judge themselves well.
func (l *lanes) likely(believed float64, by msg.Method) float64 {
	if by == msg.MethodCV || by == msg.MethodNone && l.method == msg.MethodCV {
		return 1 - math.Pow(1-believed, modesty)
	}
	return believed
}

// speaking is which methods the lines shown are of; where there are none, those that looked, of which the network may be one.
func (l *lanes) speaking(network bool) msg.Method {
	m := msg.MethodNone
	for side := range l.shown {
		if !l.shown[side].empty() {
			m |= l.shownBy[side].method
		}
	}
	switch {
	case m != msg.MethodNone:
		return m
	case network:
		return msg.MethodFused
	}
	return l.method
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
func (l *lanes) describe(out *msg.Detection) {
	out.Clear()
	h := &l.header
	out.FrameID, out.Timestamp, out.CaptureNs = h.FrameID, h.Timestamp, h.CaptureNs
	out.SourceNs, out.SourceID = h.SourceNs, h.SourceID
	out.Method, out.Width, out.Height = l.method, h.Width, h.Height
	if h.Flags&msg.FrameLockstep != 0 {
		out.Flags |= msg.DetectionLockstep
	}
	if l.restarted {
		out.Flags |= msg.DetectionSourceReset
		l.restarted = false
	}
	out.Flags |= l.survey.meet(h)
	if l.frozen {
		out.Flags |= msg.DetectionFrozen
	}
}

// forget drops what frames of this size and place taught.
func (l *lanes) forget() {
	for i := range l.tracks {
		l.tracks[i].reset()
	}
	l.survey.reset()
}
