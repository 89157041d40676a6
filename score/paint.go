package score

// Paint counts which of the lines that are claimed in a set of frames lie on paint. It knows nothing about lines that were
// not found: a mask does not say which of its lines bound the vehicle's lane. The zero value is ready.
type Paint struct {
	Reliability Reliability // of the claims that could be judged

	frames, missing, claimed, judged, hits int
}

// Add counts a frame; nil claims are those of a frame that is missing.
func (p *Paint) Add(m *Mask, claims *Claims) (judged [2]Judgement) {
	p.frames++
	if claims == nil {
		p.missing++
		return [2]Judgement{{Verdict: Nothing}, {Verdict: Nothing}}
	}
	for side, c := range claims {
		j := m.judge(c)
		judged[side] = j
		if j.Verdict.Claimed() {
			p.claimed++
		}
		if j.Rows > 0 {
			p.judged++
			if j.Verdict == Hit {
				p.hits++
			}
			p.Reliability.Add(c.Confidence, j.Verdict == Hit)
		}
	}
	return judged
}

// PaintNumbers are what a Paint sums up to.
type PaintNumbers struct {
	Frames  int     `json:"frames"`
	Missing int     `json:"missing"`  // frames that could not be looked at
	Claimed int     `json:"claimed"`  // lines
	Judged  int     `json:"judged"`   // of these, lines that were seen in the lower half
	OnPaint float64 `json:"on_paint"` // share of the judged ones that lie on paint, to four decimal places
}

// Numbers sums up. A share of nothing is 0.
func (p *Paint) Numbers() PaintNumbers {
	return PaintNumbers{
		Frames: p.frames, Missing: p.missing, Claimed: p.claimed, Judged: p.judged, OnPaint: places(share(p.hits, p.judged), 4),
	}
}
