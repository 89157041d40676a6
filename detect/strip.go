package detect

import (
	"math"
	"slices"
)

// spot is a place on a strip's middle line, in pixels of the reduced picture.
type spot struct {
	x, y     float64
	length   float64 // of the run, px
	response float64 // of the ridge filter, 0…255
}

// heading is a straight line through a strip's end: a point on it and the unit vector that it runs along, upwards.
type heading struct {
	x, y, dx, dy float64
}

// strip is an unbroken piece of a line, one spot a row from near to far.
type strip struct {
	spots     []spot
	near, far heading
	whole     heading
	begin     float64 // row of its lowest run, before its ends were trimmed
	width     float64 // px, across the strip
	response  float64 // mean
	rough     float64 // px, rms distance of the spots from the strip's own smooth course
}

// Limits of what is a piece of a line.
const (
	minStripRows  = 3
	minCutRows    = 6    // … of a strip that the picture's border cut: the middle of a remnant is not the line's
	endRows       = 14   // a strip's end tangent is taken over so many rows
	endShare      = 0.35 // … but no more than this part of the strip, unless that is less than minEndRows
	minEndRows    = 5
	capShare      = 0.6 // a run shorter than this part of the median is the slanted end of a dash
	maxCapShare   = 0.25
	maxRough      = 0.45 // of the strip's width
	maxWidthRatio = 2.2  // over what the perspective lets expect
)

// stripper makes strips of runs. Its memory is kept from frame to frame.
type stripper struct {
	dashes  bool // strips that end by themselves end as dashes do
	spots   []spot
	strips  []strip
	lengths []float64
}

// collect turns the tracer's runs into strips and drops what cannot be a piece of a line.
func (s *stripper) collect(t *tracer, response []byte, w int, rg *ridge) {
	s.spots, s.strips = s.spots[:0], s.strips[:0]
	if most := len(t.runs) + 2*len(rg.reach); cap(s.spots) < most { // runs, and the sides'
		s.spots = make([]spot, 0, 2*most) // never grows below: strips alias it
	}
	for i := range t.runs {
		if t.runs[i].below >= 0 {
			continue
		}
		from, striped, top := len(s.spots), 0, int32(i)
		for j := int32(i); j >= 0; j = t.runs[j].up {
			r := &t.runs[j]
			top = j
			if r.striped {
				striped++
			}
			m := r.middle()
			there := float64(response[int(r.y)*w+int(m)])
			s.spots = append(s.spots, spot{m, float64(r.y), float64(r.length()), there})
		}
		spots := s.spots[from:len(s.spots):len(s.spots)]
		if 2*striped > len(spots) {
			s.spots = s.spots[:from]
			continue
		}
		st := strip{spots: offBorder(spots, w), begin: spots[0].y}
		if s.dashes && t.runs[i].under == 0 && t.runs[top].over == 0 && !st.cut(w, len(rg.reach)) {
			straighten(st.spots)
		}
		st.spots = s.trim(st.spots)
		if len(st.spots) < minCutRows && st.cut(w, len(rg.reach)) || !st.measure(s) || st.width > maxWidthRatio*rg.width(st.middleRow()) {
			s.spots = s.spots[:from]
			continue
		}
		s.strips = append(s.strips, st)
	}
}

// cut says whether the picture's border cut the strip off.
func (st *strip) cut(w, h int) bool {
	near := &st.spots[0]
	return int(near.y) == h-1 || near.x-near.length/2 < 0.5 || near.x+near.length/2 > float64(w)-1.5
}

// offBorder takes the ends off that the picture's sides cut: the middle of what is left there is not the line's.
func offBorder(spots []spot, w int) []spot {
	cut := func(s *spot) bool { return s.x-s.length/2 < 0.5 || s.x+s.length/2 > float64(w)-1.5 }
	for len(spots) > minStripRows && cut(&spots[0]) {
		spots = spots[1:]
	}
	for len(spots) > minStripRows && cut(&spots[len(spots)-1]) {
		spots = spots[:len(spots)-1]
	}
	return spots
}

// trim takes the slanted ends off, whose middles lie aside of the line's.
func (s *stripper) trim(spots []spot) []spot {
	least := capShare * s.medianLength(spots)
	most := int(maxCapShare * float64(len(spots)))
	for range most {
		if spots[0].length >= least {
			break
		}
		spots = spots[1:]
	}
	for range most {
		if spots[len(spots)-1].length >= least {
			break
		}
		spots = spots[:len(spots)-1]
	}
	return spots
}

func (s *stripper) medianLength(spots []spot) float64 {
	s.lengths = s.lengths[:0]
	for i := range spots {
		s.lengths = append(s.lengths, spots[i].length)
	}
	slices.Sort(s.lengths)
	return s.lengths[len(s.lengths)/2]
}

// measure fills in the strip's numbers; false when it cannot be a piece of a line.
func (st *strip) measure(s *stripper) bool {
	n := len(st.spots)
	if n < minStripRows {
		return false
	}
	k := min(n, max(minEndRows, min(endRows, int(endShare*float64(n)))))
	st.near, st.far = fitHeading(st.spots[:k]), fitHeading(st.spots[n-k:])
	st.whole = fitHeading(st.spots)
	st.width = max(s.medianLength(st.spots)*math.Abs(st.whole.dy), 1)
	for i := range st.spots {
		st.response += st.spots[i].response
	}
	st.response /= float64(n)
	st.rough = roughness(st.spots)
	return st.rough <= max(maxRough*st.width, 0.6)
}

func (st *strip) middleRow() int {
	return int(st.spots[len(st.spots)/2].y)
}

// roughness is the rms distance of each spot from the middle of those two rows before and after it, across the strip.
func roughness(spots []spot) float64 {
	const reach = 2
	if len(spots) <= 2*reach {
		return 0
	}
	sum := 0.0
	for i := reach; i < len(spots)-reach; i++ {
		a, b := &spots[i-reach], &spots[i+reach]
		slope := (b.x - a.x) / (2 * reach)
		e := spots[i].x - (a.x+b.x)/2
		sum += e * e / (1 + slope*slope)
	}
	return math.Sqrt(sum / float64(len(spots)-2*reach))
}

// fitHeading fits the spots by a line, least squares of the distances across it, so that steep and flat ones are
// treated alike.
func fitHeading(spots []spot) heading {
	var mx, my float64
	for i := range spots {
		mx += spots[i].x
		my += spots[i].y
	}
	n := float64(len(spots))
	mx, my = mx/n, my/n
	var xx, xy, yy float64
	for i := range spots {
		dx, dy := spots[i].x-mx, spots[i].y-my
		xx, xy, yy = xx+dx*dx, xy+dx*dy, yy+dy*dy
	}
	return along(mx, my, xx, xy, yy)
}

// along is the line through (x, y) in the direction of the larger eigenvalue of a covariance, upwards.
func along(x, y, xx, xy, yy float64) heading {
	dy, dx := math.Sincos(0.5 * math.Atan2(2*xy, xx-yy))
	if dy > 0 || (dy == 0 && dx < 0) {
		dx, dy = -dx, -dy
	}
	return heading{x, y, dx, dy}
}

// at is the line's x in row y; a flat line has none.
func (h *heading) at(y float64) (float64, bool) {
	if h.dy > -0.02 {
		return 0, false
	}
	return h.x + (y-h.y)*h.dx/h.dy, true
}
