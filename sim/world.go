package sim

import (
	"math"
	"time"

	"lanekeeper/msg"
)

// World is a drive: a vehicle on a course, its camera, and the truth. It is not safe for concurrent use.
type World struct {
	scenario Scenario
	course   *Course
	vehicle  Vehicle
	judge    judge
	renderer *renderer
	steps    uint64
	drawn    bool
}

// New starts a drive at the beginning of the scenario's course, standing in the middle of the lane. A seed other than 0
// takes the place of the scenario's own.
func New(s *Scenario, seed uint64) (*World, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	w := &World{scenario: *s}
	if seed != 0 {
		w.scenario.Seed = seed
	}
	var err error
	if w.course, err = NewCourse(&s.Course, s.Lane.WidthM); err != nil {
		return nil, err
	}
	w.renderer = newRenderer(&w.scenario, w.course)
	w.Place(0, 0, 0)
	return w, nil
}

// Place starts the drive anew from a standstill: courseM along the lap, offsetM left of the lane's centre, pointing
// headingRad to the left of the lane. The truth begins at zero.
func (w *World) Place(courseM, offsetM, headingRad float64) {
	at := w.course.At(courseM)
	sin, cos := math.Sincos(at.HeadingRad)
	w.vehicle = Vehicle{VehicleConfig: w.scenario.Vehicle, Pose: Pose{
		XM: at.XM - offsetM*sin, YM: at.YM + offsetM*cos, HeadingRad: at.HeadingRad + headingRad,
	}}
	w.judge = newJudge(w.course, w.scenario.Lane.WidthM, &w.vehicle)
	w.steps = 0
}

// Step lets dt pass while the vehicle obeys a command: steering −1…1, right positive; throttle 0…1; brake 0…1. What is
// out of range is held within it, and what is not a number counts as 0.
func (w *World) Step(dt time.Duration, steering, throttle, brake float64) {
	w.vehicle.Step(dt.Seconds(), steering, throttle, brake)
	w.judge.see(&w.vehicle, dt.Seconds())
	w.steps++
}

// Render draws what the camera sees now into dst, whose rows are stride bytes apart, as RGB24, BGR24 or Gray8. It
// allocates nothing. The same state gives the same bytes; each step has noise of its own.
func (w *World) Render(dst []byte, stride int, f msg.PixelFormat) error {
	w.look()
	return w.renderer.draw(dst, stride, f)
}

func (w *World) look() {
	w.renderer.look(view{pose: w.vehicle.Pose, place: w.judge.place, timeS: w.judge.truth.TimeS, frame: w.steps})
	w.drawn = true
}

// seen makes sure that there is a picture that labels and mask can belong to.
func (w *World) seen() *renderer {
	if !w.drawn {
		w.look()
	}
	return w.renderer
}

// Scenario is what the drive was made from, with the seed in use.
func (w *World) Scenario() *Scenario { return &w.scenario }

// Course is the lane's centre.
func (w *World) Course() *Course { return w.course }

// Truth is how the vehicle really drives.
func (w *World) Truth() Truth { return w.judge.truth }

// CurvatureAheadPerM is the lane's curvature a distance ahead of the vehicle along the course, left positive.
func (w *World) CurvatureAheadPerM(aheadM float64) float64 {
	return w.course.At(w.judge.place.SM + aheadM).CurvaturePerM
}

// Pose is where the middle of the rear axle is in the world.
func (w *World) Pose() Pose { return w.vehicle.Pose }

// SpeedMps is the vehicle's speed.
func (w *World) SpeedMps() float64 { return w.vehicle.SpeedMps }
