package sim

import "math"

// Place is where something lies on the course.
type Place struct {
	SM            float64 // along the lap
	OffsetM       float64 // left of the lane's centre is positive
	HeadingRad    float64 // of the lane there
	CurvaturePerM float64 // of the lane there, left positive
}

// Locator finds the nearest point of the lane's centre for something that moves in small steps: it goes on from where it
// was, in a few comparisons. It does not jump to another part of the course that happens to be near.
type Locator struct {
	course *Course
	i      int // sample nearest to the last place
}

// NewLocator starts at the point of the whole course that is nearest to (x, y).
func (c *Course) NewLocator(xM, yM float64) *Locator {
	l := &Locator{course: c}
	best := math.Inf(1)
	for i := range c.points {
		if d := l.apart(i, xM, yM); d < best {
			best, l.i = d, i
		}
	}
	return l
}

// Locate projects (x, y) onto the lane's centre.
func (l *Locator) Locate(xM, yM float64) Place {
	n := len(l.course.points) - 1 // the last point is the first again
	l.i %= n
	d := l.apart(l.i, xM, yM)
	for _, step := range [2]int{1, n - 1} {
		for {
			j := (l.i + step) % n
			e := l.apart(j, xM, yM)
			if e >= d {
				break
			}
			l.i, d = j, e
		}
	}
	// Newton on the condition that (x, y) lies abeam. The derivative of the distance ahead is κ·offset − 1.
	p := &l.course.points[l.i]
	at := p.CoursePoint
	if (xM-p.XM)*p.cos+(yM-p.YM)*p.sin < 0 { // it lies between the point before and this one
		i := (l.i + n - 1) % n
		p, at = &l.course.points[i], l.course.points[i+1].CoursePoint
	}
	for range 4 {
		sin, cos := math.Sincos(at.HeadingRad)
		ahead := (xM-at.XM)*cos + (yM-at.YM)*sin
		left := (yM-at.YM)*cos - (xM-at.XM)*sin
		at = p.advance(at.SM - p.SM + ahead/max(0.2, 1-at.CurvaturePerM*left))
	}
	sin, cos := math.Sincos(at.HeadingRad)
	return Place{
		SM:            l.course.wrap(at.SM),
		OffsetM:       (yM-at.YM)*cos - (xM-at.XM)*sin,
		HeadingRad:    at.HeadingRad,
		CurvaturePerM: at.CurvaturePerM,
	}
}

func (l *Locator) apart(i int, xM, yM float64) float64 {
	p := &l.course.points[i]
	return (p.XM-xM)*(p.XM-xM) + (p.YM-yM)*(p.YM-yM)
}
