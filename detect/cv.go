package detect

import (
	"bytes"
	"fmt"

	"lanekeeper/msg"
)

// CV is the classical detector: no model, no training, well under two milliseconds a frame on one core.
type CV struct {
	p      Params
	source reducer
	before picture // the picture before, to tell a camera that repeats itself
	header msg.FrameHeader
	taken  bool
	frozen bool

	bright, yellow []byte // the picture's planes, blurred
	sums           []uint16
	searches       [3]search
	left, right    trail
}

// NewCV makes a classical detector.
func NewCV(p Params) (*CV, error) {
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("setting up the detector: %w", err)
	}
	return &CV{p: p, searches: [...]search{{scale: 1, trust: 1}, {scale: 0.63, trust: 0.9}, {scale: 0.4, trust: 0.9}}}, nil
}

// Take is Detector.Take.
func (d *CV) Take(h *msg.FrameHeader, pixels []byte) error {
	if h.Flags&msg.FrameLoopStart != 0 {
		d.Reset()
	}
	if err := d.source.take(h, pixels, d.p.WorkWidth); err != nil {
		return fmt.Errorf("taking frame %d: %w", h.FrameID, err)
	}
	d.header, d.taken = *h, true
	pic := &d.source.pic
	d.frozen = d.before.w == pic.w && d.before.h == pic.h &&
		bytes.Equal(d.before.bright, pic.bright) && bytes.Equal(d.before.yellow, pic.yellow)
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
	left, right := d.lines()
	w, h := float64(d.source.pic.w), float64(d.source.pic.h)
	d.left.n, d.right.n = 0, 0
	if left != nil {
		d.left.build(left, w, h)
		d.put(&out.Left, &out.LeftLane, &out.HasLeftLane, &d.left)
	}
	if right != nil {
		d.right.build(right, w, h)
		d.put(&out.Right, &out.RightLane, &out.HasRightLane, &d.right)
	}
	return nil
}

func (d *CV) put(line *msg.Line, lane *msg.Lane, has *int32, t *trail) {
	*has = 1
	line.Confidence = 0.5
	lane.Confidence = 0.5
	line.Count = uint32(t.n)
	fx, fy := float64(d.header.Width)/float64(d.source.pic.w), float64(d.header.Height)/float64(d.source.pic.h)
	for i := range t.n {
		nd := &t.nodes[i]
		line.Points[i] = msg.Point{X: float32((nd.x+0.5)*fx - 0.5), Y: float32((nd.y+0.5)*fy - 0.5)}
		if nd.guess {
			line.Extrapolated |= 1 << i
		}
	}
}

// describe fills in what is known before looking.
func (d *CV) describe(out *msg.Detection) {
	out.Clear()
	h := &d.header
	out.FrameID, out.Timestamp, out.CaptureNs, out.SourceNs, out.SourceID = h.FrameID, h.Timestamp, h.CaptureNs, h.SourceNs, h.SourceID
	out.Method, out.Width, out.Height = msg.MethodCV, h.Width, h.Height
	if h.Flags&msg.FrameLockstep != 0 {
		out.Flags |= msg.DetectionLockstep
	}
	if h.Flags&msg.FrameLoopStart != 0 {
		out.Flags |= msg.DetectionSourceReset
	}
	if d.frozen {
		out.Flags |= msg.DetectionFrozen
	}
}

// lines finds the lane's lines in the picture.
func (d *CV) lines() (left, right *candidate) {
	pic := &d.source.pic
	w, h := pic.w, pic.h
	if len(d.bright) != w*h {
		d.bright, d.yellow = make([]byte, w*h), make([]byte, w*h)
	}
	if len(d.sums) != w {
		d.sums = make([]uint16, w)
	}
	var yellow []byte
	blur(d.bright, pic.bright, w, h, d.sums)
	if pic.colour {
		yellow = d.yellow
		blur(yellow, pic.yellow, w, h, d.sums)
	}
	var best *search
	for i := range d.searches {
		s := &d.searches[i]
		s.prepare(w, h, &d.p)
		s.run(d.bright, yellow, &d.p)
		if best == nil || s.evidence > best.evidence {
			best = s
		}
	}
	return best.left, best.right
}

// Reset is Detector.Reset.
func (d *CV) Reset() {
	d.before = picture{}
	d.frozen = false
}

// Close is Detector.Close.
func (d *CV) Close() error { return nil }
