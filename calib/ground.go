package calib

import "math"

// Ground is how a camera is mounted above flat ground.
type Ground struct {
	HeightM  float64 // m, of the camera above the ground
	PitchDeg float64 // how far it looks down
	RollDeg  float64 // how far its right side is lowered
	YawDeg   float64 // how far it looks to the left
	ForwardM float64 // m, ahead of the rear axle
	LeftM    float64 // m, left of the vehicle's middle

	// Method, Points, RMSPx, RMSM and Date say how it was found, for people.
	Method string
	Points int     // that it rests on
	RMSPx  float64 // px: how far they are seen from where they should be
	RMSM   float64 // m: the same on the ground
	Date   string  // YYYY-MM-DD
}

// rotation turns a direction of the camera (right, down, ahead) into one of the vehicle (x, y, z).
type rotation [3][3]float64

func (g *Ground) rotation() rotation {
	sp, cp := math.Sincos(g.PitchDeg * math.Pi / 180)
	sr, cr := math.Sincos(g.RollDeg * math.Pi / 180)
	sy, cy := math.Sincos(g.YawDeg * math.Pi / 180)
	// Rz(yaw)·Ry(pitch)·Rx(roll), whose columns are the camera's ahead, left and up; right and down are their opposites.
	return rotation{
		{-(cy*sp*sr - sy*cr), -(cy*sp*cr + sy*sr), cy * cp},
		{-(sy*sp*sr + cy*cr), -(sy*sp*cr - cy*sr), sy * cp},
		{-(cp * sr), -(cp * cr), -sp},
	}
}
