package control

import (
	"errors"
	"fmt"
	"math"
)

// The clocks that the safety checks can be judged by.
const (
	ClockMonotonic = "monotonic"
	ClockSource    = "source"
)

// Params is everything about a controller that a configuration may say. The tags give each value's limits; Validate has
// the rules that tie several together.
type Params struct {
	// Clock source judges a lock-step detection by its source's own time, so that a paused simulation is not stale. It
	// takes the checks on real time away: the caller allows it only where no hardware is driven.
	Clock    string         `yaml:"clock" oneof:"monotonic source" doc:"Time of the safety checks: monotonic; source for lock-step."`
	Vehicle  Vehicle        `yaml:"vehicle"`
	Lane     LaneParams     `yaml:"lane"`
	Steering SteeringParams `yaml:"steering"`
	Speed    SpeedParams    `yaml:"speed"`
	Gate     GateParams     `yaml:"gate"`
}

// Validate checks what the tags cannot say. All errors are joined.
func (p *Params) Validate() error {
	var errs []error
	must := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	v, l, s, t, g := &p.Vehicle, &p.Lane, &p.Steering, &p.Speed, &p.Gate
	must(p.Clock == ClockMonotonic || p.Clock == ClockSource, "clock %q: %s or %s expected", p.Clock, ClockMonotonic, ClockSource)
	must(s.Controller == PD || s.Controller == PID, "steering.controller %q: %s or %s expected", s.Controller, PD, PID)
	for _, q := range []struct {
		name  string
		value float64
	}{
		{"vehicle.wheelbase_m", v.WheelbaseM}, {"vehicle.width_m", v.WidthM}, {"vehicle.max_steer_rad", v.MaxSteerRad},
		{"lane.width_m", l.WidthM}, {"steering.lookahead_min_m", s.LookaheadMinM}, {"steering.rate_per_s", s.RatePerS},
		{"speed.cruise_mps", t.CruiseMps}, {"speed.max_lateral_mps2", t.MaxLateralMps2}, {"gate.min_rate_hz", g.MinRateHz},
	} {
		must(q.value > 0 && finite(q.value), "%s is %v: a number over 0 expected", q.name, q.value)
	}
	must(v.MaxSteerRad < math.Pi/2, "vehicle.max_steer_rad is %v: below π/2 expected", v.MaxSteerRad)
	must(v.WidthM < l.WidthM, "vehicle.width_m is %v: it must be less than lane.width_m, %v", v.WidthM, l.WidthM)
	must(s.LookaheadMinM <= s.LookaheadMaxM, "steering.lookahead_min_m is %v: it must not exceed lookahead_max_m, %v",
		s.LookaheadMinM, s.LookaheadMaxM)
	must(l.ConfidenceMin <= l.ConfidenceDegraded && l.ConfidenceDegraded <= l.ConfidenceFull,
		"lane.confidence_min, confidence_degraded, confidence_full are %v, %v, %v: they must ascend",
		l.ConfidenceMin, l.ConfidenceDegraded, l.ConfidenceFull)
	must(t.MinThrottle <= t.CruiseThrottle, "speed.min_throttle is %v: it must not exceed cruise_throttle, %v",
		t.MinThrottle, t.CruiseThrottle)
	must(g.ValidFor >= g.StaleAfter, "gate.valid_for is %v: it must be at least stale_after, %v, or commands expire between detections",
		g.ValidFor, g.StaleAfter)
	must(g.RecoverCount >= 1 && g.FrozenCount >= 1, "gate.recover_count and frozen_count are %d and %d: at least 1 expected",
		g.RecoverCount, g.FrozenCount)
	must(g.StaleAfter.Seconds()*g.MinRateHz >= 1, "gate.min_rate_hz is %v: at that rate detections are further apart than stale_after, %v",
		g.MinRateHz, g.StaleAfter)
	must(g.LinkTimeout > 0 && g.PauseLimit > 0, "gate.link_timeout and pause_limit are %v and %v: over 0 expected",
		g.LinkTimeout, g.PauseLimit)
	return errors.Join(errs...)
}
