package detect

import "math"

// node is a point of a trail, in pixels of the reduced picture.
type node struct {
	x, y  float64
	guess bool // extrapolated
}

// maxNodes is the most that a trail holds: the capacity of a line of msg.Detection.
const maxNodes = 64

// trail is a line's course as a polyline of strictly decreasing y.
type trail struct {
	n     int
	nodes [maxNodes]node
}

const (
	maxSeenNodes = 52  // the rest is for extrapolation
	farNodes     = 8   // of the extrapolation to the far side
	smoothRows   = 3   // a node is fitted over so many rows to either side
	farShare     = 0.5 // of the height: a line that ends lower is extrapolated up to there
	overhang     = 0.3 // of the width: how far beyond the picture's sides extrapolation goes
)

func (t *trail) add(x, y float64, guess bool) {
	if t.n > 0 && y >= t.nodes[t.n-1].y-1e-3 || t.n == maxNodes {
		return
	}
	t.nodes[t.n] = node{x, y, guess}
	t.n++
}

// build makes the trail of a candidate: its spots smoothed and thinned out, and its end tangents drawn to the bottom
// row and to half the height.
func (t *trail) build(k *candidate, w, h float64) {
	t.n = 0
	n := len(k.spots)
	if x, y, ok := k.near.toward(h-1, w); ok {
		t.add(x, y, true)
	}
	count := min(n, maxSeenNodes)
	for i := range count {
		j := 0
		if count > 1 {
			j = i * (n - 1) / (count - 1)
		}
		t.add(smooth(k.spots, j), k.spots[j].y, false)
	}
	end := t.nodes[t.n-1]
	if x, y, ok := k.far.toward(farShare*h, w); ok && end.y > farShare*h {
		for i := 1; i <= farNodes; i++ {
			f := float64(i) / farNodes
			t.add(end.x+f*(x-end.x), end.y+f*(y-end.y), true)
		}
	}
}

// toward goes along the tangent from an end of the trail to row y, or as far as the picture's sides allow.
func (h *heading) toward(y, w float64) (x, yEnd float64, ok bool) {
	x, ok = h.at(y)
	if !ok {
		return 0, 0, false
	}
	lo, hi := -overhang*w, (1+overhang)*w
	if x >= lo && x <= hi {
		return x, y, true
	}
	edge := lo
	if x > hi {
		edge = hi
	}
	if math.Abs(h.dx) < 1e-9 {
		return 0, 0, false
	}
	return edge, h.y + (edge-h.x)*h.dy/h.dx, true
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
