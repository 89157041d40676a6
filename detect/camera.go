package detect

import (
	"fmt"

	"lanekeeper/calib"
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
// or above the horizon meet none. It is the simple case of a calib.Calibration, which also knows the lens's distortion,
// roll and yaw, and takes its place where there is one.
type Camera struct {
	HFOVDeg  float64 `yaml:"hfov_deg" range:"0..170" unit:"deg" live:"true" doc:"horizontal field of view; 0 = unknown, lengths are then in lane widths"`
	HeightM  float64 `yaml:"height_m" range:"0..5" unit:"m" live:"true" doc:"height of the camera above the ground"`
	PitchDeg float64 `yaml:"pitch_deg" range:"-30..80" unit:"deg" live:"true" doc:"how far the camera looks down"`
	ForwardM float64 `yaml:"forward_m" range:"-5..5" unit:"m" live:"true" doc:"how far the camera sits ahead of the rear axle"`
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

// View is the camera's map between pixels and the ground for pictures of width×height px.
func (c *Camera) View(width, height int) calib.View {
	lens, ground := calib.FromHFOV(c.HFOVDeg, width, height), c.ground()
	return calib.NewView(&lens, &ground)
}

// ground is how the camera is mounted.
func (c *Camera) ground() calib.Ground {
	return calib.Ground{HeightM: c.HeightM, PitchDeg: c.PitchDeg, ForwardM: c.ForwardM}
}
