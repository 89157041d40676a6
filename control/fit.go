package control

import "math"

const (
	samplesPerLine = 8
	// maxSlope is where a line runs so much across that y as a function of x says little.
	maxSlope = 3
	// ridge keeps the fit solvable when the samples lie close together; it is too small to bend a line that is seen.
	ridge = 1e-9
)

// fit is a weighted least-squares circle in the making: Kåsa, A circle fitting procedure and its error analysis, IEEE Trans.
// Instrumentation and Measurement 25 (1976), written so that a straight line is a circle like any other. Its bias for
// short noisy arcs does not matter where the noise is small against the arc's length. Lengths are shares of unitM.
type fit struct {
	unitM                          float64
	w, x, r, xx, xr, rr, y, xy, ry float64 // sums of the weight times these; r is x² + y²
}

// line adds a line, moved sideways by shiftM (left positive), from its near end to reachM. Moving along the normal keeps
// parallel curves parallel, however tight they are.
func (f *fit) line(g *groundLine, shiftM, reachM float64) {
	far := clamp(reachM, g.fromM+(g.toM-g.fromM)/4, g.toM)
	for i := range samplesPerLine {
		x := g.fromM + (far-g.fromM)*float64(i)/(samplesPerLine-1)
		y, slope := g.at(x)
		if !(math.Abs(slope) <= maxSlope) {
			continue
		}
		n := shiftM / math.Sqrt(1+slope*slope)
		f.add(x-n*slope, y+n, g.confidence)
	}
}

// sums are all that the fit is made of, in a fixed order.
func (f *fit) sums() [9]*float64 {
	return [9]*float64{&f.w, &f.x, &f.r, &f.xx, &f.xr, &f.rr, &f.y, &f.xy, &f.ry}
}

// fade lessens what has been added so far to a share.
func (f *fit) fade(share float64) {
	for _, sum := range f.sums() {
		*sum *= share
	}
}

// join adds what was added to a fit of the same unit.
func (f *fit) join(o *fit) {
	from := o.sums()
	for i, sum := range f.sums() {
		*sum += *from[i]
	}
}

func (f *fit) add(xM, yM, weight float64) {
	x, y := xM/f.unitM, yM/f.unitM
	r := x*x + y*y
	f.w += weight
	f.x += weight * x
	f.r += weight * r
	f.xx += weight * x * x
	f.xr += weight * x * r
	f.rr += weight * r * r
	f.y += weight * y
	f.xy += weight * x * y
	f.ry += weight * r * y
}

// solve is the circle through the samples. ok is false when there are none.
func (f *fit) solve() (l centre, ok bool) {
	if !(f.w > 0) {
		return l, false
	}
	// Gaussian elimination of the symmetric system [w x r; x xx xr; r xr rr]; the ridge keeps each pivot positive.
	k := ridge * f.w
	xx, xr, rr := f.xx+k-f.x*f.x/f.w, f.xr-f.x*f.r/f.w, f.rr+k-f.r*f.r/f.w
	xy, ry := f.xy-f.x*f.y/f.w, f.ry-f.r*f.y/f.w
	c := (ry - xr*xy/xx) / (rr - xr*xr/xx)
	b := (xy - xr*c) / xx
	a := (f.y - f.x*b - f.r*c) / f.w
	return centre{a * f.unitM, b, c / f.unitM}, finite(a) && finite(b) && finite(c)
}
