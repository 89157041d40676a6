package calib

import "math"

// View is a camera with its mounting: the map between pixels and the ground. With the ray (x, y, 1) of a pixel and the
// rotation R of the mounting, (a, b, c) = R·(x, y, 1), the pixel meets the ground at
//
//	t = height / −c, x = forward + t·a, y = left + t·b
//
// No call allocates.
type View struct {
	lens          lens
	r             rotation
	height        float64 // m
	forward, left float64 // m
	steepness     float64 // of −c, by pixel across the horizon, in a picture without distortion
}

// NewView is the view of a camera that is mounted so.
func NewView(c *Camera, g *Ground) View {
	v := View{lens: newLens(c), r: g.rotation(), height: g.HeightM, forward: g.ForwardM, left: g.LeftM}
	v.steepness = math.Hypot(v.r[2][0]/c.FX, v.r[2][1]/c.FY)
	return v
}

// leastFall is the least that a ray falls, for each unit ahead, to be taken for one that meets the ground.
const leastFall = 1e-6

// Ground is where the pixel (u, row) meets the ground, in metres; ok is false from the horizon upwards.
func (v *View) Ground(u, row float64) (x, y float64, ok bool) {
	cx, cy, ok := v.lens.ray(u, row)
	if !ok {
		return 0, 0, false
	}
	fall := -(v.r[2][0]*cx + v.r[2][1]*cy + v.r[2][2])
	if !(fall >= leastFall) {
		return 0, 0, false
	}
	t := v.height / fall
	return v.forward + t*(v.r[0][0]*cx+v.r[0][1]*cy+v.r[0][2]), v.left + t*(v.r[1][0]*cx+v.r[1][1]*cy+v.r[1][2]), true
}

// Pixel is where the picture shows the point (x, y) of the ground; ok is false for what lies behind the camera, or so far
// to its side that the lens is not known there.
func (v *View) Pixel(x, y float64) (u, row float64, ok bool) {
	x, y = x-v.forward, y-v.left
	ahead := v.r[0][2]*x + v.r[1][2]*y - v.r[2][2]*v.height
	if !(ahead >= leastFall) {
		return 0, 0, false
	}
	right := v.r[0][0]*x + v.r[1][0]*y - v.r[2][0]*v.height
	down := v.r[0][1]*x + v.r[1][1]*y - v.r[2][1]*v.height
	return v.lens.pixel(right/ahead, down/ahead)
}

// BelowHorizon is how far below the horizon the pixel (u, row) lies, in pixels of a picture without distortion, square to
// the horizon; −Inf where the lens is not known.
func (v *View) BelowHorizon(u, row float64) float64 {
	x, y, ok := v.lens.ray(u, row)
	if !ok {
		return math.Inf(-1)
	}
	return -(v.r[2][0]*x + v.r[2][1]*y + v.r[2][2]) / v.steepness
}

// EyeM is how far ahead of the vehicle's origin the camera sits, in metres.
func (v *View) EyeM() float64 { return v.forward }

// PixelM is how wide a pixel is, in metres across the view, on the ground a distance x ahead of the vehicle's origin.
func (v *View) PixelM(x float64) float64 { return math.Hypot(x-v.forward, v.height) / v.lens.fx }
