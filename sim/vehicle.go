package sim

import "math"

// Vehicle is a kinematic bicycle: both wheels of an axle are one, tyres do not slip, and the middle of the rear axle moves
// where the body points. Rajamani, Vehicle Dynamics and Control, 2nd ed. (2012), section 2.2; Kong et al., Kinematic and
// dynamic vehicle models for autonomous driving control design, IEEE IV 2015, who show that it holds while lateral
// acceleration is moderate.
//
// The wheels follow the command through a first-order servo of limited rate. The motor follows the throttle like a DC
// motor on a speed controller: the pull is proportional to the difference between the speed asked for (throttle times
// the greatest speed) and the one driven, within limits; without throttle it slows the vehicle at the coasting limit.
type Vehicle struct {
	VehicleConfig
	Pose      Pose    // of the middle of the rear axle
	SpeedMps  float64 // never negative
	SteerRad  float64 // of the front wheel, left positive
	OdometerM float64 // driven since the start
}

// vehicleStepS is the longest step that is integrated at once.
const vehicleStepS = 0.005

// Step drives for dt seconds with steering −1…1 (right positive), throttle 0…1 and brake 0…1.
func (v *Vehicle) Step(dtS, steering, throttle, brake float64) {
	n := max(1, math.Ceil(dtS/vehicleStepS-1e-9))
	for range int(n) {
		v.integrate(dtS/n, clamp(steering, -1, 1), clamp(throttle, 0, 1), clamp(brake, 0, 1))
	}
}

func (v *Vehicle) integrate(dt, steering, throttle, brake float64) {
	turn := -steering*v.MaxSteerRad - v.SteerRad
	if v.SteerLagS > 0 {
		turn *= 1 - math.Exp(-dt/v.SteerLagS)
	}
	v.SteerRad += clamp(turn, -v.SteerRateRadPS*dt, v.SteerRateRadPS*dt)

	accel := clamp((throttle*v.MaxSpeedMps-v.SpeedMps)/v.MotorLagS, -v.CoastMps2, v.AccelMps2)
	if throttle == 0 {
		accel = -v.CoastMps2
	}
	before := v.SpeedMps
	v.SpeedMps = max(0, before+(accel-brake*v.BrakeMps2)*dt)

	// Over the step the rear axle drives an arc; its chord lies halfway between the headings at both ends.
	ds := (before + v.SpeedMps) / 2 * dt
	half := ds * math.Tan(v.SteerRad) / v.WheelbaseM / 2
	chord := ds
	if half != 0 {
		chord *= math.Sin(half) / half
	}
	sin, cos := math.Sincos(v.Pose.HeadingRad + half)
	v.Pose.XM += chord * cos
	v.Pose.YM += chord * sin
	v.Pose.HeadingRad += 2 * half
	v.OdometerM += ds
}

// CruiseThrottle is the throttle that holds the speed the scenario is meant for.
func (v *VehicleConfig) CruiseThrottle() float64 { return v.CruiseSpeedMps / v.MaxSpeedMps }

// corners are the corners of the body on the ground.
func (v *Vehicle) corners() [4][2]float64 {
	sin, cos := math.Sincos(v.Pose.HeadingRad)
	var out [4][2]float64
	for i, c := range [4][2]float64{{v.FrontM, v.WidthM / 2}, {v.FrontM, -v.WidthM / 2}, {-v.RearM, v.WidthM / 2}, {-v.RearM, -v.WidthM / 2}} {
		out[i] = [2]float64{v.Pose.XM + c[0]*cos - c[1]*sin, v.Pose.YM + c[0]*sin + c[1]*cos}
	}
	return out
}

// clamp holds v within lo…hi; what is not a number is nothing.
func clamp(v, lo, hi float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return min(max(v, lo), hi)
}
