package control

import "math"

// SpeedParams are the throttle's.
type SpeedParams struct {
	CruiseMps      float64 `yaml:"cruise_mps" range:"0.05..60" unit:"m/s" live:"true" doc:"Speed on a straight; assumed if unmeasured."`
	CruiseThrottle float64 `yaml:"cruise_throttle" range:"0..1" live:"true" doc:"Throttle that holds that speed."`
	MinThrottle    float64 `yaml:"min_throttle" range:"0..1" live:"true" doc:"Least throttle while driving."`
	MaxLateralMps2 float64 `yaml:"max_lateral_mps2" range:"0.05..10" unit:"m/s²" live:"true" doc:"Lateral acceleration allowed in bends."`
	Degraded       float64 `yaml:"degraded" range:"0..1" live:"true" doc:"Share of the speed in degraded mode."`
	SpeedGain      float64 `yaml:"speed_gain" range:"0..2" unit:"s/m" live:"true" doc:"Throttle per m/s that a measured speed lacks."`
	RisePerS       float64 `yaml:"rise_per_s" range:"0.01..10" unit:"1/s" live:"true" doc:"The most that throttle rises in a second."`
	FallPerS       float64 `yaml:"fall_per_s" range:"0.01..10" unit:"1/s" live:"true" doc:"The most that throttle falls in a second."`
	StopBrake      float64 `yaml:"stop_brake" range:"0..1" doc:"Brake while stopped by a failing input."`
	EmergencyBrake float64 `yaml:"emergency_brake" range:"0..1" doc:"Brake while stopped by the emergency stop."`
}

// target is the speed for a curvature: on an arc the lateral acceleration is v²·κ.
func (p *SpeedParams) target(curvaturePerM float64) float64 {
	if curvaturePerM*p.CruiseMps*p.CruiseMps > p.MaxLateralMps2 {
		return math.Sqrt(p.MaxLateralMps2 / curvaturePerM)
	}
	return p.CruiseMps
}

// caution is the share of the speed that may be driven on what is believed of the lane: from the degraded one at the edge
// of degraded mode up to all of it.
func (p *SpeedParams) caution(l *LaneParams, degraded bool, confidence float64) float64 {
	switch {
	case degraded:
		return p.Degraded
	case confidence >= l.ConfidenceFull:
		return 1
	}
	return p.Degraded + (1-p.Degraded)*clamp((confidence-l.ConfidenceDegraded)/(l.ConfidenceFull-l.ConfidenceDegraded), 0, 1)
}

// throttle is the throttle for a target speed, given the one before and the measured speed, NaN for none.
func (p *SpeedParams) throttle(before, targetMps, speedMps, dtS float64) float64 {
	want := p.CruiseThrottle * (targetMps / p.CruiseMps)
	if finite(speedMps) {
		want += p.SpeedGain * (targetMps - speedMps)
		if want < p.MinThrottle && speedMps > targetMps {
			return clamp(approach(before, max(want, 0), p.FallPerS*dtS), 0, 1)
		}
	}
	want = clamp(want, p.MinThrottle, 1)
	if want < before {
		return clamp(approach(before, want, p.FallPerS*dtS), 0, 1)
	}
	return clamp(approach(before, want, p.RisePerS*dtS), 0, 1)
}
