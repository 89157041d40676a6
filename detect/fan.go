package detect

import "math"

// fan finds straight lines too faint or too broken to be traced: worn paint, studs, dots. Lines that are parallel on flat
// ground lead to one point of the picture. Seen from the right point, what stands out of the road gathers in a few
// directions; seen from any other, and for texture, it does not. So the point is the one whose profile, the sum over each
// ray, has the sharpest peaks, and the peaks are the lines: voting along rays as in Hough's transform, with a vanishing
// point found as the most consistent one (Kong, Audibert and Ponce, Vanishing point detection for road detection, 2009).
type fan struct {
	w, h     int
	reach    []int // for each row, px to either side
	top      int   // rows above are not looked at
	response []byte
	votes    votes
	x, y     float64 // px: the point that rays lead to
	score    float64
	known    bool // the point is one that the frame before had

	spots []spot
	lines []candidate
}

const (
	fanScale  = 0.35 // of the widest line's width: what is faint is narrow
	fanTop    = 0.42 // of the height
	fanBeside = 1.5  // px across a ray that belong to it
	fanFaint  = 16   // threshold above which paint stands out so well that none is too faint to be traced
	fanPeak   = 2.5  // times the mean of the profile in front of the vehicle, that a line's peak exceeds
	fanFull   = 40.0 // response that counts in full
	fanWorth  = 2.5  // picture widths of distance from the vehicle that full merit makes up for
	fanMerit  = 0.05 // least merit of a line
	fanSpots  = 8    // least rows of it that are seen
	fanShare  = 0.3  // least response beside that of a line on the other side that is sure
	fanClear  = 0.5  // … and beside the threshold for what is traced
	fanTrust  = 0.65 // confidence at most

	sureOf  = 0.7 // confidence of a traced line that needs no help
	sureOut = 1.0 // picture widths aside, where the next lane's line may be
	minSure = 12  // spots below fanSure that tell where a sure line leads
	fanSure = 0.45
)

func (f *fan) prepare(w, h int, p *Params) {
	f.w, f.h, f.top = w, h, int(fanTop*float64(h))
	var r ridge
	r.prepare(w, h, fanScale, p)
	f.reach = r.reach
	f.response = make([]byte, w*h)
	f.votes.prepare(w)
	f.known = false
}

// improve replaces what was traced badly, or not at all, by lines that only their direction gives away. thr is the response
// that a traced line has at least.
func (f *fan) improve(left, right *candidate, bright, yellow []byte, thr int, g *grid, anew bool) (*candidate, *candidate) {
	if thr > fanFaint || !left.unsure(g) && !right.unsure(g) {
		return left, right
	}
	var sure *candidate
	for _, k := range []*candidate{left, right} {
		if !k.unsure(g) {
			sure = k
		}
	}
	f.respond(bright, yellow)
	f.votes.collect(f.response, f.w, f.h, f.top)
	f.seek(sure, g, anew)
	f.trace(thr, g)
	for _, side := range []**candidate{&left, &right} {
		if !(*side).unsure(g) {
			continue
		}
		for i := range f.lines {
			k := &f.lines[i]
			ours := (k.bottom < 0) == (side == &left)
			if ours && (sure == nil || k.strong >= fanShare*sure.strong) && (*side == nil || k.cost < (*side).cost) {
				*side = k
			}
		}
	}
	return left, right
}

// unsure says whether a line is missing, or may be another than the lane's.
func (k *candidate) unsure(g *grid) bool {
	return k == nil || k.confidence < sureOf || math.Abs(k.bottom) > sureOut*g.w
}

// respond filters along the rows alone: lines that lead away from the viewer stand out, bumpers, joints and shadows across
// the road do not.
func (f *fan) respond(bright, yellow []byte) {
	clear(f.response)
	for _, src := range [][]byte{bright, yellow} {
		if src == nil {
			continue
		}
		for y := f.top; y < f.h; y++ {
			mid := src[y*f.w:][:f.w]
			across(f.response[y*f.w:][:f.w], mid, mid, mid, f.reach[y])
		}
	}
	double(f.response)
}

