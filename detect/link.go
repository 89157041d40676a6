package detect

import (
	"cmp"
	"math"
	"slices"
)

// chain is strips of one line, from near to far.
type chain struct {
	strips []int32 // into the stripper's strips
}

// joint is a possible link from a strip to the next farther one.
type joint struct {
	lower, upper int32
	cost         float64
}

// linker joins strips into chains: dashes of one line, pieces of a line that something lies across. Two ends may be
// joined when each lies on the other's tangent.
type linker struct {
	joints     []joint
	next, prev []int32
	order      []int32
	chains     []chain
}

// What may be joined.
const (
	maxGap      = 0.4  // of the picture's height
	baseMiss    = 0.3  // of the width of the line, and a pixel: how far one end may lie off the other's tangent …
	gapMiss     = 0.16 // … and how much more for each pixel of the gap
	maxOverlap  = 3    // rows that the upper strip may begin below the lower one's end
	gapCost     = 0.15 // a pixel of gap against a pixel of miss
	maxWidthOff = 2.5  // ratio between the widths
	maxUneven   = 3.0  // of the upper strip's response to the lower's: paint does not go on nearby as the road's texture
)

func (l *linker) link(strips []strip, w, h int) []chain {
	l.joints = l.joints[:0]
	for i := range strips {
		for j := range strips {
			if i != j {
				if cost, ok := join(&strips[i], &strips[j], float64(w), float64(h)); ok {
					l.joints = append(l.joints, joint{int32(i), int32(j), cost})
				}
			}
		}
	}
	slices.SortFunc(l.joints, func(a, b joint) int { return cmp.Compare(a.cost, b.cost) })
	l.next, l.prev = l.next[:0], l.prev[:0]
	for range strips {
		l.next, l.prev = append(l.next, -1), append(l.prev, -1)
	}
	for _, j := range l.joints {
		if l.next[j.lower] < 0 && l.prev[j.upper] < 0 {
			l.next[j.lower], l.prev[j.upper] = j.upper, j.lower
		}
	}
	l.order, l.chains = l.order[:0], l.chains[:0]
	if cap(l.order) < len(strips) {
		l.order = make([]int32, 0, 2*len(strips)) // never grows below: chains alias it
	}
	for i := range strips {
		if l.prev[i] >= 0 {
			continue
		}
		from := len(l.order)
		for j := int32(i); j >= 0; j = l.next[j] {
			l.order = append(l.order, j)
		}
		l.chains = append(l.chains, chain{l.order[from:len(l.order):len(l.order)]})
	}
	return l.chains
}

// join is the cost of continuing strip a into strip b, if that may be at all.
func join(a, b *strip, w, h float64) (float64, bool) {
	from, to := &a.spots[len(a.spots)-1], &b.spots[0]
	if to.y > from.y+maxOverlap || b.spots[len(b.spots)-1].y >= from.y {
		return 0, false
	}
	if max(a.width, b.width) > maxWidthOff*min(a.width, b.width)+1 {
		return 0, false
	}
	if b.response > maxUneven*a.response {
		return 0, false
	}
	vx, vy := to.x-from.x, to.y-from.y
	gap := math.Hypot(vx, vy)
	if gap > maxGap*h {
		return 0, false
	}
	// Both tangents must lead across the gap, not back.
	if gap > 4 && (a.far.dx*vx+a.far.dy*vy < 0.5*gap || b.near.dx*vx+b.near.dy*vy < 0.5*gap) {
		return 0, false
	}
	if a.far.dx*b.near.dx+a.far.dy*b.near.dy < 0.5 {
		return 0, false
	}
	miss := max(a.far.distance(to.x, to.y), b.near.distance(from.x, from.y))
	if miss > baseMiss*max(a.width, b.width)+1+gapMiss*gap {
		return 0, false
	}
	return miss + gapCost*gap, true
}

// distance is how far a point lies off the line.
func (h *heading) distance(x, y float64) float64 {
	return math.Abs((x-h.x)*h.dy - (y-h.y)*h.dx)
}
