package detect

import (
	"math"
	"time"
)

// track is one of the lane's lines from frame to frame.
type track struct {
	trail      trail         // as last seen, smoothed
	unseen     time.Duration // since then
	challenger trail         // what was seen elsewhere in the last frame
}

const (
	gate        = 0.08 // of the width: farther from where the line was, it is another line
	rivalWorth  = 0.8  // of the confidence of the line before: another line that is believed so much replaces it at once
	shareOfNew  = 0.4  // least share of a new trail in the smoothed one, however little it is believed
	coastedFrom = 0.9  // confidence of a line at the moment it is no longer seen, in terms of the one before
)

func (t *track) reset() {
	t.trail.clear()
	t.challenger.clear()
	t.unseen = 0
}

// alive says whether there is a line to carry on.
func (t *track) alive() bool { return !t.trail.empty() }

// update takes in what was seen, dt after the frame before; seen is empty when nothing was. A line somewhere else than
// before must be seen in two frames running, or be believed about as much as the one that it replaces.
func (t *track) update(seen *trail, dt, smoothing, hold time.Duration, g *grid) {
	rival := !seen.empty() && t.alive() && distance(&t.trail, seen, g) > gate*g.w
	switch {
	case seen.empty():
		t.challenger.clear()
		t.carry(dt, hold)
	case !t.alive():
		t.adopt(seen)
	case !rival:
		t.blend(seen, dt, smoothing)
	case seen.confidence > rivalWorth*t.confidence(hold) || !t.challenger.empty() && distance(&t.challenger, seen, g) < gate*g.w:
		t.adopt(seen)
	default:
		t.challenger = *seen
		t.carry(dt, hold)
	}
}

func (t *track) adopt(seen *trail) {
	t.reset()
	t.trail = *seen
}

// carry lets time pass without a sight of the line.
func (t *track) carry(dt, hold time.Duration) {
	if t.unseen += dt; t.unseen > hold {
		t.trail.clear()
	}
}

// confidence falls from when the line was last seen on, to nothing when it is given up.
func (t *track) confidence(hold time.Duration) float64 {
	if t.unseen == 0 || hold == 0 {
		return t.trail.confidence
	}
	return t.trail.confidence * coastedFrom * max(0, 1-float64(t.unseen)/float64(hold))
}

// blend moves the line to where it was seen: the more the new sight is believed, the faster, so that a line seen well
// is hardly delayed.
func (t *track) blend(seen *trail, dt, smoothing time.Duration) {
	share := 1.0
	if tau := float64(smoothing) * (1 - seen.confidence); tau > 0 {
		share = max(1-math.Exp(-float64(dt+t.unseen)/tau), shareOfNew)
	}
	old := &t.trail
	next := *seen
	shift := meanShift(old, seen)
	for i := max(old.first, next.first); i <= min(old.last, next.last); i++ {
		to := next.x[i] - old.x[i]
		if !next.seen(i) {
			// A short sight's tangent leads far astray: rather move the line that was known as a whole.
			to = shift + seen.confidence*seen.confidence*(to-shift)
		}
		next.x[i] = old.x[i] + share*to
	}
	next.confidence = old.confidence + share*(next.confidence-old.confidence)
	t.adopt(&next)
}

// meanShift is how far the rows that were seen lie from those of the trail before, in the mean.
func meanShift(old, seen *trail) float64 {
	sum, n := 0.0, 0
	for i := max(old.first, seen.first); i <= min(old.last, seen.last); i++ {
		if seen.seen(i) {
			sum += seen.x[i] - old.x[i]
			n++
		}
	}
	return sum / float64(max(n, 1))
}

// distance is how far two trails lie apart in the mean, across them, in the rows that they share and the second was
// seen in; infinite when there are none.
func distance(a, b *trail, g *grid) float64 {
	sum, n := 0.0, 0
	for i := max(a.first, b.first); i <= min(a.last, b.last); i++ {
		if b.seen(i) {
			s := b.slope(i) / g.step
			sum += math.Abs(a.x[i]-b.x[i]) / math.Sqrt(1+s*s)
			n++
		}
	}
	if n == 0 {
		return math.Inf(1)
	}
	return sum / float64(n)
}
