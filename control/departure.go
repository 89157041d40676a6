package control

import (
	"math"

	"lanekeeper/msg"
)

// departure follows whether the body crosses a line. It begins when a side of the body reaches the middle of a line and
// ends when it is clearM inside again, so that it does not flicker on the line.
type departure struct{ state msg.Departure }

func (d *departure) update(lane *Lane, bodyM, clearM float64) msg.Departure {
	half := bodyM / 2 * math.Cos(lane.HeadingRad)
	left := lane.WidthM/2 - lane.OffsetM - half // room to the left line
	right := lane.WidthM/2 + lane.OffsetM - half
	switch {
	case left <= 0 && left <= right:
		d.state = msg.DepartureLeft
	case right <= 0:
		d.state = msg.DepartureRight
	case d.state == msg.DepartureLeft && left < clearM, d.state == msg.DepartureRight && right < clearM:
	default:
		d.state = msg.DepartureNone
	}
	return d.state
}
