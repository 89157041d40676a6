package sim

import "math"

// stripe fills bands along the course into a coverage.
type stripe struct {
	lens  *lens
	spine *spine
	lapM  float64
	left  []corner // of the open outline, from its start
	right []corner
}

// corner is a projected ground point.
type corner struct {
	ahead, left float64 // on the ground
	x, y, depth float64 // in the picture
	hidden      bool
}

func (t *stripe) corner(ahead, left float64) corner {
	c := corner{ahead: ahead, left: left}
	c.x, c.y, c.depth = t.lens.project(ahead, left)
	c.hidden = t.lens.hidden(ahead, c.y)
	return c
}

// solid fills the band between offsets rightM < leftM along all of the spine.
func (t *stripe) solid(into *coverage, leftM, rightM float64) {
	for i := range t.spine.rungs {
		t.add(into, &t.spine.rungs[i], leftM, rightM)
	}
	t.flush(into)
}

// dashed fills it in dashes that begin at multiples of dash + gap around the lap; atM is where on the lap the spine's
// s = 0 is. The gap is stretched so that a whole number of dashes makes the lap.
func (t *stripe) dashed(into *coverage, leftM, rightM, dashM, gapM, atM float64) {
	period := t.lapM / max(1, float64(int(t.lapM/(dashM+gapM)+0.5)))
	rungs := t.spine.rungs
	// Where the first rung stands in its period.
	phase := rungs[0].sM + atM
	phase -= period * math.Floor(phase/period)
	if phase < dashM {
		t.add(into, &rungs[0], leftM, rightM)
	}
	for i := range len(rungs) - 1 {
		length := rungs[i+1].sM - rungs[i].sM
		for done := 0.; ; {
			to := period
			if phase < dashM {
				to = dashM
			}
			if done+to-phase > length {
				phase += length - done
				break
			}
			done += to - phase
			r := t.spine.between(i, done/length)
			t.add(into, &r, leftM, rightM)
			phase = to
			if to == period {
				phase = 0
			} else {
				t.flush(into)
			}
		}
		if phase > 0 && phase < dashM {
			t.add(into, &rungs[i+1], leftM, rightM)
		}
	}
	t.flush(into)
}

// add continues the outline to a rung. An outline stays open while it is in front of the camera and seen.
func (t *stripe) add(into *coverage, r *rung, leftM, rightM float64) {
	a, b := r.offset(leftM)
	c, d := r.offset(rightM)
	l, e := t.corner(a, b), t.corner(c, d)
	near := t.lens.nearest()
	n := len(t.left)
	if n > 0 {
		pl, pe := t.left[n-1], t.right[n-1]
		shown := l.depth >= near && e.depth >= near && !l.hidden && !e.hidden
		shownBefore := pl.depth >= near && pe.depth >= near && !pl.hidden && !pe.hidden
		if !shown || !shownBefore {
			t.flush(into)
			if !(l.hidden && e.hidden) && !(pl.hidden && pe.hidden) {
				t.clipped(into, [4]corner{pl, l, e, pe})
			}
		}
	}
	t.left = append(t.left, l)
	t.right = append(t.right, e)
}

// flush closes the outline: up its left side and back down its right one.
func (t *stripe) flush(into *coverage) {
	n := len(t.left)
	if n > 1 {
		t.side(into, &t.right[0], &t.left[0])
		for i := range n - 1 {
			t.side(into, &t.left[i], &t.left[i+1])
			t.side(into, &t.right[i+1], &t.right[i])
		}
		t.side(into, &t.left[n-1], &t.right[n-1])
	}
	t.left, t.right = t.left[:0], t.right[:0]
}

func (t *stripe) side(into *coverage, a, b *corner) { into.edge(a.x, a.y, b.x, b.y) }

// clipped fills what of a convex ground polygon is in front of the camera (Sutherland and Hodgman 1974, one plane).
func (t *stripe) clipped(into *coverage, in [4]corner) {
	near := t.lens.nearest()
	var out [6]corner
	n := 0
	for i := range in {
		a, b := &in[i], &in[(i+1)%len(in)]
		if a.depth >= near {
			out[n] = *a
			n++
		}
		if (a.depth >= near) != (b.depth >= near) {
			u := (near - a.depth) / (b.depth - a.depth)
			out[n] = t.corner(a.ahead+u*(b.ahead-a.ahead), a.left+u*(b.left-a.left))
			n++
		}
	}
	for i := range n {
		t.side(into, &out[i], &out[(i+1)%n])
	}
}
