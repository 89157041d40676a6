package main

import (
	"time"

	"go.uber.org/zap"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/telemetry"
)

// idStopped: the safety gate stopped a vehicle that was armed, and nobody had ordered it.
const idStopped daemon.MessageID = "b4116ca0923e473c8c0ec1153ea32f97"

// stateLogEvery is the least time between two entries about the state, but for those about a stop.
const stateLogEvery = int64(time.Second)

// stateLog logs changes of the gate's state: a stop at once, anything else at most once a second, with how many changes were
// passed over. A lane at the limit of what can be seen changes the state with every frame. What is logged is an event too.
type stateLog struct {
	log      *zap.Logger
	events   *events
	last     msg.Command // that changed the state
	lastNs   int64       // when
	logged   msg.Mode    // that the last entry was about
	loggedNs int64
	held     int // changes since
}

// see takes the state of CLOCK_MONOTONIC nowNs and tells whether it has changed.
func (l *stateLog) see(nowNs int64, c *msg.Command) (changed bool) {
	changed = c.Mode != l.last.Mode || c.Reason != l.last.Reason
	grave := c.Reason == msg.ReasonEmergency || c.Reason == msg.ReasonLinkLost
	stop := c.Mode == msg.ModeStopped && (l.last.Mode != msg.ModeStopped || grave)
	if changed {
		l.held++
		l.last, l.lastNs = *c, nowNs
	}
	if changed && stop || l.held > 0 && (l.loggedNs == 0 || nowNs-l.loggedNs >= stateLogEvery) {
		l.write(nowNs)
	}
	return changed
}

// write logs the state. A stop that nobody ordered is for a person to look at.
func (l *stateLog) write(nowNs int64) {
	fields := about(l.lastNs, &l.last)
	if l.loggedNs != 0 {
		fields = append(fields, zap.Stringer("before", l.logged))
	}
	if l.held > 1 {
		fields = append(fields, zap.Int("held_back", l.held-1))
	}
	severity, stopped := telemetry.Info, l.last.Mode == msg.ModeStopped
	if stopped && (!ordered(l.last.Reason) || l.last.Reason == msg.ReasonEmergency) {
		severity = telemetry.Warning
	}
	if stopped && !ordered(l.last.Reason) {
		l.log.Warn("the safety gate stopped the vehicle", append(fields, idStopped.Field())...)
	} else {
		l.log.Info("state", fields...) // an emergency stop has an entry of its own
	}
	text := l.last.Mode.String()
	if l.last.Reason != msg.ReasonNone {
		text += ": " + l.last.Reason.String()
	}
	l.events.add(during(l.lastNs, &l.last, telemetry.EventState, severity, text))
	l.logged, l.loggedNs, l.held = l.last.Mode, nowNs, 0
}

// ordered tells a stop that somebody asked for.
func ordered(r msg.Reason) bool {
	return r == msg.ReasonShutdown || r == msg.ReasonEmergency || r == msg.ReasonPaused
}
