package calib

import "math"

// lens is a Camera made ready for use.
type lens struct {
	fx, fy, cx, cy     float64
	k1, k2, p1, p2, k3 float64
	distorted          bool
	reach2             float64 // r² up to which rays farther out are seen farther out
}

func newLens(c *Camera) lens {
	l := lens{fx: c.FX, fy: c.FY, cx: c.CX, cy: c.CY, k1: c.K1, k2: c.K2, p1: c.P1, p2: c.P2, k3: c.K3, reach2: math.Inf(1)}
	l.distorted = c.K1 != 0 || c.K2 != 0 || c.P1 != 0 || c.P2 != 0 || c.K3 != 0
	if l.distorted {
		l.reach2 = l.turningPoint()
	}
	return l
}

// maxReach2 is the largest r² of a ray that a distorted lens is asked for: 84° off its axis.
const maxReach2 = 100

// turningPoint is the r² at which the radial part stops growing with r, where its derivative, a cubic in r², is first 0.
func (l *lens) turningPoint() float64 {
	growth := func(s float64) float64 { return 1 + s*(3*l.k1+s*(5*l.k2+s*7*l.k3)) }
	for lo, hi := 0.0, 1e-3; lo < maxReach2; lo, hi = hi, hi*1.02 {
		if growth(hi) > 0 {
			continue
		}
		for range 60 {
			if mid := (lo + hi) / 2; growth(mid) > 0 {
				lo = mid
			} else {
				hi = mid
			}
		}
		return lo
	}
	return maxReach2
}

// distort is where a ray is seen, as if by an ideal lens, and the derivatives of that.
func (l *lens) distort(x, y float64) (xd, yd, xx, xy, yy float64) {
	s := x*x + y*y
	radial := 1 + s*(l.k1+s*(l.k2+s*l.k3))
	slope := l.k1 + s*(2*l.k2+s*3*l.k3) // of radial, by s
	xd = x*radial + 2*l.p1*x*y + l.p2*(s+2*x*x)
	yd = y*radial + l.p1*(s+2*y*y) + 2*l.p2*x*y
	xx = radial + 2*x*x*slope + 2*l.p1*y + 6*l.p2*x
	xy = 2*x*y*slope + 2*l.p1*x + 2*l.p2*y // the Jacobian is symmetric
	yy = radial + 2*y*y*slope + 6*l.p1*y + 2*l.p2*x
	return xd, yd, xx, xy, yy
}

// ray is what the pixel (u, v) looks along, (x, y, 1). Newton's iteration starts where an ideal lens would look: for the
// radial part alone it then nears the ray from one side, be it barrel or cushion.
func (l *lens) ray(u, v float64) (x, y float64, ok bool) {
	xd, yd := (u-l.cx)/l.fx, (v-l.cy)/l.fy
	if !l.distorted {
		return xd, yd, true
	}
	const (
		steps  = 25
		within = 1e-10 // of a focal length
	)
	x, y = xd, yd
	if s := x*x + y*y; s > l.reach2 { // a cushion is seen farther out than it is
		k := math.Sqrt(l.reach2/s) * 0.99
		x, y = x*k, y*k
	}
	for range steps {
		xs, ys, xx, xy, yy := l.distort(x, y)
		ex, ey := xs-xd, ys-yd
		det := xx*yy - xy*xy
		if !(det > 1e-9) {
			return 0, 0, false
		}
		dx, dy := (yy*ex-xy*ey)/det, (xx*ey-xy*ex)/det
		x, y = x-dx, y-dy
		if dx*dx+dy*dy < within*within {
			return x, y, x*x+y*y <= l.reach2
		}
	}
	return 0, 0, false
}

// pixel is where the ray (x, y, 1) is seen; ok is false for one that lies farther out than the lens is known.
func (l *lens) pixel(x, y float64) (u, v float64, ok bool) {
	if l.distorted {
		if !(x*x+y*y <= l.reach2) {
			return 0, 0, false
		}
		x, y, _, _, _ = l.distort(x, y)
	}
	return l.fx*x + l.cx, l.fy*y + l.cy, true
}

// Rays maps between pixels and rays of a camera; distortion is taken out and put in. No call allocates.
type Rays struct{ lens lens }

// Ray is what the pixel (u, v) looks along: (x, y, 1), right, down, ahead.
func (r *Rays) Ray(u, v float64) (x, y float64, ok bool) { return r.lens.ray(u, v) }

// Pixel is where the ray (x, y, 1) is seen.
func (r *Rays) Pixel(x, y float64) (u, v float64, ok bool) { return r.lens.pixel(x, y) }
