package control

import (
	"math"
	"time"

	"lanekeeper/msg"
)

// LaneParams says what is believed of a detection.
type LaneParams struct {
	WidthM             float64       `yaml:"width_m" range:"0.05..10" unit:"m" doc:"Lane width between the middles of its lines."`
	WidthTolerance     float64       `yaml:"width_tolerance" range:"0.05..0.9" unit:"share" doc:"Deviation of width that drops a line."`
	ConfidenceMin      float64       `yaml:"confidence_min" range:"0..1" live:"true" doc:"A line below this is not steered by."`
	ConfidenceDegraded float64       `yaml:"confidence_degraded" range:"0..1" live:"true" doc:"Below this a lane is driven in degraded mode."`
	ConfidenceFull     float64       `yaml:"confidence_full" range:"0..1" live:"true" doc:"Below this throttle is reduced."`
	Smoothing          time.Duration `yaml:"smoothing" range:"0s..1s" live:"true" doc:"Time constant that lines are averaged over."`
	LostFor            time.Duration `yaml:"lost_for" range:"0s..3s" live:"true" doc:"Time a lost lane is driven on along its last curvature."`
	LostDistanceM      float64       `yaml:"lost_distance_m" range:"0..100" unit:"m" live:"true" doc:"How far a lost lane is driven on."`
	OneLineAfter       time.Duration `yaml:"one_line_after" range:"0s..10s" live:"true" doc:"Time with one line before that is degraded mode."`
	DepartureClearM    float64       `yaml:"departure_clear_m" range:"0..2" unit:"m" doc:"Clearance that ends a departure."`
}

// Lane is what one detection says about the lane, in metres.
type Lane struct {
	Left, Right   bool    // lines that are believed
	OffsetM       float64 // the vehicle left of the lane centre is positive
	HeadingRad    float64 // the vehicle pointing left of the lane's direction is positive
	CurvaturePerM float64 // bending left is positive
	WidthM        float64
	Confidence    float64 // 0…1
	TargetXM      float64 // the point of the lane centre that is steered for, from the rear axle
	TargetYM      float64
	Departure     msg.Departure
}

// place fills in where the vehicle and its target are on a lane centre.
func (l *Lane) place(c *centre, lookaheadM float64) {
	slope := c.slope(0)
	l.OffsetM = 0 - c.at(0)/math.Sqrt(1+slope*slope)
	l.HeadingRad = 0 - math.Atan(slope)
	l.TargetXM, l.TargetYM = lookaheadM, c.at(lookaheadM)
	l.CurvaturePerM = c.curvature()
}

// plausible says whether a vehicle could be where the lane says it is.
func (l *Lane) plausible() bool {
	return math.Abs(l.OffsetM) <= 2*l.WidthM && math.Abs(l.HeadingRad) <= 1.2 && finite(l.CurvaturePerM) &&
		finite(l.TargetXM) && finite(l.TargetYM)
}
