package control

import (
	"math"
	"testing"
	"time"
)

func TestVehicle(t *testing.T) {
	v := Vehicle{WheelbaseM: 2.7, MaxSteerRad: 0.5}
	near(t, "a left bend", v.Steering(0.02), -math.Atan(0.054)/0.5, 1e-15)
	near(t, "too tight a bend", v.Steering(-10), 1, 0)
	near(t, "there and back", v.Curvature(v.Steering(0.05)), 0.05, 1e-15)
	near(t, "full lock", v.Curvature(-1), v.MaxCurvaturePerM(), 1e-15)
	if s := v.Steering(0); math.Signbit(s) {
		t.Error("straight on is minus zero")
	}
}

func TestArc(t *testing.T) {
	near(t, "a circle of 2 m", arc(0.5, 1), 2-math.Sqrt(3), 1e-12)
	near(t, "to the right", arc(-0.5, 1), -2+math.Sqrt(3), 1e-12)
	near(t, "straight", arc(0, 5), 0, 0)
	if a := arc(3, 5); !finite(a) {
		t.Errorf("beyond the circle: %v", a)
	}
}

// law is a steering law of a vehicle that turns by its full curvature, 1/m, at steering 1, without limits of rate.
func law(controller string) (SteeringParams, Vehicle) {
	return SteeringParams{Controller: controller, Kp: 1, Ki: 0.5, Kd: 0.1, FeedForward: 1, IntegralMaxM: 1, RatePerS: 1e6},
		Vehicle{WheelbaseM: 1, MaxSteerRad: math.Pi / 4}
}

func TestLawByHand(t *testing.T) {
	p, v := law(PID)
	lane := Lane{TargetXM: 2, TargetYM: 0.1}
	var s steering
	s.follow(&p, v, &lane, 0.5)
	// kp·0.1 + ki·0.1·0.5
	near(t, "first: no derivative yet", v.Curvature(s.output), 0.5*(0.1+0.5*0.05), 1e-12)

	lane.TargetYM = 0.2
	s.follow(&p, v, &lane, 0.5)
	// kp·0.2 + kd·0.1/0.5 + ki·(0.1·0.5 + 0.2·0.5)
	near(t, "second: all three", v.Curvature(s.output), 0.5*(0.2+0.1*0.2+0.5*0.15), 1e-12)

	p.Controller = PD
	s.follow(&p, v, &lane, 0.5)
	near(t, "pd drops the integral", s.integral, 0, 0)

	s = steering{}
	p.Kp, p.Kd = 0, 0
	lane.CurvaturePerM = 0.3
	s.follow(&p, v, &lane, 0.1)
	near(t, "feed-forward alone", v.Curvature(s.output), 0.3, 1e-12)
}

func TestRightIsPositive(t *testing.T) {
	p, v := law(PD)
	var s steering
	s.follow(&p, v, &Lane{TargetXM: 2, TargetYM: -0.1}, 0.02)
	if s.output <= 0 {
		t.Errorf("steering %v for a lane to the right", s.output)
	}
}

func TestAntiWindup(t *testing.T) {
	p, v := law(PID)
	var s steering
	aside, back := Lane{TargetXM: 2, TargetYM: 5}, Lane{TargetXM: 2, TargetYM: -0.5}
	for range 1000 {
		s.follow(&p, v, &aside, 0.1)
	}
	near(t, "steering at the limit", s.output, -1, 0)
	near(t, "integral while saturated", s.integral, 0, 0)
	s.follow(&p, v, &back, 10)
	if s.output <= 0 {
		t.Errorf("steering %v once the lane lies to the right", s.output)
	}

	p.IntegralMaxM = 0.1
	s = steering{}
	small := Lane{TargetXM: 2, TargetYM: 0.05}
	for range 1000 {
		s.follow(&p, v, &small, 0.1)
	}
	near(t, "integral at its clamp", s.integral, 0.1, 0)
}

func TestDerivativeFilter(t *testing.T) {
	p, v := law(PD)
	p.DerivativeFilter = 100 * time.Millisecond
	var s steering
	s.follow(&p, v, &Lane{TargetXM: 2}, 0.1)
	s.follow(&p, v, &Lane{TargetXM: 2, TargetYM: 0.1}, 0.1)
	near(t, "half of the slope after one time constant's step", s.slope, 0.5, 1e-12)
	s.follow(&p, v, &Lane{TargetXM: 2, TargetYM: 0.3}, 0)
	near(t, "no time, no slope", s.slope, 0.5, 1e-12)
}

func TestSteeringRate(t *testing.T) {
	p, v := law(PD)
	p.RatePerS = 2
	var s steering
	aside := Lane{TargetXM: 2, TargetYM: 5}
	for i := 1; i <= 5; i++ {
		s.follow(&p, v, &aside, 0.05)
		near(t, "steering", s.output, -0.1*float64(i), 1e-12)
	}
	s.correction = 0
	s.hold(&p, v, 0.05)
	near(t, "steering back, the lane lost", s.output, -0.4, 1e-12)
}

// Blind, the correction runs out and the lane's curvature stays.
func TestHold(t *testing.T) {
	p, v := law(PD)
	var s steering
	s.follow(&p, v, &Lane{TargetXM: 2, TargetYM: arc(0.2, 2) + 0.1, CurvaturePerM: 0.2}, 0.02)
	near(t, "seeing", v.Curvature(s.output), 0.2+0.05, 1e-12)
	s.hold(&p, v, 0.15)
	near(t, "blind for the time constant", v.Curvature(s.output), 0.2+0.025, 1e-12)
	for range 20 {
		s.hold(&p, v, 0.15)
	}
	near(t, "long blind", v.Curvature(s.output), 0.2, 1e-6)
}

func TestLookahead(t *testing.T) {
	p := SteeringParams{LookaheadTime: time.Second, LookaheadMinM: 2, LookaheadMaxM: 10}
	for speed, want := range map[float64]float64{0: 2, 1: 2, 5: 5, 20: 10} {
		near(t, "lookahead", p.lookahead(speed), want, 0)
	}
}
