package sim

import (
	"math"
	"testing"
)

func car() Vehicle {
	return Vehicle{VehicleConfig: VehicleConfig{
		WheelbaseM: 2.5, WidthM: 1.8, FrontM: 3.5, RearM: 1, MaxSteerRad: 0.5, SteerRateRadPS: 1, SteerLagS: 0.1,
		MaxSpeedMps: 20, CruiseSpeedMps: 10, MotorLagS: 1, AccelMps2: 4, CoastMps2: 3, BrakeMps2: 7,
	}}
}

func TestVehicleDrivesACircle(t *testing.T) {
	for _, steering := range []float64{-0.6, 0.3} {
		v := car()
		v.SpeedMps, v.SteerRad = 10, -steering*v.MaxSteerRad // already there, so neither changes
		radius := v.WheelbaseM / math.Tan(v.SteerRad)        // left positive
		for v.OdometerM < 25 {
			v.Step(0.016, steering, 0.5, 0)
			turned := v.OdometerM / radius
			near(t, "x", v.Pose.XM, radius*math.Sin(turned), 1e-9)
			near(t, "y", v.Pose.YM, radius*(1-math.Cos(turned)), 1e-9)
			near(t, "heading", v.Pose.HeadingRad, turned, 1e-9)
		}
	}
}

func TestPositiveSteeringTurnsRight(t *testing.T) {
	v := car()
	v.SpeedMps = 5
	v.Step(1, 1, 0.3, 0)
	if v.Pose.HeadingRad >= 0 || v.Pose.YM >= 0 {
		t.Errorf("heading %v, y %v: want both to the right, negative", v.Pose.HeadingRad, v.Pose.YM)
	}
}

func TestSpeed(t *testing.T) {
	drive := func(v0, seconds, throttle, brake float64) float64 {
		v := car()
		v.SpeedMps = v0
		v.Step(seconds, 0, throttle, brake)
		return v.SpeedMps
	}
	near(t, "settles at its share of the greatest speed", drive(0, 20, 0.5, 0), 10, 1e-3)
	at := car()
	near(t, "cruise throttle", at.CruiseThrottle(), 0.5, 0)
	near(t, "accelerates at the limit", drive(0, 1, 1, 0), 4, 1e-9)
	near(t, "coasts at the limit", drive(10, 1, 0, 0), 7, 1e-9)
	near(t, "stands after coasting 10/3 s", drive(10, 3.34, 0, 0), 0, 0)
	near(t, "brakes on top", drive(10, 0.5, 0, 1), 5, 1e-9)
	near(t, "stands after braking 1 s", drive(10, 1.01, 0, 1), 0, 0)
	near(t, "throttle out of range", drive(0, 1, 7, 0), 4, 1e-9)
	near(t, "throttle not a number", drive(10, 1, math.NaN(), 0), 7, 1e-9)
}

func TestSteeringServo(t *testing.T) {
	v := car()
	v.Step(0.25, -1, 0, 0)
	near(t, "limited rate", v.SteerRad, 0.25, 1e-9)
	v.Step(0.15, -1, 0, 0)
	near(t, "limited rate until the lag is slower", v.SteerRad, 0.4, 1e-9)
	v.Step(0.2, -1, 0, 0)
	near(t, "first-order approach", v.SteerRad, 0.5-0.1*math.Exp(-2), 1e-9)
	v.Step(5, math.NaN(), 0, 0)
	near(t, "not a number is straight", v.SteerRad, 0, 1e-6)
}

func TestStepsOfAnyLengthAgree(t *testing.T) {
	fine, coarse := car(), car()
	for range 100 {
		fine.Step(0.02, 0.4, 0.7, 0)
	}
	coarse.Step(2, 0.4, 0.7, 0)
	near(t, "x", coarse.Pose.XM, fine.Pose.XM, 1e-9)
	near(t, "y", coarse.Pose.YM, fine.Pose.YM, 1e-9)
	near(t, "heading", coarse.Pose.HeadingRad, fine.Pose.HeadingRad, 1e-9)
	near(t, "speed", coarse.SpeedMps, fine.SpeedMps, 1e-9)
}
