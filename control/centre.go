package control

import "math"

// centre is the middle of the lane, in metres from the rear axle: the circle, or straight line, of the points where
// y = a + b·x + c·(x² + y²).
type centre struct{ a, b, c float64 }

// at is the y of the arc that passes the vehicle. Beyond the end of the circle it goes on evenly.
func (l *centre) at(xM float64) float64 {
	q := l.a + l.b*xM + l.c*xM*xM
	return 2 * q / (1 + math.Sqrt(max(0, 1-4*l.c*q)))
}

func (l *centre) slope(xM float64) float64 {
	return (l.b + 2*l.c*xM) / (1 - 2*l.c*l.at(xM))
}

// curvature is 1/radius, bending left positive.
func (l *centre) curvature() float64 {
	return 2 * l.c / math.Sqrt(max(1e-6, 1+l.b*l.b-4*l.a*l.c))
}
