package sim

import "math"

// Chart is the course seen from above, to draw a drive on: polylines of world coordinates in metres. Each closes on its
// own first point.
type Chart struct {
	Centre      [][2]float64 // of the ego lane
	Left, Right [][2]float64 // its lines
	MinM, MaxM  [2]float64   // corners of the box around all of it
}

// Chart draws the course with a point about every stepM.
func (w *World) Chart(stepM float64) Chart {
	c := Chart{MinM: [2]float64{math.Inf(1), math.Inf(1)}, MaxM: [2]float64{math.Inf(-1), math.Inf(-1)}}
	half := w.scenario.Lane.WidthM / 2
	n := max(8, int(math.Ceil(w.course.LengthM/stepM)))
	for i := range n + 1 {
		p := w.course.At(w.course.LengthM * float64(i) / float64(n))
		sin, cos := math.Sincos(p.HeadingRad)
		aside := func(d float64) [2]float64 {
			q := [2]float64{p.XM - d*sin, p.YM + d*cos}
			for k := range q {
				c.MinM[k], c.MaxM[k] = min(c.MinM[k], q[k]), max(c.MaxM[k], q[k])
			}
			return q
		}
		c.Centre = append(c.Centre, aside(0))
		c.Left = append(c.Left, aside(half))
		c.Right = append(c.Right, aside(-half))
	}
	return c
}
