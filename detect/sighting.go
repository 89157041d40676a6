package detect

import (
	"math"

	"lanekeeper/calib"
)

// sighting is what was seen of a line, on the ground: x grows from place to place.
type sighting struct {
	n      int
	x, y   [gridRows]float64 // m
	weight [gridRows]float64 // 1/m²: of one pixel of the reduced picture there, so that errors times its root are pixels
	eye    float64           // m: x of the camera
}

// horizonMargin is how far below the horizon, as a share of the height, the ground is trusted.
const horizonMargin = 0.04

// take puts the seen rows of a trail on the ground. fx and fy are pixels of the frame for one of the reduced picture.
func (s *sighting) take(t *trail, g *grid, v *calib.View, fx, fy float64) {
	s.n, s.eye = 0, v.EyeM()
	margin := horizonMargin * g.h * fy
	for i := t.first; i <= t.last; i++ {
		if !t.seen(i) {
			continue
		}
		u, row := (t.x[i]+0.5)*fx-0.5, (g.row(i)+0.5)*fy-0.5
		if v.BelowHorizon(u, row) < margin {
			break
		}
		if x, y, ok := v.Ground(u, row); ok {
			s.x[s.n], s.y[s.n] = x, y
			d := v.PixelM(x) * fx
			s.weight[s.n] = 1 / (d * d)
			s.n++
		}
	}
}

func (s *sighting) from() float64 { return s.x[0] }
func (s *sighting) to() float64   { return s.x[s.n-1] }

// degree is that of the polynomial which the sighting bears: the shorter the piece of the line, as its far end against
// its near one, the straighter it is taken to be.
func (s *sighting) degree() int {
	switch r := (s.to() - s.eye) / (s.from() - s.eye); {
	case s.n < 4 || r < 2:
		return 1
	case s.n < 8 || r < 3:
		return 2
	}
	return 3
}

// poly fits y = p[0] + p[1]·x + p[2]·x² + p[3]·x³, of the lowest degree that fits what was seen, and tells the standard
// error of y.
func (s *sighting) poly() (p [4]float64, sigma float64, ok bool) {
	if s.n < 2 {
		return p, 0, false
	}
	for degree := 1; degree <= s.degree(); degree++ {
		q, sd, misfit, fits := s.polyOf(degree)
		if !fits {
			break
		}
		if p, sigma, ok = q, sd, true; misfit < goodFit {
			break
		}
	}
	return p, sigma, ok
}

// polyOf fits one degree; misfit is the rms error in pixels of the reduced picture.
func (s *sighting) polyOf(degree int) (p [4]float64, sigma, misfit float64, ok bool) {
	unit := s.to()
	eq := system{n: degree + 1}
	for i := range s.n {
		t := s.x[i] / unit
		eq.add(&[maxUnknowns]float64{1, t, t * t, t * t * t}, s.y[i], s.weight[i])
	}
	c, ok := eq.solve()
	if !ok {
		return p, 0, 0, false
	}
	k := 1.0
	for i := range degree + 1 {
		p[i] = c[i] / k
		k *= unit
	}
	sum, weights := 0.0, 0.0
	for i := range s.n {
		x := s.x[i]
		e := s.y[i] - (p[0] + x*(p[1]+x*(p[2]+x*p[3])))
		sum, weights = sum+s.weight[i]*e*e, weights+s.weight[i]
	}
	return p, math.Sqrt(sum / weights), math.Sqrt(sum / float64(s.n)), true
}
