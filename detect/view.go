package detect

import (
	"math"
	"time"
)

// view is what the network saw last.
type view struct {
	known  bool
	seenNs int64    // SourceNs of the frame that it saw it in
	saw    [2]trail // as the network's decoder gave them
	grid   grid     // of these
	found  [2]trail // on the classical detector's grid
}

func (v *view) keep(s *sight) {
	v.known, v.seenNs, v.saw, v.grid = true, s.header.SourceNs, s.found, s.grid
}

// age is that of the view at a frame, and whether it still counts there.
func (v *view) age(nowNs int64, most time.Duration) (time.Duration, bool) {
	age := time.Duration(nowNs - v.seenNs)
	if !v.known || age < 0 || age > most {
		v.known = false // a source whose time went back does not make it young again
		return 0, false
	}
	return age, true
}

// onto puts what was seen on another grid of the same frame.
func (v *view) onto(g *grid) {
	for side := range v.saw {
		v.found[side].resample(&v.saw[side], &v.grid, g)
	}
}

// resample makes the trail on the grid g of one on the grid from.
func (t *trail) resample(of *trail, from, g *grid) {
	t.clear()
	if of.empty() {
		return
	}
	fx, fy := from.w/g.w, from.h/g.h
	first := true
	for i := range gridRows {
		at := (from.bottom - ((g.row(i)+0.5)*fy - 0.5)) / from.step
		// The outermost rows of two grids do not lie in quite the same place.
		if at < float64(of.first)-0.5 || at > float64(of.last)+0.5 {
			continue
		}
		at = min(max(at, float64(of.first)), float64(of.last))
		lo, hi := int(math.Floor(at)), int(math.Ceil(at))
		x := of.x[lo] + (at-float64(lo))*(of.x[hi]-of.x[lo])
		t.x[i] = (x+0.5)/fx - 0.5
		if !of.seen(lo) || !of.seen(hi) {
			t.guess |= 1 << i
		}
		if first {
			t.first, first = i, false
		}
		t.last = i
	}
	t.confidence = of.confidence
}
