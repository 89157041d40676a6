package control

import "lanekeeper/msg"

// Input is what one Step is told.
type Input struct {
	NowNs int64 // ns, CLOCK_MONOTONIC; a clock that runs backward counts as standing still
	// Detection is the newest record if none before has held it, nil on a tick without a new one. It is not kept.
	Detection *msg.Detection
	PublishNs int64   // ns, CLOCK_MONOTONIC: when that record was published
	SpeedMps  float64 // m/s as the actuator measures it; NaN unknown, which counts as the cruise speed
	// ActuatorFailed says that the last command could not be applied.
	ActuatorFailed bool
}
