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

// fitLane fits the sightings, of which either may be empty.
func fitLane(left, right *sighting) lane {
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
	own := 0 // the unknown that is the side's own place
	for side, s := range []*sighting{left, right} {
		if s.n < 2 {
			continue
		}
		if side == 1 && hasLeft {
			own = 1
		}
		shared := eq.n - degree
		for i := range s.n {
			var terms [maxUnknowns]float64
			t := s.x[i] / unit
			terms[own] = 1
			terms[shared] = t
			if degree == 2 {
				terms[shared+1] = t * t / 2
			}
			eq.add(&terms, s.y[i], s.weight[i])
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
		l.right = c[own]
	}
	l.slope = c[eq.n-degree] / unit
	if degree == 2 {
		l.bend = c[eq.n-1] / (unit * unit)
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
