package detect

import (
	"fmt"
	"math"
)

// Camera is a pinhole camera above flat ground, looking ahead: the picture's middle column runs along the vehicle, no
// roll, no lens distortion, square pixels. With f = (width/2) / tan(hfov/2) px and (cx, cy) the picture's centre, a
// pixel (u, v) looks along
//
//	right = (u−cx)/f, down = (v−cy)/f, ahead = 1
//
// which, turned by the pitch p (positive looks down), goes ahead cos p − down·sin p and falls sin p + down·cos p for
// each unit, so that it meets the ground at
//
//	t = height / (sin p + down·cos p), x = forward + t·(cos p − down·sin p), y = −t·right
//
// in metres, x forward and y left of the vehicle's reference point, the middle of its rear axle on the ground. Rows at
// or above the horizon meet none.
type Camera struct {
	HFOVDeg  float64 `yaml:"hfov_deg" range:"0..170" unit:"deg" doc:"horizontal field of view; 0 = unknown, lengths are then in lane widths"`
	HeightM  float64 `yaml:"height_m" range:"0..5" unit:"m" doc:"height of the camera above the ground"`
	PitchDeg float64 `yaml:"pitch_deg" range:"-30..80" unit:"deg" doc:"how far the camera looks down"`
	ForwardM float64 `yaml:"forward_m" range:"-5..5" unit:"m" doc:"how far the camera sits ahead of the rear axle"`
}

// Known says whether the camera is described at all.
func (c *Camera) Known() bool { return c.HFOVDeg != 0 }

// Validate says what is out of range.
func (c *Camera) Validate() error {
	if *c == (Camera{}) {
		return nil
	}
	for _, k := range []struct {
		name      string
		v, lo, hi float64
	}{
		{"camera.hfov_deg", c.HFOVDeg, 10, 170},
		{"camera.height_m", c.HeightM, 0.01, 5},
		{"camera.pitch_deg", c.PitchDeg, -30, 80},
		{"camera.forward_m", c.ForwardM, -5, 5},
	} {
		if !(k.v >= k.lo && k.v <= k.hi) {
			return fmt.Errorf("%s: %v, %v to %v expected", k.name, k.v, k.lo, k.hi)
		}
	}
	return nil
}

// View is a camera with pictures of a certain size: the map between pixels and the ground.
type View struct {
	focal, cx, cy float64 // px
	sin, cos      float64 // of the pitch
	height        float64 // m
	forward       float64 // m
}

// View is the camera's map for pictures of width×height px.
func (c *Camera) View(width, height int) View {
	sin, cos := math.Sincos(c.PitchDeg * math.Pi / 180)
	return View{
		focal: float64(width) / 2 / math.Tan(c.HFOVDeg*math.Pi/360),
		cx:    float64(width-1) / 2, cy: float64(height-1) / 2, sin: sin, cos: cos,
		height: c.HeightM, forward: c.ForwardM,
	}
}

// Ground is where the pixel (u, v) meets the ground, in metres; ok is false from the horizon upwards.
func (v *View) Ground(u, row float64) (x, y float64, ok bool) {
	down := (row - v.cy) / v.focal
	fall := v.sin + down*v.cos
	if fall < 1e-6 {
		return 0, 0, false
	}
	t := v.height / fall
	return v.forward + t*(v.cos-down*v.sin), -t * (u - v.cx) / v.focal, true
}

// Pixel is where the picture shows the point (x, y) of the ground; ok is false for what lies behind the camera.
func (v *View) Pixel(x, y float64) (u, row float64, ok bool) {
	x -= v.forward
	ahead := x*v.cos + v.height*v.sin
	if ahead < 1e-6 {
		return 0, 0, false
	}
	return v.cx - v.focal*y/ahead, v.cy + v.focal*(v.height*v.cos-x*v.sin)/ahead, true
}

// Horizon is the row at and above which no pixel meets the ground.
func (v *View) Horizon() float64 { return v.cy - v.focal*v.sin/v.cos }
