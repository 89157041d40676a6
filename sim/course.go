package sim

import (
	"fmt"
	"math"
	"sort"
)

// Pose is a place on the ground and a direction.
type Pose struct {
	XM, YM     float64
	HeadingRad float64 // counter-clockwise from the x axis
}

// CoursePoint is a point of the lane's centre.
type CoursePoint struct {
	SM float64 // along the lap
	Pose
	CurvaturePerM float64 // left positive
}

// Course is the centre of the ego lane: a closed loop of straights, arcs and clothoids.
type Course struct {
	LengthM float64 // of one lap
	stepM   float64 // the most between two points
	points  []sample
	hills   Hills
}

// sample is a computed point of the centre line; up to the next one curvature changes evenly by slope.
type sample struct {
	CoursePoint
	sin, cos float64
	slope    float64 // 1/m², of the curvature along s
}

// NewCourse lays out the loop that the configuration describes, in points no further apart than a tenth of the lane's
// width, starting at the origin along the x axis.
func NewCourse(g *CourseConfig, laneWidthM float64) (*Course, error) {
	c := &Course{stepM: laneWidthM / 10}
	if g.Hills != nil {
		c.hills = *g.Hills
	}
	at := sample{cos: 1}
	for range g.Repeat {
		for i := range g.Segments {
			for _, p := range g.Segments[i].pieces() {
				at = c.lay(p, at)
			}
		}
	}
	c.LengthM = at.SM
	if gap := math.Hypot(at.XM, at.YM); !(gap < 1e-6*c.LengthM) {
		return nil, &KeyError{Key: "course.segments", Problem: fmt.Sprintf("the loop does not close, %.3g m are missing", gap)}
	}
	// The loop ends on its first point, so that every point has a next one.
	c.points = append(c.points, at)
	return c, nil
}

func (c *Course) lay(p piece, at sample) sample {
	if p.lengthM <= 0 {
		return at
	}
	n := int(math.Ceil(p.lengthM / c.stepM))
	start := at.SM
	at.slope = (p.k1 - p.k0) / p.lengthM
	for i := range n {
		at.CurvaturePerM = p.k0 + at.slope*(at.SM-start)
		c.points = append(c.points, at)
		next := at.advance(start + p.lengthM*float64(i+1)/float64(n) - at.SM)
		at.CoursePoint = next
		at.sin, at.cos = math.Sincos(at.HeadingRad)
	}
	at.CurvaturePerM = p.k1
	return at
}

// advance is the point ds further on. The integral of the direction along a clothoid has no closed form; three-point
// Gauss-Legendre quadrature is exact to rounding over the short steps taken here.
func (p *sample) advance(ds float64) CoursePoint {
	const far, weight, middle = 0.3872983346207417, 5. / 18, 8. / 18 // √(3/5)/2
	turn := func(t float64) float64 { return t * (p.CurvaturePerM + p.slope*t/2) }
	s0, c0 := math.Sincos(p.HeadingRad + turn(ds*(0.5-far)))
	s1, c1 := math.Sincos(p.HeadingRad + turn(ds*0.5))
	s2, c2 := math.Sincos(p.HeadingRad + turn(ds*(0.5+far)))
	return CoursePoint{
		SM: p.SM + ds,
		Pose: Pose{
			XM:         p.XM + ds*(weight*(c0+c2)+middle*c1),
			YM:         p.YM + ds*(weight*(s0+s2)+middle*s1),
			HeadingRad: p.HeadingRad + turn(ds),
		},
		CurvaturePerM: p.CurvaturePerM + p.slope*ds,
	}
}

// At is the lane's centre at distance s from the start, on whatever lap that is.
func (c *Course) At(sM float64) CoursePoint {
	s := c.wrap(sM)
	i := c.index(s)
	return c.points[i].advance(s - c.points[i].SM)
}

// index is the sample at or before s, 0 ≤ s < LengthM.
func (c *Course) index(s float64) int {
	return sort.Search(len(c.points)-1, func(i int) bool { return c.points[i+1].SM > s })
}

func (c *Course) wrap(s float64) float64 {
	s = math.Mod(s, c.LengthM)
	if s < 0 {
		s += c.LengthM
	}
	if s >= c.LengthM {
		return 0
	}
	return s
}

// ElevationM is the height of the ground at distance s.
func (c *Course) ElevationM(sM float64) float64 {
	if c.hills.HeightM == 0 {
		return 0
	}
	return c.hills.HeightM / 2 * (1 - math.Cos(2*math.Pi*float64(c.hills.Waves)*sM/c.LengthM))
}

// grade is the slope of the ground at distance s.
func (c *Course) grade(sM float64) float64 {
	if c.hills.HeightM == 0 {
		return 0
	}
	w := 2 * math.Pi * float64(c.hills.Waves) / c.LengthM
	return c.hills.HeightM / 2 * w * math.Sin(w*sM)
}

// checkClearance refuses a course that comes nearer to itself than its paint is wide, or bends more tightly than its paint
// can follow. reachM is how far paint lies from the lane's centre.
func (c *Course) checkClearance(reachM float64) error {
	need := 2 * reachM
	stride := max(1, int(need/4/c.stepM))
	for i := 0; i < len(c.points); i += stride {
		p := &c.points[i]
		if r := math.Abs(1 / p.CurvaturePerM); r <= reachM {
			return &KeyError{Key: "course.segments", Problem: fmt.Sprintf("a radius of %.3g m at %.4g m is tighter than the paint, "+
				"which reaches %.3g m to the side", r, p.SM, reachM)}
		}
		for j := i + stride; j < len(c.points); j += stride {
			q := &c.points[j]
			along := min(q.SM-p.SM, c.LengthM-(q.SM-p.SM))
			apart := math.Hypot(q.XM-p.XM, q.YM-p.YM)
			if along > math.Pi*need && apart < need {
				return &KeyError{Key: "course.segments", Problem: fmt.Sprintf("the course comes within %.3g m of itself at %.4g m "+
					"and %.4g m, at least %.3g m expected", apart, p.SM, q.SM, need)}
			}
		}
	}
	return nil
}

// reachM is how far paint lies from the lane's centre at most.
func (l *LaneConfig) reachM() float64 {
	var r float64
	for _, m := range l.Markings {
		r = max(r, math.Abs(m.OffsetM)+m.WidthM/2)
	}
	return r
}
