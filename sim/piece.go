package sim

import "math"

// piece is a stretch of the course whose curvature changes evenly: a straight, an arc or a clothoid.
type piece struct {
	lengthM float64
	k0, k1  float64 // 1/m, at its start and end; left positive
}

// pieces splits a segment into what it is made of. A bend is clothoid, arc, clothoid; each clothoid turns half as much as
// an arc of its length, so the arc is shorter by one of them.
func (s *Segment) pieces() []piece {
	if s.Kind == "straight" {
		return []piece{{lengthM: s.LengthM}}
	}
	k := math.Copysign(1/s.RadiusM, s.TurnDeg)
	arc := piece{math.Abs(s.TurnDeg)*math.Pi/180*s.RadiusM - s.TransitionM, k, k}
	if s.TransitionM == 0 {
		return []piece{arc}
	}
	return []piece{{s.TransitionM, 0, k}, arc, {s.TransitionM, k, 0}}
}

// lapM is the length of a lap.
func (g *CourseConfig) lapM() float64 {
	var sum float64
	for i := range g.Segments {
		for _, p := range g.Segments[i].pieces() {
			sum += p.lengthM
		}
	}
	return sum * float64(g.Repeat)
}
