package sim

import "math"

// rung is a point of the lane's centre in the vehicle's frame.
type rung struct {
	sM       float64 // from the vehicle, along the course
	aheadM   float64
	leftM    float64
	sin, cos float64 // of the lane's heading against the vehicle's
}

// spine is the part of the course that the camera may see: the lane's centre in the vehicle's frame, in points so close
// that the straight between two of them is within a tenth of a pixel of the course.
type spine struct {
	rungs []rung
}

// trace lays the spine around the vehicle, which is at place p with the given pose. A course so short that most of it
// may be in view at once, as a track in a room, is taken whole.
func (s *spine) trace(c *Course, l *lens, pose Pose, p Place) {
	behind, ahead := l.HeightM*4+math.Abs(l.ForwardM), l.FarM
	if c.LengthM < 6*l.FarM {
		behind, ahead = c.LengthM/2, c.LengthM/2
	}
	s.rungs = s.rungs[:0]
	sin0, cos0 := math.Sincos(pose.HeadingRad)
	for at := -behind; ; {
		q := c.At(p.SM + at)
		dx, dy := q.XM-pose.XM, q.YM-pose.YM
		r := rung{sM: at, aheadM: dx*cos0 + dy*sin0, leftM: dy*cos0 - dx*sin0}
		r.sin, r.cos = math.Sincos(q.HeadingRad - pose.HeadingRad)
		s.rungs = append(s.rungs, r)
		if at >= ahead {
			return
		}
		at = min(ahead, at+s.stride(c, l, &q, math.Hypot(dx, dy)))
	}
}

// stride is how far the next rung may be: an arc of length t leaves its chord by κt²/8, seen from dist away.
func (s *spine) stride(c *Course, l *lens, q *CoursePoint, dist float64) float64 {
	dist = max(dist-l.HeightM, l.HeightM)
	k := max(math.Abs(q.CurvaturePerM), math.Abs(c.At(q.SM+10*c.stepM).CurvaturePerM), 1e-4)
	t := math.Sqrt(8 * 0.1 * dist / (l.focalPx * k))
	if c.hills.HeightM != 0 {
		t = min(t, dist/8)
	}
	return clamp(t, c.stepM/4, 10*c.stepM)
}

// between is the point a share t of the way from rung i to the next.
func (s *spine) between(i int, t float64) rung {
	a, b := &s.rungs[i], &s.rungs[i+1]
	u := 1 - t
	return rung{
		sM: u*a.sM + t*b.sM, aheadM: u*a.aheadM + t*b.aheadM, leftM: u*a.leftM + t*b.leftM,
		sin: u*a.sin + t*b.sin, cos: u*a.cos + t*b.cos,
	}
}

// offset is the ground point d to the left of a rung.
func (r *rung) offset(d float64) (aheadM, leftM float64) {
	return r.aheadM - d*r.sin, r.leftM + d*r.cos
}
