package control

import (
	"math"
	"time"

	"lanekeeper/msg"
)

// departureAfter is how long a side of the body must be on a line: one picture seen wrong is no departure.
const departureAfter = 100 * time.Millisecond

// departure follows whether the body crosses a line. It begins when a side of the body has been on the middle of a line for
// departureAfter and ends when it is clearM inside again, so that it does not flicker on the line.
type departure struct {
	state   msg.Departure
	leaving msg.Departure // side that is on its line, DepartureNone if neither is
	lasted  time.Duration // for how long
}

func (d *departure) update(lane *Lane, bodyM, clearM float64, step time.Duration) msg.Departure {
	half := bodyM / 2 * math.Cos(lane.HeadingRad)
	left := lane.WidthM/2 - lane.OffsetM - half // room to the left line
	right := lane.WidthM/2 + lane.OffsetM - half
	side := msg.DepartureNone
	switch {
	case left <= 0 && left <= right:
		side = msg.DepartureLeft
	case right <= 0:
		side = msg.DepartureRight
	}
	if side == d.leaving {
		d.lasted += step
	} else {
		d.leaving, d.lasted = side, 0
	}
	switch {
	case side != msg.DepartureNone && d.lasted >= departureAfter:
		d.state = side
	case side != msg.DepartureNone && d.state != msg.DepartureUnknown:
	case d.state == msg.DepartureLeft && left < clearM, d.state == msg.DepartureRight && right < clearM:
	default:
		d.state = msg.DepartureNone
	}
	return d.state
}
