package control

import "math"

// Vehicle is the kinematic bicycle that is steered (Rajamani, section 2.2). Its reference point, from which the
// detector measures too, is the middle of the rear axle.
type Vehicle struct {
	WheelbaseM  float64 `yaml:"wheelbase_m" range:"0.05..10" unit:"m" doc:"Distance between the axles."`
	WidthM      float64 `yaml:"width_m" range:"0.02..4" unit:"m" doc:"Width of the body, for lane departure."`
	MaxSteerRad float64 `yaml:"max_steer_rad" range:"0.05..1.2" unit:"rad" doc:"Angle of the front wheels at steering 1."`
}

// Steering is the command, −1…1 with right positive, that drives a curvature in 1/m with left positive.
func (v Vehicle) Steering(curvaturePerM float64) float64 {
	return clamp(0-math.Atan(v.WheelbaseM*curvaturePerM)/v.MaxSteerRad, -1, 1) // 0−, not −: there is no −0
}

// Curvature is the inverse of Steering.
func (v Vehicle) Curvature(steering float64) float64 {
	return math.Tan(-clamp(steering, -1, 1)*v.MaxSteerRad) / v.WheelbaseM
}

// MaxCurvaturePerM is the tightest curvature that the vehicle can drive.
func (v Vehicle) MaxCurvaturePerM() float64 { return math.Tan(v.MaxSteerRad) / v.WheelbaseM }
