package sim

import (
	"fmt"

	"lanekeeper/msg"
)

// Scenario describes a drive. Lengths are metres, angles as the key says; the keys of the YAML form stand beside the
// fields.
type Scenario struct {
	Name        string        `yaml:"name"`
	Description string        `yaml:"description"`
	Seed        uint64        `yaml:"seed"` // of textures, noise and shadows
	Course      CourseConfig  `yaml:"course"`
	Lane        LaneConfig    `yaml:"lane"`
	Surface     SurfaceConfig `yaml:"surface"`
	Camera      CameraConfig  `yaml:"camera"`
	Vehicle     VehicleConfig `yaml:"vehicle"`
	Light       LightConfig   `yaml:"light"`
	NoiseSigma  float64       `yaml:"noise_sigma"` // standard deviation of the sensor's noise, in steps of 1/255
}

// CourseConfig is the centre of the ego lane as a closed loop: the segments, driven Repeat times. The segments' bends add
// up to 360°/Repeat to one side; then the loop closes whatever their lengths are, because a figure that is turned by
// 360°/n and set end to end n times returns to its start.
type CourseConfig struct {
	Repeat   int       `yaml:"repeat"`
	Segments []Segment `yaml:"segments"`
	Hills    *Hills    `yaml:"hills"` // none: flat
}

// Segment is a piece of the course: a straight of LengthM, or a bend that turns by TurnDeg (left positive) on a circle of
// RadiusM, which is entered and left by clothoids of TransitionM so that curvature never jumps.
type Segment struct {
	Kind        string  `yaml:"kind"` // straight, bend
	LengthM     float64 `yaml:"length_m"`
	TurnDeg     float64 `yaml:"turn_deg"`
	RadiusM     float64 `yaml:"radius_m"`
	TransitionM float64 `yaml:"transition_m"`
}

// Hills lifts the course in Waves equal waves a lap, HeightM from dip to crest. Hills are seen, not felt: they do not
// change the vehicle's speed.
type Hills struct {
	HeightM float64 `yaml:"height_m"`
	Waves   int     `yaml:"waves"`
}

// LaneConfig is the lane that the vehicle keeps and every line painted on the course. Two markings are the lane's own
// edges, at half its width to either side.
type LaneConfig struct {
	WidthM   float64   `yaml:"width_m"` // between the middles of its two lines
	Markings []Marking `yaml:"markings"`
}

// Marking is a line painted along the course at a constant distance from the lane's centre.
type Marking struct {
	OffsetM float64 `yaml:"offset_m"` // left of the lane's centre is positive
	WidthM  float64 `yaml:"width_m"`
	Colour  string  `yaml:"colour"` // white, yellow
	DashM   float64 `yaml:"dash_m"` // length of a dash; 0: solid
	GapM    float64 `yaml:"gap_m"`
	Wear    float64 `yaml:"wear"` // 0 fresh … 1 hardly there
}

// SurfaceConfig is what the course lies on: a strip of Road from LeftM to the left of the lane's centre to RightM to its
// right, and what is Beyond it.
type SurfaceConfig struct {
	Road    string  `yaml:"road"`   // asphalt, concrete, mat
	Beyond  string  `yaml:"beyond"` // grass, sand, floor
	LeftM   float64 `yaml:"left_m"`
	RightM  float64 `yaml:"right_m"`
	Texture float64 `yaml:"texture"` // contrast of the grain, 0 none … 1 strong
	GrainM  float64 `yaml:"grain_m"` // size of the finest grain
}

// CameraConfig is an ideal pinhole camera in the middle of the vehicle.
type CameraConfig struct {
	WidthPx  int     `yaml:"width_px"`
	HeightPx int     `yaml:"height_px"`
	FPS      float64 `yaml:"fps"`
	HFOVDeg  float64 `yaml:"hfov_deg"`
	HeightM  float64 `yaml:"height_m"`
	PitchDeg float64 `yaml:"pitch_deg"` // downward positive
	ForwardM float64 `yaml:"forward_m"` // ahead of the rear axle
	FarM     float64 `yaml:"far_m"`     // how far paint is drawn
}

// VehicleConfig is the vehicle's body and how it answers commands.
type VehicleConfig struct {
	WheelbaseM     float64 `yaml:"wheelbase_m"`
	WidthM         float64 `yaml:"width_m"`
	FrontM         float64 `yaml:"front_m"` // from the rear axle to the front bumper
	RearM          float64 `yaml:"rear_m"`  // from the rear axle to the rear bumper
	MaxSteerRad    float64 `yaml:"max_steer_rad"`
	SteerRateRadPS float64 `yaml:"steer_rate_radps"`
	SteerLagS      float64 `yaml:"steer_lag_s"`      // time constant of the steering servo
	MaxSpeedMps    float64 `yaml:"max_speed_mps"`    // at full throttle
	CruiseSpeedMps float64 `yaml:"cruise_speed_mps"` // the speed that the scenario is meant for
	MotorLagS      float64 `yaml:"motor_lag_s"`      // time constant of the motor
	AccelMps2      float64 `yaml:"accel_mps2"`       // most that the motor gives
	CoastMps2      float64 `yaml:"coast_mps2"`       // most that motor and friction slow without brake
	BrakeMps2      float64 `yaml:"brake_mps2"`       // at full brake
}

// LightConfig is what lights the scene.
type LightConfig struct {
	Brightness float64     `yaml:"brightness"` // 1: as bright as the camera likes it
	Cast       []float64   `yaml:"cast"`       // factors of red, green, blue; none: neutral
	Changes    []LightStep `yaml:"changes"`    // brightness over time, begun anew after the last
	Shadows    *Shadows    `yaml:"shadows"`
	Glare      *Glare      `yaml:"glare"`
	Headlight  *Headlight  `yaml:"headlight"`
	Backdrop   string      `yaml:"backdrop"` // day, overcast, night, indoor
}

// LightStep sets a factor on the brightness at a time; between steps it changes evenly.
type LightStep struct {
	AtS    float64 `yaml:"at_s"`
	Factor float64 `yaml:"factor"`
}

// Shadows falls across the course, as of trees and bridges, about every EveryM, up to LengthM long.
type Shadows struct {
	EveryM   float64 `yaml:"every_m"`
	LengthM  float64 `yaml:"length_m"`
	Darkness float64 `yaml:"darkness"` // 0 none … 1 black
}

// Glare is a low sun or a lamp that the ground mirrors.
type Glare struct {
	BearingDeg float64 `yaml:"bearing_deg"` // in the world, counter-clockwise from the course's first direction
	WidthDeg   float64 `yaml:"width_deg"`
	Strength   float64 `yaml:"strength"`
}

// Headlight is the vehicle's own lamp.
type Headlight struct {
	RangeM   float64 `yaml:"range_m"`
	WidthDeg float64 `yaml:"width_deg"`
	Strength float64 `yaml:"strength"`
}

// Frame describes the scenario's pictures in a format, without times, FrameID and SourceID.
func (s *Scenario) Frame(f msg.PixelFormat) msg.FrameHeader {
	h := msg.NewFrameHeader(s.Camera.WidthPx, s.Camera.HeightPx, f)
	h.CameraID = msg.CameraIDOf(s.Camera.describe())
	return h
}

// describe names the camera by all that shapes its pictures.
func (k *CameraConfig) describe() string {
	return fmt.Sprintf("simulated, %d×%d, hfov %v°, %v m high, %v° down, %v m ahead",
		k.WidthPx, k.HeightPx, k.HFOVDeg, k.HeightM, k.PitchDeg, k.ForwardM)
}
