package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// metrics are control's part of /metrics.
type metrics struct {
	reaction, apply, latency prometheus.Histogram
	commands                 map[msg.Mode]prometheus.Counter
	changes                  map[msg.Reason]prometheus.Counter
	taken, damaged, refused  prometheus.Counter
}

// modes are all that a command can have.
func modes() []msg.Mode {
	return []msg.Mode{msg.ModeStandby, msg.ModeActive, msg.ModeDegraded, msg.ModeStopped}
}

// detections_total has a counter for each outcome.
const (
	detectionsName = "detections_total"
	detectionsHelp = "Detections published to this daemon, by what became of them."
)

func newMetrics(m daemon.Metrics, r *report, slots int) *metrics {
	x := &metrics{
		reaction: m.Histogram("reaction_seconds", "From the publishing of a detection to the publishing of its command.", daemon.WorkBuckets()),
		apply:    m.Histogram("apply_seconds", "Handing a command to the actuator.", daemon.CopyBuckets()),
		latency:  m.Histogram("latency_seconds", "From the capture of a frame to the publishing of its command.", daemon.AgeBuckets()),
		commands: map[msg.Mode]prometheus.Counter{}, changes: map[msg.Reason]prometheus.Counter{},
		taken:   m.Counter(detectionsName, detectionsHelp, "outcome", "taken"),
		damaged: m.Counter(detectionsName, detectionsHelp, "outcome", "damaged"),
		refused: m.Counter("actuator_errors_total", "Commands that the actuator did not take."),
	}
	for _, mode := range modes() {
		x.commands[mode] = m.Counter("commands_total", "Commands given out, by mode.", "mode", mode.String())
		m.GaugeFunc("state", "1 for the state that the safety gate is in.",
			func() float64 { return daemon.Flag(r.newest.Load().State == mode.String()) }, "state", mode.String())
	}
	for reason := range msg.Reason(msg.Reasons) {
		x.changes[reason] = m.Counter("state_changes_total", "Changes of the safety gate's state, by the reason for the new one.",
			"reason", reason.String())
	}
	m.GaugeFunc("armed", "1 while the vehicle is armed.", func() float64 { return daemon.Flag(r.newest.Load().Armed) })
	m.GaugeFunc("emergency_stop", "1 while an emergency stop holds.", func() float64 { return daemon.Flag(r.newest.Load().Emergency) })
	m.GaugeFunc("detections_per_second", "Rate of the last detections.", func() float64 { return r.newest.Load().RateHz })
	m.GaugeFunc("slots", "Commands that the segment holds.", func() float64 { return float64(slots) })
	return x
}

// measureReader adds what the reader counts. It is asked when somebody looks.
func measureReader(m daemon.Metrics, in func() shm.ReaderStats) {
	m.CounterFunc(detectionsName, detectionsHelp, func() uint64 { return in().Overrun }, "outcome", "overrun")
	m.CounterFunc(detectionsName, detectionsHelp, func() uint64 { s := in(); return s.Skipped + s.Before }, "outcome", "skipped")
	m.CounterFunc("attachments_total", "Segments of detections attached to; all but the first are re-attachments.",
		func() uint64 { return in().Attaches })
}

// given counts a command that was given out; the actuator took tookNs.
func (x *metrics) given(c *msg.Command, tookNs int64) {
	x.apply.Observe(seconds(tookNs))
	if n := x.commands[c.Mode]; n != nil {
		n.Inc()
	}
}

// answered measures a command that answers a detection, and was published at nowNs.
func (x *metrics) answered(nowNs, publishNs, captureNs int64) {
	x.taken.Inc()
	x.reaction.Observe(seconds(nowNs - publishNs))
	x.latency.Observe(seconds(nowNs - captureNs))
}

// changed counts a new state.
func (x *metrics) changed(c *msg.Command) {
	if n := x.changes[c.Reason]; n != nil {
		n.Inc()
	}
}

func seconds(ns int64) float64 { return float64(ns) / 1e9 }
