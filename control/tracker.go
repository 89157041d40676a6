package control

import (
	"math"
	"time"

	"lanekeeper/msg"
)

// widthGain is the share of a newly seen lane width that is learned from one detection.
const widthGain = 0.05

// oneLineConfidence is what a lane seen by one line is worth, in shares of that line.
const oneLineConfidence = 0.75

// reach is how far beyond the lookahead the lines are used, in lookaheads.
const reach = 1.25

// tracker finds the lane centre in detections and keeps what outlasts one: the lane's width, the departure, and the lines of
// the last few pictures. Least squares with exponential forgetting (Ljung, System Identification, 2nd ed. (1999), section
// 11.2) averages where all of them see the lane and lets an earlier one fill in where the newest sees only the distance.
// The vehicle's way since then is not taken into account: it is short for as long as a line counts.
type tracker struct {
	widthM    float64 // learned; 0 before the first
	fit       fit     // of the lines of late, each the less the longer ago; see fade
	departure departure
}

// analyse reads a detection. The reason is ReasonNone for a lane that can be steered by, ReasonLaneLost when no line is
// there, ReasonLowConfidence when none that is there is believed or they would put the vehicle where it can hardly be,
// ReasonInvalid for numbers that cannot be.
func (t *tracker) analyse(p *Params, d *msg.Detection, step time.Duration, lookaheadM float64) (Lane, msg.Reason) {
	scale := 1.0
	if d.Flags&msg.DetectionUncalibrated != 0 {
		scale = p.Lane.WidthM
	}
	if t.widthM == 0 {
		t.widthM = p.Lane.WidthM
	}
	t.fit.unitM = p.Lane.WidthM // what is remembered is dropped when that changes
	t.fit.fade(1 - share(step.Seconds(), p.Lane.Smoothing))
	var left, right groundLine
	ok := !math.IsInf(d.OffsetM, 0) && !math.IsInf(d.HeadingRad, 0) && !math.IsInf(d.CurvaturePerM, 0) && !math.IsInf(d.LaneWidthM, 0)
	if ok && d.HasLeftLane != 0 {
		left, ok = newGroundLine(&d.Left, scale)
	}
	if ok && d.HasRightLane != 0 {
		right, ok = newGroundLine(&d.Right, scale)
	}
	if !ok {
		return Lane{}, msg.ReasonInvalid
	}
	lane := Lane{
		Left:  left.there && left.confidence >= p.Lane.ConfidenceMin && left.confidence > 0,
		Right: right.there && right.confidence >= p.Lane.ConfidenceMin && right.confidence > 0,
	}
	if !lane.Left && !lane.Right {
		if left.there || right.there {
			return lane, msg.ReasonLowConfidence
		}
		return lane, msg.ReasonLaneLost
	}
	newest, ok := t.newest(p, d, &lane, &left, &right, scale, lookaheadM)
	if !ok {
		return lane, msg.ReasonLaneLost
	}
	lane.Confidence = confidence(&lane, &left, &right)
	lane.WidthM = t.widthM
	lane.place(&newest.centre, lookaheadM)
	if !lane.plausible() {
		return lane, msg.ReasonLowConfidence
	}
	if newest.fit.w > 0 {
		t.fit.join(&newest.fit)
		if c, ok := t.fit.solve(); ok {
			lane.place(&c, lookaheadM)
		}
	}
	lane.Departure = t.departure.update(&lane, p.Vehicle.WidthM, p.Lane.DepartureClearM, step)
	return lane, msg.ReasonNone
}

// sight is the lane centre of one detection, and what it was fitted to: nothing when the detector stated it.
type sight struct {
	centre centre
	fit    fit
}

// newest fits the lane centre to the lines that are believed, or takes it from the detector's own offset and heading when
// it did not place the lines on the ground.
func (t *tracker) newest(p *Params, d *msg.Detection, lane *Lane, left, right *groundLine, scale, lookaheadM float64) (s sight, ok bool) {
	useLeft, useRight := lane.Left && left.drawn, lane.Right && right.drawn
	if !useLeft && !useRight {
		s.centre, ok = stated(d, scale)
		return s, ok
	}
	width := t.widthM
	if useLeft && useRight {
		if w := between(left, right); math.Abs(w/p.Lane.WidthM-1) <= p.Lane.WidthTolerance {
			width = w
			t.widthM += widthGain * (w - t.widthM)
		} else if left.confidence > right.confidence {
			useRight, lane.Right = false, false
		} else {
			useLeft, lane.Left = false, false
		}
	}
	s.fit.unitM = p.Lane.WidthM
	if useLeft {
		s.fit.line(left, -width/2, reach*lookaheadM)
	}
	if useRight {
		s.fit.line(right, width/2, reach*lookaheadM)
	}
	s.centre, ok = s.fit.solve()
	return s, ok
}

// between is the distance of the lines where both begin, square to the lane.
func between(left, right *groundLine) float64 {
	x := clamp(max(left.fromM, right.fromM), min(left.fromM, right.fromM), min(left.toM, right.toM))
	yl, sl := left.at(x)
	yr, sr := right.at(x)
	slope := (sl + sr) / 2
	return (yl - yr) / math.Sqrt(1+slope*slope)
}

// stated is the centre that the detector states itself.
func stated(d *msg.Detection, scale float64) (c centre, ok bool) {
	if !finite(d.OffsetM) || !(math.Abs(d.HeadingRad) < 1.5) {
		return c, false
	}
	k := 0.0
	if finite(d.CurvaturePerM) {
		k = d.CurvaturePerM / scale
	}
	// p is the nearest place of the lane centre. A point q lies on the circle through p with the normal n = (−sin, cos)
	// when (q − p)·n = k/2·|q − p|²; solved for the y that stands alone, that is the centre's equation.
	sin, cos := math.Sincos(-d.HeadingRad)
	px, py := d.OffsetM*scale*sin, -d.OffsetM*scale*cos
	c.c = k / 2
	c.b = sin - k*px
	c.a = cos*py - sin*px + k/2*(px*px+py*py)
	norm := cos + k*py
	c.a, c.b, c.c = c.a/norm, c.b/norm, c.c/norm
	return c, norm > 0.1 && finite(c.a) && finite(c.b) && finite(c.c)
}

func confidence(lane *Lane, left, right *groundLine) float64 {
	l, r := 0.0, 0.0
	if lane.Left {
		l = left.confidence
	}
	if lane.Right {
		r = right.confidence
	}
	return max((l+r)/2, oneLineConfidence*max(l, r))
}
