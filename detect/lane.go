package detect

import "math"

// lane is where the vehicle lies: both lines fitted together as y = c ± half the width + slope·x + ½·bend·x², with
// their own places beside the vehicle but one course, which two lines determine far better than one.
type lane struct {
	left, right float64 // m: y of the lines at x = 0; NaN where not seen
	slope       float64 // of the course at x = 0
	bend        float64 // 1/m: second derivative of the course
	ok          bool
}

// fitLane fits the sightings, of which either may be empty. width is the lane's where it is known, else 0.
func fitLane(left, right *sighting, width float64) lane {
	l := fitCourse(left, right, 0, &lane{})
	if seen := l.left - l.right; seen > 0 { // false for NaN
		width = seen
	}
	if l.ok && l.bend != 0 && width > 0 {
		l = fitCourse(left, right, width/2, &l)
	}
	return l
}

// fitCourse is one step of fitLane. In a bend, lines at equal distance across the lane are not at equal distance in y:
// the difference is taken from the course found before.
func fitCourse(left, right *sighting, half float64, before *lane) lane {
	l := lane{left: math.NaN(), right: math.NaN()}
	degree, unit := 0, 0.0
	for _, s := range []*sighting{left, right} {
		if s.n >= 2 {
			degree, unit = max(degree, min(s.degree(), 2)), max(unit, s.to())
		}
	}
	if degree == 0 {
		return l
	}
	hasLeft, hasRight := left.n >= 2, right.n >= 2
	eq := system{n: degree + 1}
	if hasLeft && hasRight {
		eq.n++
	}
	shared := eq.n - degree // the first unknown of the course
	for side, s := range []*sighting{left, right} {
		if s.n < 2 {
			continue
		}
		own, d := 0, half // the unknown that is the line's own place
		if side == 1 {
			own, d = shared-1, -half
		}
		for i := range s.n {
			var terms [maxUnknowns]float64
			t := s.x[i] / unit
			terms[own] = 1
			terms[shared] = t
			if degree == 2 {
				terms[shared+1] = t * t / 2
			}
			slope := before.slope + before.bend*s.x[i]
			eq.add(&terms, s.y[i]-d*(math.Sqrt(1+slope*slope)-1), s.weight[i])
		}
	}
	c, ok := eq.solve()
	if !ok {
		return l
	}
	l.ok = true
	if hasLeft {
		l.left = c[0]
	}
	if hasRight {
		l.right = c[shared-1]
	}
	l.slope = c[shared] / unit
	if degree == 2 {
		l.bend = c[shared+1] / (unit * unit)
	}
	if half > 0 { // the places are now those of a lane straight ahead
		stretch := math.Sqrt(1+l.slope*l.slope) - 1
		l.left += half * stretch
		l.right -= half * stretch
	}
	return l
}

// heading is the vehicle's direction against the lane's, positive to the left.
func (l *lane) heading() float64 { return -math.Atan(l.slope) }

// curvature is the lane's beside the vehicle, positive to the left.
func (l *lane) curvature() float64 { return l.bend / math.Pow(1+l.slope*l.slope, 1.5) }

// width is the lane's, across it; NaN unless both lines were seen.
func (l *lane) width() float64 { return (l.left - l.right) * math.Cos(math.Atan(l.slope)) }

// offset is how far the vehicle lies left of the lane's middle. A lane of which one line was seen needs its width.
func (l *lane) offset(width float64) float64 {
	half := width / 2
	cos := math.Cos(math.Atan(l.slope))
	switch {
	case !math.IsNaN(l.left) && !math.IsNaN(l.right):
		return -(l.left + l.right) / 2 * cos
	case !math.IsNaN(l.left):
		return half - l.left*cos
	}
	return -half - l.right*cos
}
