package sim

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// KeyError says which key of a scenario is wrong, as a path such as lane.markings[1].width_m, and why.
type KeyError struct {
	Key     string
	Problem string
}

func (e *KeyError) Error() string { return e.Key + ": " + e.Problem }

// mostLaneWidths bounds a lap, whose points are held in memory.
const mostLaneWidths = 5000

// Validate checks every value against what the simulation can draw and drive. The error is a *KeyError.
func (s *Scenario) Validate() error {
	var c checks
	c.need("name", s.Name != "", "missing")
	s.Course.check(&c)
	s.Lane.check(&c)
	s.Surface.check(&c)
	s.Camera.check(&c)
	s.Vehicle.check(&c)
	s.Light.check(&c)
	c.within("noise_sigma", s.NoiseSigma, 0, 8)
	if c.err == nil {
		c.need("vehicle.width_m", s.Vehicle.WidthM < s.Lane.WidthM, "%v does not fit into the lane, which is %v wide",
			s.Vehicle.WidthM, s.Lane.WidthM)
	}
	if c.err == nil {
		lap, most := s.Course.lapM(), mostLaneWidths*s.Lane.WidthM
		c.need("course.segments", lap <= most, "a lap of %.6g m is too long, at most %.6g m (%d lane widths) allowed", lap, most, mostLaneWidths)
	}
	if c.err != nil {
		return c.err
	}
	course, err := NewCourse(&s.Course, s.Lane.WidthM)
	if err != nil {
		return err
	}
	return course.checkClearance(s.Lane.reachM())
}

// checks keeps the first problem found.
type checks struct{ err error }

func (c *checks) need(key string, ok bool, problem string, args ...any) {
	if c.err == nil && !ok {
		c.err = &KeyError{Key: key, Problem: fmt.Sprintf(problem, args...)}
	}
}

func (c *checks) within(key string, v, lo, hi float64) {
	c.need(key, v >= lo && v <= hi, "%v is out of range, %v…%v allowed", v, lo, hi)
}

func (c *checks) oneOf(key, v string, allowed ...string) {
	c.need(key, slices.Contains(allowed, v), "%q is unknown; one of %s expected", v, strings.Join(allowed, ", "))
}

func (g *CourseConfig) check(c *checks) {
	c.within("course.repeat", float64(g.Repeat), 2, 12)
	c.need("course.segments", len(g.Segments) > 0, "missing")
	var turn float64
	for i, s := range g.Segments {
		key := fmt.Sprintf("course.segments[%d].", i)
		c.oneOf(key+"kind", s.Kind, "straight", "bend")
		if s.Kind == "straight" {
			c.within(key+"length_m", s.LengthM, 0.01, 1e4)
			c.need(key+"kind", s.TurnDeg == 0 && s.RadiusM == 0 && s.TransitionM == 0, "a straight has length_m alone")
			continue
		}
		c.need(key+"length_m", s.LengthM == 0, "a bend has turn_deg, radius_m and transition_m; its length follows")
		c.need(key+"turn_deg", s.TurnDeg != 0 && math.Abs(s.TurnDeg) <= 270, "%v is out of range, -270…270 but 0 allowed", s.TurnDeg)
		c.within(key+"radius_m", s.RadiusM, 0.1, 1e5)
		most := math.Abs(s.TurnDeg) * math.Pi / 180 * s.RadiusM
		c.need(key+"transition_m", s.TransitionM >= 0 && s.TransitionM <= most,
			"%v is out of range, 0…%.4g allowed (the bend's turn times its radius)", s.TransitionM, most)
		turn += s.TurnDeg
	}
	if c.err == nil {
		want := 360 / float64(g.Repeat)
		c.need("course.segments", math.Abs(math.Abs(turn)-want) < 1e-9,
			"the bends turn by %v° in all; repeated %d times they close only at %v°", turn, g.Repeat, want)
	}
	if g.Hills != nil {
		c.within("course.hills.height_m", g.Hills.HeightM, 0, 100)
		c.within("course.hills.waves", float64(g.Hills.Waves), 1, 100)
	}
}

func (l *LaneConfig) check(c *checks) {
	c.within("lane.width_m", l.WidthM, 0.1, 10)
	c.need("lane.markings", len(l.Markings) >= 2, "at least the two lines of the lane expected")
	var left, right bool
	for i, m := range l.Markings {
		key := fmt.Sprintf("lane.markings[%d].", i)
		c.within(key+"offset_m", m.OffsetM, -50, 50)
		c.within(key+"width_m", m.WidthM, 0.005, 1)
		c.oneOf(key+"colour", m.Colour, "white", "yellow")
		c.within(key+"dash_m", m.DashM, 0, 100)
		c.within(key+"gap_m", m.GapM, 0, 100)
		c.need(key+"gap_m", (m.DashM > 0) == (m.GapM > 0), "dash_m and gap_m go together; neither is a solid line")
		c.within(key+"wear", m.Wear, 0, 1)
		left = left || math.Abs(m.OffsetM-l.WidthM/2) < 1e-6
		right = right || math.Abs(m.OffsetM+l.WidthM/2) < 1e-6
		c.need(key+"offset_m", math.Abs(m.OffsetM) > l.WidthM/2-1e-6, "%v lies inside the lane, which reaches to %v", m.OffsetM, l.WidthM/2)
	}
	c.need("lane.markings", left && right, "one at offset_m %v and one at %v expected: the lane's own lines", l.WidthM/2, -l.WidthM/2)
}

