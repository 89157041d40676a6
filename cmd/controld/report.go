package main

import (
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"lanekeeper/control"
	"lanekeeper/daemon"
	"lanekeeper/meter"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// statusEvery is how often /status changes while the state does not.
const statusEvery = int64(100 * time.Millisecond)

// report tells people how the vehicle is driven.
type report struct {
	notify   *daemon.Notifier
	log      *zap.Logger // limited: from the loop
	states   stateLog
	actuator string
	out      *shm.Writer
	latency  *meter.Meter // capture to command
	newest   atomic.Pointer[status]
	saidNs   int64
	unread   string // why detections cannot be read; empty when they can, or when there are none

	age  prometheus.Histogram
	gate *prometheus.GaugeVec
}

// status is the daemon's part of /status. Numbers that are not known are null.
type status struct {
	State      string   `json:"state"`
	Reason     string   `json:"reason"`
	Inputs     string   `json:"inputs"` // none when arming would be granted
	Armed      bool     `json:"armed"`
	Emergency  bool     `json:"emergency_stop"`
	Actuator   string   `json:"actuator"`
	FrameID    int64    `json:"frame_id"`
	RateHz     float64  `json:"rate_hz"`
	Commands   uint64   `json:"commands"`
	Steering   float64  `json:"steering"`
	Throttle   float64  `json:"throttle"`
	Brake      float64  `json:"brake"`
	OffsetM    *float64 `json:"offset_m"`
	HeadingRad *float64 `json:"heading_rad"`
	Departure  string   `json:"departure"`
	Confidence float64  `json:"confidence"`
	LatencyP50 float64  `json:"latency_p50_ms"` // capture to command
	LatencyP99 float64  `json:"latency_p99_ms"`
	LatencyMax float64  `json:"latency_max_ms"`
}

func newReport(d *daemon.Daemon[config], s *stage) *report {
	r := &report{
		notify: d.Notify, log: daemon.Throttle(d.Log.Logger, time.Second), states: stateLog{log: d.Log.Logger},
		actuator: s.cfg.Actuator, out: s.out,
		latency: meter.New(),
		age: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: daemon.Product + "_control_latency_seconds", Help: "From the capture of a frame to its command.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 12),
		}),
		gate: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: daemon.Product + "_control_state", Help: "1 for the state that the safety gate is in.",
		}, []string{"state"}),
	}
	d.Metrics.MustRegister(r.age, r.gate)
	r.newest.Store(&status{State: msg.ModeStandby.String(), Actuator: r.actuator})
	d.OnStatus(func() any { return r.newest.Load() })
	return r
}

// alive follows the state in every round of the loop.
func (r *report) alive(c *msg.Command, ctrl *control.Controller) {
	r.notify.Watchdog()
	now := shm.NowNs()
	changed := r.states.see(now, c)
	if !changed && now-r.saidNs < statusEvery {
		return
	}
	r.saidNs = now
	if changed {
		r.gate.Reset()
		r.gate.WithLabelValues(c.Mode.String()).Set(1)
	}
	st, lat := ctrl.Status(), r.latency.Read(now)
	s := &status{
		State: c.Mode.String(), Reason: c.Reason.String(), Inputs: st.Inputs.String(), Armed: st.Armed, Emergency: st.Emergency,
		Actuator: r.actuator, FrameID: c.FrameID, RateHz: st.RateHz, Commands: r.out.Stats().Published,
		Steering: c.Steering, Throttle: c.Throttle, Brake: c.Brake, OffsetM: known(c.OffsetM), HeadingRad: known(c.HeadingRad),
		Departure: c.Departure.String(), Confidence: c.Confidence,
		LatencyP50: ms(lat.P50Ns), LatencyP99: ms(lat.P99Ns), LatencyMax: ms(lat.MaxNs),
	}
	r.newest.Store(s)
	line := s.State
	if c.Reason != msg.ReasonNone {
		line += " (" + s.Reason + ")"
	}
	if r.unread != "" {
		r.notify.Status(line + ": detections cannot be read: " + r.unread)
		return
	}
	r.notify.Status(fmt.Sprintf("%s, %.1f Hz, capture to command p99 %.1f ms", line, s.RateHz, s.LatencyP99))
}

// command measures a command that answers a detection.
func (r *report) command(c *msg.Command, d *msg.Detection) {
	now := shm.NowNs()
	r.unread = ""
	r.latency.Observe(now, now-d.CaptureNs)
	r.age.Observe(float64(now-d.CaptureNs) / 1e9)
	if c.Departure == msg.DepartureLeft || c.Departure == msg.DepartureRight {
		r.log.Warn("leaving the lane", zap.Stringer("side", c.Departure), zap.Float64("offset_m", c.OffsetM), zap.Int64("frame_id", c.FrameID))
	}
}

// waiting says, once for each reason, why detections cannot be read. That there are none yet is none: the state tells.
func (r *report) waiting(why error) {
	if why == nil || errors.Is(why, shm.ErrNoSegment) {
		r.unread = ""
		return
	}
	if r.unread != why.Error() {
		r.unread = why.Error()
		r.log.Warn("detections cannot be read", zap.Error(why))
	}
}

// refused says that the vehicle may not be doing what it was told to.
func (r *report) refused(err error) {
	r.log.Error("the actuator did not take a command", zap.Error(err))
}

func (r *report) trouble(err error) { r.log.Warn("a detection or command was lost", zap.Error(err)) }

func known(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func ms(ns int64) float64 { return float64(ns) / float64(time.Millisecond) }
