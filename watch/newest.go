package watch

import (
	"math"

	"lanekeeper/msg"
)

func lanes(d *msg.Detection) *Lanes {
	l := &Lanes{
		FrameID: d.FrameID, OffsetM: known(d.OffsetM), HeadingRad: known(d.HeadingRad),
		Uncalibrated: d.Flags&msg.DetectionUncalibrated != 0, Departure: d.Departure.String(),
	}
	if d.HasLeftLane != 0 {
		l.LeftConfidence = known(d.LeftLane.Confidence)
	}
	if d.HasRightLane != 0 {
		l.RightConfidence = known(d.RightLane.Confidence)
	}
	return l
}

func command(c *msg.Command, nowNs int64) *Command {
	return &Command{
		FrameID: c.FrameID, State: c.Mode.String(), Reason: c.Reason.String(),
		Steering: finite(c.Steering), Throttle: finite(c.Throttle), Brake: finite(c.Brake), Confidence: finite(c.Confidence),
		ExpiredMs: max(0, ms(nowNs-c.ValidUntilNs)),
	}
}

// finite takes a number that is not finite for zero, as whoever obeys a command does.
func finite(v float64) float64 {
	if p := known(v); p != nil {
		return *p
	}
	return 0
}

func known(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