func (u *SurfaceConfig) check(c *checks) {
	c.oneOf("surface.road", u.Road, "asphalt", "concrete", "mat")
	c.oneOf("surface.beyond", u.Beyond, "grass", "sand", "floor")
	c.within("surface.left_m", u.LeftM, 0, 100)
	c.within("surface.right_m", u.RightM, 0, 100)
	c.within("surface.texture", u.Texture, 0, 1)
	c.within("surface.grain_m", u.GrainM, 0.0005, 0.1)
}

func (k *CameraConfig) check(c *checks) {
	c.within("camera.width_px", float64(k.WidthPx), 16, 4096)
	c.within("camera.height_px", float64(k.HeightPx), 16, 4096)
	c.within("camera.fps", k.FPS, 1, 240)
	c.within("camera.hfov_deg", k.HFOVDeg, 20, 140)
	c.within("camera.height_m", k.HeightM, 0.03, 5)
	c.within("camera.pitch_deg", k.PitchDeg, -10, 60)
	c.within("camera.forward_m", k.ForwardM, -5, 10)
	c.within("camera.far_m", k.FarM, 1, 1000)
}

func (v *VehicleConfig) check(c *checks) {
	c.within("vehicle.wheelbase_m", v.WheelbaseM, 0.05, 10)
	c.within("vehicle.width_m", v.WidthM, 0.03, 4)
	c.within("vehicle.front_m", v.FrontM, 0, 15)
	c.within("vehicle.rear_m", v.RearM, 0, 5)
	c.within("vehicle.max_steer_rad", v.MaxSteerRad, 0.05, 1.2)
	c.within("vehicle.steer_rate_radps", v.SteerRateRadPS, 0.05, 50)
	c.within("vehicle.steer_lag_s", v.SteerLagS, 0, 1)
	c.within("vehicle.max_speed_mps", v.MaxSpeedMps, 0.1, 70)
	c.within("vehicle.cruise_speed_mps", v.CruiseSpeedMps, 0.05, v.MaxSpeedMps)
	c.within("vehicle.motor_lag_s", v.MotorLagS, 0.02, 10)
	c.within("vehicle.accel_mps2", v.AccelMps2, 0.1, 30)
	c.within("vehicle.coast_mps2", v.CoastMps2, 0.1, 30)
	c.within("vehicle.brake_mps2", v.BrakeMps2, 0.1, 30)
}

func (l *LightConfig) check(c *checks) {
	c.within("light.brightness", l.Brightness, 0.02, 2)
	c.need("light.cast", len(l.Cast) == 0 || len(l.Cast) == 3, "%d numbers, three expected: red, green, blue", len(l.Cast))
	for i, v := range l.Cast {
		c.within(fmt.Sprintf("light.cast[%d]", i), v, 0.2, 2)
	}
	for i, st := range l.Changes {
		key := fmt.Sprintf("light.changes[%d].", i)
		if i == 0 {
			c.need(key+"at_s", st.AtS == 0, "%v: the first is at 0", st.AtS)
		} else {
			c.need(key+"at_s", st.AtS > l.Changes[i-1].AtS, "%v is not after the one before", st.AtS)
		}
		c.within(key+"factor", st.Factor, 0.05, 3)
	}
	if h := l.Shadows; h != nil {
		c.within("light.shadows.every_m", h.EveryM, 0.05, 1000)
		c.within("light.shadows.length_m", h.LengthM, 0.01, h.EveryM)
		c.within("light.shadows.darkness", h.Darkness, 0, 1)
	}
	if g := l.Glare; g != nil {
		c.within("light.glare.bearing_deg", g.BearingDeg, -360, 360)
		c.within("light.glare.width_deg", g.WidthDeg, 1, 90)
		c.within("light.glare.strength", g.Strength, 0, 2)
	}
	if h := l.Headlight; h != nil {
		c.within("light.headlight.range_m", h.RangeM, 0.2, 300)
		c.within("light.headlight.width_deg", h.WidthDeg, 5, 180)
		c.within("light.headlight.strength", h.Strength, 0, 3)
	}
	c.oneOf("light.backdrop", l.Backdrop, "day", "overcast", "night", "indoor")
}
