package detect

import "math"

// gridRows is how many rows a trail has at most; no more than a line of msg.Detection holds points.
const gridRows = 60

// grid is the rows, evenly spaced from the bottom row of the picture up to where lines are sought, that trails have
// their places in: the same from frame to frame, so that trails can be compared and averaged row by row.
type grid struct {
	w, h   float64 // px, of the reduced picture
	bottom float64
	step   float64
}

func newGrid(w, h, top int) grid {
	return grid{w: float64(w), h: float64(h), bottom: float64(h - 1), step: float64(h-1-top) / (gridRows - 1)}
}

func (g *grid) row(i int) float64 { return g.bottom - float64(i)*g.step }

// trail is a line's course: its x, in pixels of the reduced picture, in the rows first…last of the grid.
type trail struct {
	first, last int // last < first: empty
	x           [gridRows]float64
	guess       uint64  // bit i is set when row i was not seen but extrapolated
	confidence  float64 // 0…1
}

func (t *trail) clear() { t.first, t.last, t.guess, t.confidence = 0, -1, 0, 0 }

func (t *trail) empty() bool { return t.last < t.first }

func (t *trail) seen(i int) bool { return t.guess>>i&1 == 0 }

const (
	smoothRows = 3   // a place is fitted over so many rows to either side
	farShare   = 0.5 // of the height: a line that ends lower is extrapolated up to there
	overhang   = 0.3 // of the width: how far beyond the picture's sides extrapolation goes
)

// build makes the trail of a candidate: its spots smoothed, gaps bridged, and its end tangents drawn to the bottom row
// and to half the height.
func (t *trail) build(k *candidate, g *grid) {
	t.clear()
	n, j := len(k.spots), 0
	near, far := k.spots[0].y, k.spots[n-1].y
	lowest, highest := -1, -1
	for i := range gridRows {
		y := g.row(i)
		if y > near {
			continue
		}
		if y < far {
			break
		}
		for j+1 < n && k.spots[j+1].y >= y {
			j++
		}
		t.x[i] = smooth(k.spots, j)
		if j+1 < n && k.spots[j].y > y {
			f := (k.spots[j].y - y) / (k.spots[j].y - k.spots[j+1].y)
			t.x[i] += f * (smooth(k.spots, j+1) - t.x[i])
		}
		if lowest < 0 {
			lowest = i
		}
		highest = i
	}
	if lowest < 0 {
		return
	}
	t.first, t.last, t.confidence = lowest, highest, k.confidence
	for i := lowest - 1; i >= 0 && t.extend(i, &k.near, g); i-- {
		t.first = i
	}
	for i := highest + 1; i < gridRows && g.row(i) >= farShare*g.h && t.extend(i, &k.far, g); i++ {
		t.last = i
	}
}

// extend puts row i on a tangent, unless that is too far outside the picture.
func (t *trail) extend(i int, h *heading, g *grid) bool {
	x, ok := h.at(g.row(i))
	if !ok || x < -overhang*g.w || x > (1+overhang)*g.w {
		return false
	}
	t.x[i] = x
	t.guess |= 1 << i
	return true
}

// at is the trail's x in row y.
func (t *trail) at(y float64, g *grid) (float64, bool) {
	p := (g.bottom - y) / g.step
	i := int(math.Floor(p))
	if t.empty() || i < t.first || i >= t.last {
		return 0, false
	}
	return t.x[i] + (p-float64(i))*(t.x[i+1]-t.x[i]), true
}

// slope is dx per row of the grid at row i.
func (t *trail) slope(i int) float64 {
	a, b := max(i-1, t.first), min(i+1, t.last)
	if a == b {
		return 0
	}
	return (t.x[b] - t.x[a]) / float64(b-a)
}

// smooth is the x of spot i after a straight fit over its neighbours in rows that lie close.
func smooth(spots []spot, i int) float64 {
	lo, hi := i, i
	for lo > 0 && i-lo < smoothRows && spots[lo-1].y-spots[lo].y == 1 {
		lo--
	}
	for hi+1 < len(spots) && hi-i < smoothRows && spots[hi].y-spots[hi+1].y == 1 {
		hi++
	}
	var n, my, mx, yy, xy float64
	for _, s := range spots[lo : hi+1] {
		n, mx, my = n+1, mx+s.x, my+s.y
	}
	mx, my = mx/n, my/n
	for _, s := range spots[lo : hi+1] {
		yy += (s.y - my) * (s.y - my)
		xy += (s.y - my) * (s.x - mx)
	}
	if yy == 0 {
		return mx
	}
	return mx + (spots[i].y-my)*xy/yy
}

// uncross ends the extrapolation of two trails where they would meet.
func uncross(left, right *trail, g *grid) {
	for i := max(left.first, right.first); i <= min(left.last, right.last); i++ {
		if left.x[i]+minApart*g.w <= right.x[i] {
			continue
		}
		for _, t := range []*trail{left, right} {
			for t.last >= i && !t.seen(t.last) {
				t.last--
			}
		}
		return
	}
}

// minApart is the least distance of the lane's lines, as a share of the width, that extrapolation goes on to.
const minApart = 0.01
