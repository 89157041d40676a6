package detect

import "math"

// candidate is a chain with what its choice rests on.
type candidate struct {
	spots  []spot  // of all its strips, from near to far, rows strictly decreasing
	seen   float64 // px: length that was seen, flat pieces by no more than twice their rows
	width  float64 // px: across the line, of its longest strip
	strong float64 // response of its strips, weighted by their rows
	rough  float64 // px: of its strips, weighted by their rows
	near   heading // tangent of its lowest part
	far    heading // tangent of its highest part
	bottom float64 // px: where the near tangent meets the bottom row, from the middle of the picture
	merit  float64 // 0…1: how much it looks like a line among others
	cost   float64 // low for a line near the vehicle that has merit

	confidence float64 // 0…1: about how often such a line is a line
}

// chooser finds the left and the right line of the vehicle's lane among the chains.
type chooser struct {
	spots      []spot
	candidates []candidate
}

const (
	tangentShare = 0.1  // of the height: the lowest and highest part of a chain, for its tangents
	tangentSpots = 8    // … but at least so many spots
	nearShare    = 0.58 // of the height: a line must begin below
	knownShare   = 0.4  // … but one that is known, since it may leave the picture sideways
	farOut       = 8.0  // half widths: where a flat line is said to meet the bottom row

	clearOver   = 1.5  // thresholds that a line's response must exceed the threshold by to count in full
	longShare   = 0.8  // of the height: a line seen over so many rows counts in full
	enoughShare = 0.35 // of the height: a line seen over so many rows can be believed in full
	minMerit    = 0.06 // below, it is no line
	sideStays   = 0.15 // of the width: so far beyond the middle a known line keeps its side
	beforeWorth = 0.3  // picture widths of distance from the vehicle that being where the line was makes up for
	meritWorth  = 1.0  // picture widths of distance from the vehicle that full merit makes up for
)

// choose returns the candidates that are nearest to the vehicle on either side; nil where there is none. before is
// where the lines were in the frame before: near there, half of the least sight is enough,
// and farther away.
func (c *chooser) choose(
	chains []chain, strips []strip, thr int, p *Params, before *[2]trail, g *grid,
) (left, right *candidate) {
	c.spots, c.candidates = c.spots[:0], c.candidates[:0]
	total := 0
	for i := range strips {
		total += len(strips[i].spots)
	}
	if cap(c.spots) < total {
		c.spots = make([]spot, 0, 2*total) // never grows below: candidates alias it
	}
	for i := range chains {
		begin := strips[chains[i].strips[0]].begin
		if begin < knownShare*g.h {
			continue
		}
		k := c.describe(&chains[i], strips, g)
		k.judge(thr, g)
		known := min(k.distance(&before[0], g), k.distance(&before[1], g)) < gate*g.w/2
		if known && k.seen >= p.MinSeen*g.h/2 || k.seen >= p.MinSeen*g.h && k.merit >= minMerit && begin >= nearShare*g.h {
			c.candidates = append(c.candidates, k)
		}
	}
	for i := range c.candidates {
		k := &c.candidates[i]
		side := &right
		if k.isLeft(before, g) {
			side = &left
		}
		if *side == nil || k.cost < (*side).cost {
			*side = k
		}
	}
	return left, right
}

// isLeft says on which side of the vehicle the line is, and makes it cheaper where the line of that side was before. A
// line that comes under the vehicle stays on the side that it came from for a while.
func (k *candidate) isLeft(before *[2]trail, g *grid) bool {
	left := k.bottom < 0
	dl, dr := k.distance(&before[0], g), k.distance(&before[1], g)
	if math.Abs(k.bottom) < sideStays*g.w && min(dl, dr) < gate*g.w {
		left = dl < dr
	}
	d := dr
	if left {
		d = dl
	}
	k.cost -= beforeWorth * max(0, 1-d/(gate*g.w))
	return left
}

// distance is how far the candidate lies from a trail in the mean, across it; infinite when they share no rows.
func (k *candidate) distance(t *trail, g *grid) float64 {
	sum, n := 0.0, 0
	for i := range k.spots {
		if x, ok := t.at(k.spots[i].y, g); ok {
			sum += math.Abs(x - k.spots[i].x)
			n++
		}
	}
	if n == 0 {
		return math.Inf(1)
	}
	return sum / float64(n) * -k.near.dy
}

// describe measures a chain.
func (c *chooser) describe(ch *chain, strips []strip, g *grid) candidate {
	w, h := g.w, g.h
	var k candidate
	from, longest, total, last := len(c.spots), 0, 0.0, math.Inf(1)
	for _, i := range ch.strips {
		st := &strips[i]
		for _, s := range st.spots {
			if s.y < last {
				c.spots = append(c.spots, s)
				last = s.y
			}
		}
		rows := float64(len(st.spots))
		k.seen += rows * min(1/math.Abs(st.whole.dy), 2)
		total += rows
		k.strong += rows * st.response
		k.rough += rows * st.rough
		if len(st.spots) > longest {
			longest, k.width = len(st.spots), st.width
		}
	}
	k.strong, k.rough = k.strong/total, k.rough/total
	k.spots = c.spots[from:len(c.spots):len(c.spots)]
	n := len(k.spots)
	lo, hi := 1, n-1
	for lo < n && (lo < tangentSpots || k.spots[lo].y > k.spots[0].y-tangentShare*h) {
		lo++
	}
	for hi > 0 && (n-hi < tangentSpots || k.spots[hi-1].y < k.spots[n-1].y+tangentShare*h) {
		hi--
	}
	k.near, k.far = fitHeading(k.spots[:lo]), fitHeading(k.spots[hi:])
	x, ok := k.near.at(h - 1)
	if !ok {
		x = math.Copysign(farOut*w, -k.near.dx)
	}
	k.bottom = min(max(x-(w-1)/2, -farOut*w), farOut*w)
	return k
}

// judge sets the candidate's merit, cost and confidence. thr is the response that a mask pixel has at least. What
// speaks for a line is that much of it is seen, that it stands out clearly, and that it is smooth.
func (k *candidate) judge(thr int, g *grid) {
	seen := k.seen / g.h
	clearly := min(max((k.strong/float64(thr)-1)/clearOver, 0), 1)
	smoothly := math.Exp(-k.rough * k.rough)
	k.merit = min(seen/longShare, 1) * clearly * smoothly
	k.cost = math.Abs(k.bottom)/g.w - meritWorth*k.merit
	k.confidence = math.Sqrt(min(seen/enoughShare, 1)*clearly) * smoothly
}
