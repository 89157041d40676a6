package control

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The presets' names.
const (
	PresetModel   = "model"   // a 1:10 car on a taped track
	PresetRoad    = "road"    // a full-size car on country roads, up to 15 m/s
	PresetHighway = "highway" // a full-size car at 25 m/s
)

// Presets lists the names that Preset knows.
func Presets() []string { return []string{PresetModel, PresetRoad, PresetHighway} }

// DefaultParams are those of a 1:10 car.
func DefaultParams() Params {
	return Params{
		Clock:   ClockMonotonic,
		Vehicle: Vehicle{WheelbaseM: 0.15, WidthM: 0.16, MaxSteerRad: 0.45},
		Lane: LaneParams{
			WidthM: 0.36, WidthTolerance: 0.4,
			ConfidenceMin: 0.2, ConfidenceDegraded: 0.4, ConfidenceFull: 0.8,
			Smoothing: 40 * time.Millisecond,
			LostFor:   500 * time.Millisecond, LostDistanceM: 0.5, OneLineAfter: 300 * time.Millisecond, DepartureClearM: 0.02,
		},
		Steering: SteeringParams{
			Controller: PD, Kp: 1, Ki: 0.25, Kd: 0.02, FeedForward: 1, IntegralMaxM: 0.05,
			LookaheadTime: 450 * time.Millisecond, LookaheadMinM: 0.3, LookaheadMaxM: 0.8,
			DerivativeFilter: 60 * time.Millisecond, CurvatureFilter: 80 * time.Millisecond, RatePerS: 10,
		},
		Speed: SpeedParams{
			CruiseMps: 0.8, CruiseThrottle: 0.4, MinThrottle: 0.1, MaxLateralMps2: 1, Degraded: 0.6,
			RisePerS: 0.5, FallPerS: 2, StopBrake: 0.5, EmergencyBrake: 1,
		},
		Gate: GateParams{
			StaleAfter: 80 * time.Millisecond, MaxAge: 150 * time.Millisecond, ValidFor: 100 * time.Millisecond,
			FrozenCount: 5, MinRateHz: 15, RecoverCount: 5, RearmAfter: 3 * time.Second,
			LinkTimeout: time.Second, PauseLimit: 10 * time.Minute,
		},
	}
}

// Preset is a set of parameters to start from.
func Preset(name string) (Params, error) {
	p := DefaultParams()
	switch name {
	case PresetModel:
		return p, nil
	case PresetRoad:
		return fullSize(p, 15), nil
	case PresetHighway:
		return fullSize(p, 25), nil
	}
	names := Presets()
	slices.Sort(names)
	return p, fmt.Errorf("choosing a preset: %q is none of %s", name, strings.Join(names, ", "))
}

func fullSize(p Params, cruiseMps float64) Params {
	p.Vehicle = Vehicle{WheelbaseM: 2.7, WidthM: 1.8, MaxSteerRad: 0.5}
	p.Lane.WidthM, p.Lane.LostDistanceM, p.Lane.DepartureClearM = 3.5, 10, 0.1
	s := &p.Steering
	s.LookaheadTime, s.LookaheadMinM, s.LookaheadMaxM = 900*time.Millisecond, 6, 40
	s.Ki, s.IntegralMaxM, s.RatePerS = 0.12, 0.5, 1.6
	s.CurvatureFilter = 150 * time.Millisecond
	t := &p.Speed
	t.CruiseMps, t.CruiseThrottle, t.MaxLateralMps2 = cruiseMps, 0.5, 2.5
	t.RisePerS, t.FallPerS = 0.25, 1
	return p
}
