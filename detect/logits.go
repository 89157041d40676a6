package detect

import "lanekeeper/msg"

// decoder finds lines in what a network answered. The true line is often a clean ridge of answers that all say no, so these
// are not cut at zero: the ridge filter of the classical detector, with one distance for all rows, finds it, and from there
// on everything is as it is there. The numbers are of scores on TwinLiteNet at four sizes.
type decoder struct {
	layout layout // that it is prepared for
	search search
	plane  []byte // the answers, decoderWidth wide and of the frame's shape
	scaler scaler
	w, h   int
}

const (
	decoderWidth = 176 // px: answers are smooth, and wider planes score no better
	sideReach    = 4   // px: how far beside a line's middle the answers must be lower
	logitUnits   = 8   // values of the plane for one of logit, from lowLogit on, 16 of them
	lowLogit     = -10.0
	leastRidge   = 1.4375 // of logit: how far a line stands out of what is beside it
	leastLogit   = -8.0   // what stands out of less is no line
	lineBreadth  = 18.0   // px: the ridge of tape beneath the vehicle, which is the widest
)

// prepare sets up for a network's output of inW×inH and frames of this size, and tells whether it had to.
func (d *decoder) prepare(inW, inH int, h *msg.FrameHeader, p *Params) (anew bool) {
	ht := min(max((int(h.Height)*decoderWidth+int(h.Width)/2)/int(h.Width), minSide), 4*decoderWidth)
	l := layoutOf(decoderWidth, ht, p)
	if l == d.layout {
		return false
	}
	d.layout, d.w, d.h = l, l.w, l.h
	d.search = search{scale: 1, trust: 1, chooser: chooser{ends: tangent{share: 0.12, spots: 9}}}
	d.search.prepare(d.w, d.h, p)
	for y := range d.h {
		d.search.ridge.reach[y], d.search.ridge.widths[y] = sideReach, lineBreadth
	}
	d.plane = make([]byte, d.w*d.h)
	d.scaler.prepare(inW, inH, d.w, d.h)
	return true
}

// decode finds the left and the right line, of which either may be nil; they are valid until the next call. before is where
// the lines were in the frame before.
func (d *decoder) decode(logits []float32, p *Params, before *[2]trail, g *grid) (left, right *candidate) {
	s := &d.search
	for y := range d.h {
		out := d.plane[y*d.w:][:d.w]
		for x, v := range d.scaler.row(logits, y) {
			out[x] = quantize(v)
		}
	}
	clear(s.response)
	s.ridge.apply(s.response, d.plane, d.w, d.h)
	double(s.response)
	least := quantize(leastLogit)
	for i, v := range d.plane {
		if v <= least {
			s.response[i] = 0
		}
	}
	s.group(2*leastRidge*logitUnits, p, before, g, nil)
	return s.left, s.right
}

// quantize makes a value of the plane of a logit.
func quantize(v float32) byte { return byte(min(max((v-lowLogit)*logitUnits+0.5, 0), 127)) }
