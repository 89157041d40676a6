package detect

import "math"

// lane is where the vehicle lies: both lines fitted together as y = c ± half the width + slope·x + ½·bend·x²,
// with their own places beside the vehicle but one course, which two lines determine far better than one.
type lane struct {
	left, right float64 // m: y of the lines at x = 0; NaN where not seen
	slope       float64 // of the course at x = 0
	bend        float64 // 1/m: second derivative of the course at x = 0
	misfit      float64 // px of the reduced picture, rms: of the course before the last step
	ok          bool
}

// fitLane fits the sightings, of which either may be empty. width is the lane's where it is known, else 0. The course
// is of the lowest degree that fits what was seen: what extrapolates to beside the vehicle should have no freedom that
// the places seen do not ask for.
func fitLane(left, right *sighting, width float64) lane {
	most := 0
	for _, s := range []*sighting{left, right} {
		if s.n >= 2 {
			most = max(most, min(s.degree(), 2))
		}
	}
	var l lane
	for degree := 1; degree <= most; degree++ {
		l = fitCourse(left, right, degree, 0, nil)
		for range refinements {
			if !l.ok {
				break
			}
			if seen := l.left - l.right; seen > 0 { // false for NaN
				width = seen
			}
			l = fitCourse(left, right, degree, width/2, &l)
		}
		if l.ok && l.misfit < goodFit {
			break
		}
	}
	return l
}

const (
	refinements = 3    // steps of a fit after the first
	goodFit     = 0.25 // px of the reduced picture, rms: about how far traced lines stray
	farOff      = 9.0  // px²: no place adds more to the misfit
	outlier     = 1.0  // px of the reduced picture: places farther off the course count for less than half
)

// y is the course's lateral place at x, without a line's own.
func (l *lane) y(x float64) float64 { return x * (l.slope + x*l.bend/2) }

// fitCourse is one step of fitLane. In a bend, lines at equal distance across the lane are not at equal distance in y:
// the difference is taken from the course found before, nil in the first step. So is how far each place lies off,
// which lessens its weight as in M-estimation by Cauchy's function.
func fitCourse(left, right *sighting, degree int, half float64, before *lane) lane {
	l := lane{left: math.NaN(), right: math.NaN()}
	unit := 0.0
	for _, s := range []*sighting{left, right} {
		if s.n >= 2 {
			unit = max(unit, s.to())
		}
	}
	hasLeft, hasRight := left.n >= 2, right.n >= 2
	eq := system{n: degree + 1}
	if hasLeft && hasRight {
		eq.n++
	}
	shared := eq.n - degree // the first unknown of the course
	var place [2]float64
	n := 0
	if before != nil {
		place = [2]float64{before.left - half*before.stretch(), before.right + half*before.stretch()}
	}
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
			for k, power := 0, t; k < degree; k++ {
				terms[shared+k] = power
				power *= t
			}
			y, weight := s.y[i], s.weight[i]
			if before != nil {
				slope := before.slope + s.x[i]*before.bend
				y -= d * (math.Sqrt(1+slope*slope) - 1)
				e := (y - place[side] - before.y(s.x[i])) * math.Sqrt(weight) / outlier
				l.misfit += min(e*e, farOff)
				n++
				weight /= 1 + e*e
			}
			eq.add(&terms, y, weight)
		}
	}
	c, ok := eq.solve()
	if !ok {
		return l
	}
	l.ok = true
	l.misfit = math.Sqrt(l.misfit / float64(max(n, 1)))
	if hasLeft {
		l.left = c[0]
	}
	if hasRight {
		l.right = c[shared-1]
	}
	l.slope = c[shared] / unit
	if degree >= 2 {
		l.bend = 2 * c[shared+1] / (unit * unit)
	}
	l.left += half * l.stretch()
	l.right -= half * l.stretch()
	return l
}

// stretch is by how much the course lies askew at x = 0: distances in y there are 1 + stretch times those across it.
func (l *lane) stretch() float64 { return math.Sqrt(1+l.slope*l.slope) - 1 }

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
