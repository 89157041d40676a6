package main

import (
	"time"

	"go.uber.org/zap"

	"lanekeeper/msg"
)

// stateLogEvery is the least time between two entries about the state, but for those about a stop.
const stateLogEvery = int64(time.Second)

// stateLog logs changes of the gate's state: a stop at once, anything else at most once a second, with how many changes were
// passed over. A lane at the limit of what can be seen changes the state with every frame.
type stateLog struct {
	log      *zap.Logger
	mode     msg.Mode
	reason   msg.Reason
	logged   msg.Mode // that the last entry was about
	loggedNs int64
	held     int   // changes since
	frameID  int64 // of the last change
}

// see takes the state of CLOCK_MONOTONIC nowNs and tells whether it has changed.
func (l *stateLog) see(nowNs int64, c *msg.Command) (changed bool) {
	changed = c.Mode != l.mode || c.Reason != l.reason
	stop := c.Mode == msg.ModeStopped && (l.mode != msg.ModeStopped || c.Reason == msg.ReasonEmergency)
	if changed {
		l.held++
		l.mode, l.reason, l.frameID = c.Mode, c.Reason, c.FrameID
	}
	if changed && stop || l.held > 0 && (l.loggedNs == 0 || nowNs-l.loggedNs >= stateLogEvery) {
		l.write(nowNs)
	}
	return changed
}

// write logs the state. A stop that nobody ordered is for a person to look at.
func (l *stateLog) write(nowNs int64) {
	log := l.log.Info
	if l.mode == msg.ModeStopped && l.reason != msg.ReasonShutdown {
		log = l.log.Warn
	}
	before, held := zap.Skip(), zap.Skip()
	if l.loggedNs != 0 {
		before = zap.Stringer("before", l.logged)
	}
	if l.held > 1 {
		held = zap.Int("held_back", l.held-1)
	}
	log("state", zap.Stringer("state", l.mode), zap.Stringer("reason", l.reason), before, zap.Int64("frame_id", l.frameID), held)
	l.logged, l.loggedNs, l.held = l.mode, nowNs, 0
}
