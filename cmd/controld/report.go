package main

import (
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"lanekeeper/control"
	"lanekeeper/daemon"
	"lanekeeper/internal/segmentlog"
	"lanekeeper/meter"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/telemetry"
	"lanekeeper/telemetry/sender"
)

// statusEvery is how often /status changes while the state does not.
const statusEvery = int64(100 * time.Millisecond)

// What happens while the vehicle is driven.
const (
	idLeaving     daemon.MessageID = "22ce91a39711407d97514c62771e3b0d" // the lane
	idActuator    daemon.MessageID = "bff0fe1a9fff42f0b9715d8a879b2360" // it did not take a command
	idUnpublished daemon.MessageID = "cb29d2b0dd1a4ab297dec0822d6f6530" // a command did not get into its segment
	idParams      daemon.MessageID = "d8af3ac0ae764797b192912c28da88bc" // the controller did not take new parameters
)

// report tells people how the vehicle is driven.
type report struct {
	notify   *daemon.Notifier
	log      *zap.Logger // limited: from the loop
	states   stateLog
	events   *events
	leaving  msg.Departure // that the last event was about, while it lasts
	refusals seldom        // of the actuator's that become events
	actuator string
	in       segmentlog.Log
	out      *shm.Writer
	commands segmentlog.Log // that is written to
	latency  *meter.Meter   // capture to command
	newest   atomic.Pointer[status]
	saidNs   int64
	metrics  *metrics

	telemetry atomic.Pointer[sender.Supervisor] // nil: off
}

// status is the daemon's part of /status. Numbers that are not known are null.
type status struct {
	State      string   `json:"state"`
	Reason     string   `json:"reason"`
	Inputs     string   `json:"inputs"` // none when arming would be granted
	Armed      bool     `json:"armed"`
	Emergency  bool     `json:"emergency_stop"`
	Paused     bool     `json:"paused"`
	LinkLost   bool     `json:"link_lost"`
	Operator   string   `json:"operator"` // who has control from afar; empty for nobody
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

	Telemetry *sender.State `json:"telemetry,omitempty"` // when it is on
}

func newReport(d *daemon.Daemon[config], s *stage) *report {
	all := d.Log.With(zap.String("actuator", s.cfg.Actuator))
	log := daemon.Throttle(all, time.Second)
	happened := new(events)
	r := &report{
		notify: d.Notify, log: log, states: stateLog{log: all, events: happened}, events: happened, actuator: s.cfg.Actuator, out: s.out,
		in:       segmentlog.Log{Log: log, Place: d.Place, Name: s.cfg.DetectionShmName},
		commands: segmentlog.Log{Log: log, Place: d.Place, Name: s.cfg.CommandShmName},
		latency:  meter.New(),
	}
	r.metrics = newMetrics(d.Part("control"), r, s.cfg.Slots)
	r.newest.Store(&status{State: msg.ModeStandby.String(), Actuator: r.actuator})
	d.OnStatus(func() any {
		s := *r.newest.Load()
		s.Telemetry = r.telemetry.Load().State()
		return &s
	})
	return r
}

// alive follows the state in every round of the loop. After an order /status is anew at once.
func (r *report) alive(c *msg.Command, ctrl *control.Controller, ordered bool) {
	r.notify.Watchdog()
	now := shm.NowNs()
	changed := r.states.see(now, c)
	if !changed && !ordered && now-r.saidNs < statusEvery {
		return
	}
	r.saidNs = now
	if changed {
		r.metrics.changed(c)
	}
	st, lat := ctrl.Status(), r.latency.Read(now)
	s := &status{
		State: c.Mode.String(), Reason: c.Reason.String(), Inputs: st.Inputs.String(), Armed: st.Armed, Emergency: st.Emergency,
		Paused: st.Paused, LinkLost: st.LinkLost, Operator: st.Operator,
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
	if why := r.in.Why(); why != "" {
		r.notify.Status(line + ": detections cannot be read: " + why)
		return
	}
	r.notify.Status(fmt.Sprintf("%s, %.1f Hz, capture to command p99 %.1f ms%s", line, s.RateHz, s.LatencyP99, r.telemetry.Load().Suffix()))
}

// command measures a command that answers a detection published at publishNs.
func (r *report) command(c *msg.Command, d *msg.Detection, publishNs int64) {
	now := shm.NowNs()
	r.in.Read()
	r.latency.Observe(now, now-d.CaptureNs)
	r.metrics.answered(now, publishNs, d.CaptureNs)
	r.departure(now, c)
}

// departure tells of a vehicle on the lane's line. One that nobody drives here may be wherever it was put.
func (r *report) departure(now int64, c *msg.Command) {
	drives := c.Mode == msg.ModeActive || c.Mode == msg.ModeDegraded
	if !drives || c.Departure == msg.DepartureNone {
		r.leaving = msg.DepartureNone
		return
	}
	if c.Departure != msg.DepartureLeft && c.Departure != msg.DepartureRight {
		return // not known just now
	}
	if c.Departure != r.leaving {
		r.leaving = c.Departure
		r.events.add(during(now, c, telemetry.EventDeparture, telemetry.Warning, "leaving the lane on the "+c.Departure.String()))
	}
	if e := r.log.Check(zap.WarnLevel, "leaving the lane"); e != nil {
		e.Write(append(about(now, c), idLeaving.Field(), zap.Stringer("side", c.Departure), zap.Float64("offset_m", c.OffsetM))...)
	}
}

// about names the command that an entry is about, and what it answers.
func about(nowNs int64, c *msg.Command) []zap.Field {
	fields := []zap.Field{zap.Stringer("state", c.Mode), zap.Stringer("reason", c.Reason)}
	if c.FrameID != 0 {
		fields = append(fields, zap.Int64("frame_id", c.FrameID), zap.Duration("latency", time.Duration(nowNs-c.CaptureNs)))
	}
	return fields
}

// waiting says, once for each reason, why detections cannot be read. That there are none yet is none: the state tells.
func (r *report) waiting(why error) { r.in.Unread("detections cannot be read", why) }

// refused says that the vehicle may not be doing what it was told to.
func (r *report) refused(c *msg.Command, err error) {
	r.metrics.refused.Inc()
	now := shm.NowNs()
	if r.refusals.pass(now) {
		r.events.add(during(now, c, telemetry.EventActuator, telemetry.Error, "the actuator did not take a command: "+err.Error()))
	}
	if e := r.log.Check(zap.ErrorLevel, "the actuator did not take a command"); e != nil {
		e.Write(append(about(now, c), idActuator.Field(), zap.Error(err))...)
	}
}

// unpublished says that whoever reads commands did not get this one.
func (r *report) unpublished(c *msg.Command, err error) {
	if e := r.log.Check(zap.WarnLevel, "a command was not published"); e != nil {
		e.Write(append(about(shm.NowNs(), c), idUnpublished.Field(), r.commands.Segment(), zap.Error(err))...)
	}
}

// lost is about a detection. One does not matter; of many the gate has the word.
func (r *report) lost(err error) {
	if !errors.Is(err, shm.ErrOverrun) && !errors.Is(err, shm.ErrTruncated) { // the reader counts these
		r.metrics.damaged.Inc()
	}
	r.log.Info("a detection was lost", r.in.Segment(), zap.Error(err))
}

// unchanged says that parameters are not what /params shows.
func (r *report) unchanged(err error) {
	r.log.Error("changed parameters were not taken", idParams.Field(), zap.Error(err))
}

func known(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func ms(ns int64) float64 { return float64(ns) / float64(time.Millisecond) }
