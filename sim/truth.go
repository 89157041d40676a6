package sim

import (
	"math"

	"lanekeeper/msg"
)

// Truth is how the vehicle really drives. Offsets, headings and curvatures are positive to the left.
type Truth struct {
	TimeS         float64       `json:"time_s"`          // simulated since the start
	SpeedMps      float64       `json:"speed_mps"`       //
	SteerRad      float64       `json:"steer_rad"`       // of the front wheels
	DistanceM     float64       `json:"distance_m"`      // driven
	ProgressM     float64       `json:"progress_m"`      // along the course since the start; grows over laps
	CourseM       float64       `json:"course_m"`        // along the lap
	OffsetM       float64       `json:"offset_m"`        // of the rear axle's middle from the lane's centre
	HeadingRad    float64       `json:"heading_rad"`     // of the vehicle against the lane
	CurvaturePerM float64       `json:"curvature_per_m"` // of the lane at the vehicle
	LaneWidthM    float64       `json:"lane_width_m"`    //
	Departure     msg.Departure `json:"-"`               // whether some part of the body is over a line of the lane now
	Departures    int           `json:"departures"`      // times that it has been
	MaxOffsetM    float64       `json:"max_offset_m"`    // greatest |OffsetM| so far
	RMSOffsetM    float64       `json:"rms_offset_m"`    // root mean square of OffsetM over the distance driven
}

// returnShare is how far inside the lane, as a share of its width, the whole body must be before another departure
// counts.
const returnShare = 0.02

// judge follows the vehicle along the course.
type judge struct {
	course  *Course
	locator *Locator
	place   Place
	truth   Truth
	squares float64 // integral of OffsetM² over the distance
}

func newJudge(c *Course, laneWidthM float64, v *Vehicle) judge {
	j := judge{course: c, locator: c.NewLocator(v.Pose.XM, v.Pose.YM), truth: Truth{LaneWidthM: laneWidthM}}
	j.place = j.locator.Locate(v.Pose.XM, v.Pose.YM)
	j.see(v, 0)
	return j
}

// see takes the vehicle's new place in, dt after the last.
func (j *judge) see(v *Vehicle, dtS float64) {
	before := j.place.SM
	j.place = j.locator.Locate(v.Pose.XM, v.Pose.YM)
	t := &j.truth
	t.TimeS += dtS
	t.SpeedMps, t.SteerRad = v.SpeedMps, v.SteerRad
	t.ProgressM += math.Remainder(j.place.SM-before, j.course.LengthM)
	t.CourseM = j.place.SM
	t.OffsetM = j.place.OffsetM
	t.HeadingRad = math.Remainder(v.Pose.HeadingRad-j.place.HeadingRad, 2*math.Pi)
	t.CurvaturePerM = j.place.CurvaturePerM
	t.MaxOffsetM = max(t.MaxOffsetM, math.Abs(t.OffsetM))
	j.squares += t.OffsetM * t.OffsetM * (v.OdometerM - t.DistanceM)
	t.DistanceM = v.OdometerM
	if t.DistanceM > 0 {
		t.RMSOffsetM = math.Sqrt(j.squares / t.DistanceM)
	}
	j.count(v)
}

// count looks for departures. One lasts until the whole body is well inside the lane again.
func (j *judge) count(v *Vehicle) {
	left, right := math.Inf(-1), math.Inf(1)
	for _, c := range v.corners() {
		at := *j.locator
		d := at.Locate(c[0], c[1]).OffsetM
		left, right = max(left, d), min(right, d)
	}
	t := &j.truth
	half := t.LaneWidthM / 2
	over := msg.DepartureNone
	if left > half {
		over = msg.DepartureLeft
	}
	if right < -half && -right > left {
		over = msg.DepartureRight
	}
	if over != msg.DepartureNone {
		if t.Departure != msg.DepartureLeft && t.Departure != msg.DepartureRight {
			t.Departures++
		}
		t.Departure = over
		return
	}
	if inside := half - returnShare*t.LaneWidthM; left <= inside && right >= -inside || t.Departure == msg.DepartureUnknown {
		t.Departure = msg.DepartureNone
	}
}
