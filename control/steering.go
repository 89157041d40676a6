package control

import (
	"math"
	"time"
)

// correctionFade is the time constant at which a correction runs out while nothing is seen.
const correctionFade = 150 * time.Millisecond

// The steering controllers.
const (
	PD  = "pd"
	PID = "pid"
)

// SteeringParams are the steering law's; see the package comment for its formula.
type SteeringParams struct {
	Controller       string        `yaml:"controller" oneof:"pd pid" live:"true" doc:"pd, or pid to take out a lasting error."`
	Kp               float64       `yaml:"kp" range:"0..5" live:"true" doc:"Gain of the error; 1 is pure pursuit."`
	Ki               float64       `yaml:"ki" range:"0..5" unit:"1/s" live:"true" doc:"Gain of the error's integral (pid)."`
	Kd               float64       `yaml:"kd" range:"0..2" unit:"s" live:"true" doc:"Gain of the error's derivative."`
	FeedForward      float64       `yaml:"feed_forward" range:"0..1.5" live:"true" doc:"Share of curvature steered."`
	IntegralMaxM     float64       `yaml:"integral_max_m" range:"0..5" unit:"m" live:"true" doc:"Most error that the integral stands for."`
	LookaheadTime    time.Duration `yaml:"lookahead_time" range:"50ms..5s" live:"true" doc:"Lookahead in time at the speed driven."`
	LookaheadMinM    float64       `yaml:"lookahead_min_m" range:"0.05..100" unit:"m" live:"true" doc:"Shortest lookahead."`
	LookaheadMaxM    float64       `yaml:"lookahead_max_m" range:"0.05..200" unit:"m" live:"true" doc:"Longest lookahead."`
	DerivativeFilter time.Duration `yaml:"derivative_filter" range:"0s..2s" live:"true" doc:"Time constant of the derivative."`
	CurvatureFilter  time.Duration `yaml:"curvature_filter" range:"0s..2s" live:"true" doc:"Time constant of the curvature."`
	RatePerS         float64       `yaml:"rate_per_s" range:"0.1..100" unit:"1/s" live:"true" doc:"The most that steering moves in a second."`
}

// steering is the state of the steering law. The zero value has steered nothing yet.
type steering struct {
	output     float64 // −1…1, right positive
	curvature  float64 // 1/m, of the lane, filtered
	errorM     float64
	integral   float64 // m, already times ki
	slope      float64 // m/s, de/dt, filtered
	correction float64 // 1/m, what was steered beside the feed-forward
	sloped     bool    // errorM is the error of the step before
	curved     bool    // curvature has been set
}

// lookahead is the distance at which the error is taken at a speed.
func (p *SteeringParams) lookahead(speedMps float64) float64 {
	return clamp(speedMps*p.LookaheadTime.Seconds(), p.LookaheadMinM, p.LookaheadMaxM)
}

// follow steers for the lane over a step of dtS.
func (s *steering) follow(p *SteeringParams, v Vehicle, lane *Lane, dtS float64) {
	limit := v.MaxCurvaturePerM()
	seen := clamp(lane.CurvaturePerM, -limit, limit)
	if !s.curved {
		s.curvature, s.curved = seen, true
	}
	s.curvature += (seen - s.curvature) * share(dtS, p.CurvatureFilter)

	l := lane.TargetXM
	e := lane.TargetYM - arc(s.curvature, l)
	if s.sloped && dtS > 0 {
		s.slope += ((e-s.errorM)/dtS - s.slope) * share(dtS, p.DerivativeFilter)
	}
	s.errorM, s.sloped = e, true

	gain := 2 / (l * l)
	ahead, correction := p.FeedForward*s.curvature, gain*(p.Kp*e+p.Kd*s.slope)
	if p.Controller == PID {
		next := clamp(s.integral+p.Ki*e*dtS, -p.IntegralMaxM, p.IntegralMaxM)
		if u := ahead + correction + gain*next; math.Abs(u) <= limit || u*e < 0 {
			s.integral = next
		}
		correction += gain * s.integral
	} else {
		s.integral = 0
	}
	s.correction = clamp(correction, -2*limit, 2*limit) // more could not be steered anyway
	s.turn(p, v.Steering(ahead+s.correction), dtS)
}

// hold follows the last curvature of a lane that is lost for the moment. The correction that was under way runs out: one
// picture missed is no jolt, and a vehicle long blind does not go on turning.
func (s *steering) hold(p *SteeringParams, v Vehicle, dtS float64) {
	s.forget()
	s.correction *= 1 - share(dtS, correctionFade)
	s.turn(p, v.Steering(p.FeedForward*s.curvature+s.correction), dtS)
}

// forget drops what may not be compared across a gap.
func (s *steering) forget() { s.slope, s.sloped = 0, false }

func (s *steering) turn(p *SteeringParams, to, dtS float64) {
	s.output = clamp(approach(s.output, to, p.RatePerS*dtS), -1, 1)
}

// arc is how far an arc of a curvature has turned aside at a distance ahead. Past 0.95 of its radius it goes on straight
// down, as it were: there an arc is no function of the distance any more.
func arc(curvaturePerM, aheadM float64) float64 {
	turned := min(curvaturePerM*curvaturePerM*aheadM*aheadM, 0.95*0.95)
	return curvaturePerM * aheadM * aheadM / (1 + math.Sqrt(1-turned))
}

// share is the part of the way that a first-order filter goes in a step.
func share(dtS float64, constant time.Duration) float64 {
	if dtS <= 0 {
		return 0
	}
	return dtS / (dtS + constant.Seconds())
}