// seek finds the point that rays lead to: on the line that is sure, if there is one.
func (f *fan) seek(sure *candidate, g *grid, anew bool) {
	before := f.known && !anew
	f.score, f.known = 0, true
	if line, ok := sure.course(g); ok {
		for y := -0.5; y < 0.5; y += 0.02 {
			if x, ok := line.at(y * g.h); ok {
				f.try(x, y*g.h, g)
			}
		}
	}
	if f.score > 0 {
		return
	}
	step := 0.02
	if before {
		f.try(f.x, f.y, g)
		step *= 2
	} else {
		for _, y := range [...]float64{-0.4, -0.2, -0.05, 0.05, 0.12, 0.19, 0.25, 0.29, 0.33, 0.37, 0.41, 0.45} {
			for x := 0.2; x < 0.81; x += 0.04 {
				f.try(x*g.w, y*g.h, g)
			}
		}
	}
	for ; step > 0.004; step /= 2 {
		for range 2 {
			x, y := f.x, f.y
			f.try(x-step*g.w, y, g)
			f.try(x+step*g.w, y, g)
			f.try(x, y-step*g.h, g)
			f.try(x, y+step*g.h, g)
		}
	}
}

func (f *fan) try(x, y float64, g *grid) {
	if s := f.votes.sharpness(x, y, g); s > f.score {
		f.x, f.y, f.score = x, y, s
	}
}

// course is a line's straight continuation, if enough of it is seen in the lower half.
func (k *candidate) course(g *grid) (heading, bool) {
	if k == nil {
		return heading{}, false
	}
	n := 0
	for n < len(k.spots) && k.spots[n].y > fanSure*g.h {
		n++
	}
	if n < minSure {
		return heading{}, false
	}
	return fitHeading(k.spots[:n]), true
}

// trace makes lines of the profile's peaks.
func (f *fan) trace(thr int, g *grid) {
	f.votes.sharpness(f.x, f.y, g)
	f.spots, f.lines = f.spots[:0], f.lines[:0]
	if most := maxPeaks * f.h; cap(f.spots) < most {
		f.spots = make([]spot, 0, most) // never grows below: lines alias it
	}
	for _, bottom := range f.votes.peaks(fanPeak, g) {
		if k, ok := f.line(bottom, thr, g); ok {
			f.lines = append(f.lines, k)
		}
	}
}

// line is the one along the ray that meets the bottom row at x = bottom.
func (f *fan) line(bottom float64, thr int, g *grid) (k candidate, ok bool) {
	from := len(f.spots)
	slope := (bottom - f.x) / (g.h - 1 - f.y)
	long := math.Hypot(1, slope)
	sum, rows := 0.0, 0.0
	for y := f.h - 1; float64(y) > max(f.y+voteClear*g.h, float64(f.top)); y-- {
		x := f.x + slope*(float64(y)-f.y)
		lo, hi := int(math.Ceil(x-fanBeside*long)), int(math.Floor(x+fanBeside*long))
		if lo < 1 || hi >= f.w-1 {
			continue
		}
		rows++
		at, most := lo, byte(0)
		for i, v := range f.response[y*f.w+lo : y*f.w+hi+1] {
			if v > most {
				at, most = lo+i, v
			}
		}
		if most >= minVote {
			f.spots = append(f.spots, spot{float64(at), float64(y), 1, float64(most)})
			sum += min(float64(most), fanFull)
		}
	}
	k.spots = f.spots[from:len(f.spots):len(f.spots)]
	n := float64(len(k.spots))
	if n < fanSpots {
		f.spots = f.spots[:from]
		return k, false
	}
	k.seen, k.strong, k.width = n*min(long, flatWorth), sum/n, 2
	k.near = heading{bottom, g.h - 1, -slope / long, -1 / long}
	k.far = k.near
	k.bottom = bottom - (g.w-1)/2
	k.merit = sum / fanFull / max(rows, 0.3*g.h)
	k.cost = math.Abs(k.bottom)/g.w - fanWorth*k.merit
	k.confidence = min(fanTrust, 2*k.merit)
	return k, k.merit >= fanMerit && k.strong >= fanClear*float64(thr)
}
