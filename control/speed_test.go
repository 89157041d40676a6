package control

import (
	"math"
	"testing"
)

var speedParams = SpeedParams{
	CruiseMps: 2, CruiseThrottle: 0.4, MinThrottle: 0.1, MaxLateralMps2: 1, Degraded: 0.5, RisePerS: 0.5, FallPerS: 2,
}

func TestSpeedForCurvature(t *testing.T) {
	for curvature, want := range map[float64]float64{0: 2, 0.25: 2, 1: 1, 4: 0.5} {
		near(t, "speed", speedParams.target(curvature), want, 1e-12)
	}
}

func TestCaution(t *testing.T) {
	l := LaneParams{ConfidenceDegraded: 0.4, ConfidenceFull: 0.8}
	for confidence, want := range map[float64]float64{0.3: 0.5, 0.4: 0.5, 0.6: 0.75, 0.8: 1, 1: 1} {
		near(t, "share", speedParams.caution(&l, false, confidence), want, 1e-12)
	}
	near(t, "share in degraded mode", speedParams.caution(&l, true, 1), 0.5, 0)
	l.ConfidenceDegraded = 0.8
	near(t, "share with no span between the limits", speedParams.caution(&l, false, 0.7), 0.5, 0)
}

func TestThrottle(t *testing.T) {
	nan := math.NaN()
	fed := speedParams
	fed.SpeedGain = 0.2
	for _, test := range []struct {
		name                            string
		p                               SpeedParams
		before, target, speed, dt, want float64
	}{
		{"cruise", speedParams, 0.4, 2, nan, 0.02, 0.4},
		{"half the speed, in time", speedParams, 0.4, 1, nan, 1, 0.2},
		{"rises no faster than allowed", speedParams, 0, 2, nan, 0.1, 0.05},
		{"falls no faster than allowed", speedParams, 0.4, 1, nan, 0.05, 0.3},
		{"no time passes", speedParams, 0.2, 2, nan, 0, 0.2},
		{"never below what turns the motor", speedParams, 0.4, 0.1, nan, 1, 0.1},
		{"too slow as measured", fed, 0.4, 2, 1.5, 1, 0.5},
		{"too fast as measured, down to nothing", fed, 0.4, 1, 3, 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			near(t, "throttle", test.p.throttle(test.before, test.target, test.speed, test.dt), test.want, 1e-12)
		})
	}
}
