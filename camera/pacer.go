package camera

import (
	"context"
	"time"
)

// lateLimit is how far a recording may fall behind and still catch up. After a longer pause it goes on from where it is.
const lateLimit = 250 * time.Millisecond

// gapLimit is how long the wait for a frame is at most, in periods, and at least half a second: a recording that paused
// for longer goes on after that, so that it is not taken for a camera that froze.
const gapLimit = 5

// pacer makes a recording last as long as what it shows.
type pacer struct {
	asap    bool
	now     func() int64
	fps     float64
	timer   *time.Timer
	begun   bool
	startNs int64 // when position 0 was due
}

// restart tells that the position jumps back by backNs, and that the frame there is due gapNs after the last one.
func (p *pacer) restart(backNs, gapNs int64) { p.startNs += backNs + gapNs }

// wait returns when the frame at positionNs of the recording is due: the first at once, the others as much later as
// their positions are.
func (p *pacer) wait(ctx context.Context, positionNs int64) error {
	if p.asap {
		return ctx.Err()
	}
	now := p.now()
	if !p.begun || now-(p.startNs+positionNs) > int64(lateLimit) {
		p.begun, p.startNs = true, now-positionNs
	}
	left := time.Duration(p.startNs + positionNs - now)
	if longest := max(time.Duration(gapLimit/p.fps*1e9), 500*time.Millisecond); left > longest {
		p.startNs -= int64(left - longest)
		left = longest
	}
	if left <= 0 {
		return ctx.Err()
	}
	if p.timer == nil {
		p.timer = time.NewTimer(left)
	} else {
		p.timer.Reset(left)
	}
	select {
	case <-p.timer.C:
		return nil
	case <-ctx.Done():
		p.timer.Stop()
		return ctx.Err()
	}
}
