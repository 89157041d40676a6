package control

import (
	"math"
	"time"

	"lanekeeper/msg"
)

// Time constant of the confidence that modes and throttle go by, and how far it must rise above the degraded limit again.
const (
	confidenceFilter = 200 * time.Millisecond
	confidenceRise   = 0.05
)

// doubt is how little has been seen of the lane lately.
type doubt struct {
	lost       msg.Reason    // why there is nothing to steer by just now; ReasonNone when there is
	blind      time.Duration // time driven without; seeing again pays it back second by second
	blindM     float64       // and distance
	oneLined   time.Duration // time with one line alone, paid back likewise
	oneLine    bool
	confidence float64
	known      bool // confidence has been set
	little     bool // it is low
}

// miss counts a detection without a lane. It says whether the vehicle may still be driven on.
func (b *doubt) miss(p *LaneParams, why msg.Reason, step time.Duration, speedMps float64) bool {
	b.lost = why
	blind, blindM := b.blind+step, b.blindM+step.Seconds()*speedMps
	b.blind, b.blindM = min(blind, p.LostFor), min(blindM, p.LostDistanceM)
	return blind <= p.LostFor && blindM <= p.LostDistanceM
}

// see counts a detection with a lane.
func (b *doubt) see(p *LaneParams, lane *Lane, step time.Duration, speedMps float64) {
	b.lost = msg.ReasonNone
	b.blind, b.blindM = max(0, b.blind-step), max(0, b.blindM-step.Seconds()*speedMps)

	if lane.Left && lane.Right {
		b.oneLined = max(0, b.oneLined-step)
		b.oneLine = b.oneLine && b.oneLined > 0
	} else {
		b.oneLined = min(p.OneLineAfter, b.oneLined+step)
		b.oneLine = b.oneLine || b.oneLined >= p.OneLineAfter
	}

	if !b.known {
		b.confidence, b.known = lane.Confidence, true
	}
	b.confidence += (lane.Confidence - b.confidence) * share(step.Seconds(), confidenceFilter)
	limit := p.ConfidenceDegraded
	if b.little {
		limit = math.Min(limit+confidenceRise, p.ConfidenceFull)
	}
	b.little = b.confidence < limit
}

// mode is the driving mode and its reason.
func (b *doubt) mode() (msg.Mode, msg.Reason) {
	switch {
	case b.lost != msg.ReasonNone:
		return msg.ModeDegraded, b.lost
	case b.little:
		return msg.ModeDegraded, msg.ReasonLowConfidence
	case b.oneLine:
		return msg.ModeDegraded, msg.ReasonOneLine
	}
	return msg.ModeActive, msg.ReasonNone
}
