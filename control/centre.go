package control

import "math"

const (
	samplesPerLine = 8
	// maxSlope is where a line runs so much across that y as a function of x says little.
	maxSlope = 3
	// ridge keeps the fit solvable when the samples lie close together; it is too small to bend a line that is seen.
	ridge = 1e-6
)

// centre is the middle of the lane: y = c[0] + c[1]·x + c[2]·x², in metres from the rear axle.
type centre struct{ c [3]float64 }

func (c *centre) at(xM float64) float64    { return c.c[0] + xM*(c.c[1]+xM*c.c[2]) }
func (c *centre) slope(xM float64) float64 { return c.c[1] + 2*c.c[2]*xM }

func (c *centre) curvature(xM float64) float64 {
	s := c.slope(xM)
	return 2 * c.c[2] / math.Pow(1+s*s, 1.5)
}

// fit is a weighted least-squares parabola in the making. Lengths in it are shares of unitM.
type fit struct {
	unitM   float64
	weight  float64
	moments [5]float64 // Σ w·xⁿ
	values  [3]float64 // Σ w·xⁿ·y
}

// line adds a line, moved sideways by shiftM (left positive), from its near end to reachM, in a frame whose x = 0 lies
// aheadM behind the line's own. Moving along the normal keeps parallel curves parallel, however tight they are.
func (f *fit) line(g *groundLine, shiftM, aheadM, reachM float64) {
	far := clamp(reachM-aheadM, g.fromM+(g.toM-g.fromM)/4, g.toM)
	for i := range samplesPerLine {
		x := g.fromM + (far-g.fromM)*float64(i)/(samplesPerLine-1)
		y, slope := g.at(x)
		if !(math.Abs(slope) <= maxSlope) {
			continue
		}
		n := shiftM / math.Sqrt(1+slope*slope)
		f.add(x-n*slope+aheadM, y+n, g.confidence)
	}
}

func (f *fit) add(xM, yM, weight float64) {
	x, y := xM/f.unitM, yM/f.unitM
	f.weight += weight
	for n, w := 0, weight; n < len(f.moments); n, w = n+1, w*x {
		f.moments[n] += w
		if n < len(f.values) {
			f.values[n] += w * y
		}
	}
}

// solve is the parabola through the samples. ok is false when there are none.
func (f *fit) solve() (c centre, ok bool) {
	if !(f.weight > 0) {
		return c, false
	}
	m, v, r := &f.moments, &f.values, ridge*f.weight
	a, b, d, e, g, h := m[0], m[1], m[2], m[2]+r, m[3], m[4]+r
	// Gaussian elimination of the symmetric system [a b d; b e g; d g h]; the ridge keeps each pivot positive.
	e1, g1, v1 := e-b*b/a, g-b*d/a, v[1]-b*v[0]/a
	h1, v2 := h-d*d/a, v[2]-d*v[0]/a
	c2 := (v2 - g1*v1/e1) / (h1 - g1*g1/e1)
	c1 := (v1 - g1*c2) / e1
	c0 := (v[0] - b*c1 - d*c2) / a
	c.c = [3]float64{c0 * f.unitM, c1, c2 / f.unitM}
	return c, finite(c0) && finite(c1) && finite(c2)
}
