package detect

import "math"

// candidate is a chain with what its choice rests on.
type candidate struct {
	spots  []spot  // of all its strips, from near to far, rows strictly decreasing
	seen   float64 // px: length that was seen, flat pieces by no more than flatWorth times their rows
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

// tangent is over how much of a chain the tangent at either end is taken: a share of the picture's height, and at least so
// many spots. Paint has ragged ends, and is bent where something joins it; what a network draws is smooth.
type tangent struct {
	share float64
	spots int
}

// chooser finds the left and the right line of the vehicle's lane among the chains.
type chooser struct {
	ends       tangent
	spots      []spot
	candidates []candidate
}

const (
	nearShare   = 0.58 // of the height: a line must begin below
	knownShare  = 0.4  // … but one that is known, since it may leave the picture sideways
	beyondShare = 0.25 // … and one that a crossing lies on, which hides its nearer part
	cornerShare = 0.4  // of such a line's spots: its lowest ones may bend into a stop line
	cornerSpots = 12   // … but no more than so many
	flatWorth   = 1.4  // rows that one row of a flat line counts for at most
	farOut      = 8.0  // half widths: where a flat line is said to meet the bottom row

	clearOver   = 1.5  // thresholds that a line's response must exceed the threshold by to count in full
	longShare   = 0.8  // of the height: a line seen over so many rows counts in full
	enoughShare = 0.35 // of the height: a line seen over so many rows can be believed in full
	minMerit    = 0.06 // below, it is no line
	minTrust    = 0.45 // confidence below which more such lines are wrong than right
	arcShare    = 0.15 // of the width: lines whose far ends lie so near to each other …
	arcTop      = 0.35 // … below this part of the height …
	arcFlat     = 0.6  // … and are so flat there, by the vertical share of their direction, are one
	sideStays   = 0.15 // of the width: so far beyond the middle a known line keeps its side
	beforeWorth = 0.3  // picture widths of distance from the vehicle that being where the line was makes up for
	meritWorth  = 0.9  // picture widths of distance from the vehicle that full merit makes up for
)

// choose returns the candidates that are nearest to the vehicle on either side; nil where there is none. before is where
// the lines were in the frame before: near there, half of the least sight is enough. crossings has a span for each row.
func (c *chooser) choose(
	chains []chain, strips []strip, thr int, p *Params, before *[2]trail, g *grid, crossings []span,
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
		beyond := begin >= beyondShare*g.h && begin < nearShare*g.h && crossed(crossings, begin)
		if begin < knownShare*g.h && !beyond {
			continue
		}
		k := c.describe(&chains[i], strips, g)
		if begin < nearShare*g.h {
			// Far down, the tangent of its lowest part alone leads astray.
			k.lead(k.spots[min(int(cornerShare*float64(len(k.spots))), cornerSpots):], g)
		}
		if k.judge(thr, g); k.confidence < minTrust {
			continue
		}
		known := min(k.distance(&before[0], g), k.distance(&before[1], g)) < gate*g.w/2
		plain := (beyond || begin >= nearShare*g.h) && k.merit >= minMerit && k.seen >= p.MinSeen*g.h
		if plain || known && k.seen >= p.MinSeen*g.h/2 {
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
	if left != nil && right != nil && oneArc(left, right, g) {
		if left.merit > right.merit {
			return left, nil
		}
		return nil, right
	}
	return left, right
}

// oneArc says whether two lines are the arms of one that turns back in front of the vehicle.
func oneArc(a, b *candidate, g *grid) bool {
	p, q := &a.spots[len(a.spots)-1], &b.spots[len(b.spots)-1]
	return math.Hypot(p.x-q.x, p.y-q.y) < arcShare*g.w && max(p.y, q.y) > arcTop*g.h && max(-a.far.dy, -b.far.dy) < arcFlat
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
	h := g.h
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
		k.seen += rows * min(1/math.Abs(st.whole.dy), flatWorth)
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
	for lo < n && (lo < c.ends.spots || k.spots[lo].y > k.spots[0].y-c.ends.share*h) {
		lo++
	}
	for hi > 0 && (n-hi < c.ends.spots || k.spots[hi-1].y < k.spots[n-1].y+c.ends.share*h) {
		hi--
	}
	k.far = fitHeading(k.spots[hi:])
	k.lead(k.spots[:lo], g)
	return k
}

// lead takes the way down to the viewer from some of the spots.
func (k *candidate) lead(spots []spot, g *grid) {
	k.near = fitHeading(spots)
	x, ok := k.near.at(g.h - 1)
	if !ok {
		x = math.Copysign(farOut*g.w, -k.near.dx)
	}
	k.bottom = min(max(x-(g.w-1)/2, -farOut*g.w), farOut*g.w)
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
