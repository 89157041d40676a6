package viewertest

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"sync"
	"time"

	"lanekeeper/msg"
	"lanekeeper/telemetry"
	"lanekeeper/viewer"
)

// Vehicle is a viewer.Source with no vehicle behind it.
type Vehicle struct {
	FPS float64 // of frames; 0 for 30

	mu       sync.Mutex
	told     viewer.Listener
	frame    int64
	event    uint64
	state    state
	params   []telemetry.Param
	kept     int
	given    []string
	silent   bool
	keepLost bool
}

// state is what the vehicle does.
type state struct {
	paused, stopped, lost bool
	operator              string
	at                    float64 // m along the road
	offsetM               float64
}

// Run plays until ctx ends.
func (v *Vehicle) Run(ctx context.Context, told viewer.Listener) error {
	fps := v.FPS
	if fps == 0 {
		fps = 30
	}
	v.mu.Lock()
	v.told = told
	v.mu.Unlock()
	told.Link(viewer.LinkLive, "live")
	v.say(telemetry.Info, telemetry.EventOrder, "armed", "")
	tick := time.NewTicker(time.Duration(float64(time.Second) / fps))
	defer tick.Stop()
	began, nextStatus := time.Now(), time.Now()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			v.mu.Lock()
			silent := v.silent
			v.mu.Unlock()
			if silent {
				continue
			}
			if v.step(now, 1/fps); !now.Before(nextStatus) {
				nextStatus = now.Add(time.Second)
				v.status(now, now.Sub(began))
				delay := 0.4
				told.Stats(viewer.Stats{FPS: fps, Frames: uint64(v.frame), BytesPerS: 9000 * fps, DelayP50Ms: &delay, DelayP99Ms: &delay})
			}
		}
	}
}

// Fall has the vehicle say nothing, as one that cannot be reached; with false it is back.
func (v *Vehicle) Fall(silent bool) {
	v.mu.Lock()
	v.silent = silent
	told := v.told
	v.mu.Unlock()
	if silent {
		told.Link(viewer.LinkLost, "no message from the vehicle for 3 s: is it switched on?")
		return
	}
	told.Link(viewer.LinkLive, "live")
}

// step drives on for one frame and tells of it.
func (v *Vehicle) step(now time.Time, dt float64) {
	const speedMps, captureAgo, detectAgo = 8, 12 * time.Millisecond, 6 * time.Millisecond
	v.mu.Lock()
	s := &v.state
	drives := !s.paused && !s.stopped && !s.lost
	if drives {
		s.at += speedMps * dt
	}
	s.offsetM = 0.25 * math.Sin(s.at/11)
	v.frame++
	frame, at, offset := v.frame, s.at, s.offsetM
	mode, reason := s.mode()
	v.mu.Unlock()

	captured := now.Add(-captureAgo)
	ns := func(t time.Time) int64 { return t.UnixNano() }
	v.tell(telemetry.TopicFrame, telemetry.Frame{
		Timestamp: float64(captured.UnixNano()) / 1e9, FrameID: frame, Width: pictureWidth, Height: pictureHeight,
	}, picture(at, offset), captured, now)
	heading, curvature, width, confidence := 0.02*math.Cos(at/11), curvatureAt(at), 3.5, 0.9
	departure := msg.DepartureNone
	if math.Abs(offset) > 0.24 {
		departure = msg.DepartureLeft
	}
	v.tell(telemetry.TopicLane, telemetry.LaneFound{
		FrameID: frame, CaptureNs: ns(captured), FramePublishedNs: ns(captured.Add(2 * time.Millisecond)), PublishedNs: ns(now.Add(-detectAgo)),
		SentNs: ns(now), Width: frameWidth, Height: frameHeight, Method: "cv", ProcessingTimeMs: 3.2,
		Left: line(at, offset, +1), Right: line(at, offset, -1), OffsetM: &offset, HeadingRad: &heading, CurvaturePerM: &curvature,
		LaneWidthM: &width, Departure: departure.String(), Evaluated: uint64(frame),
	}, nil, captured, now)
	c := telemetry.Control{
		FrameID: frame, CaptureNs: ns(captured), CommandNs: ns(now.Add(-detectAgo + time.Millisecond)),
		ValidUntilNs: ns(now.Add(100 * time.Millisecond)),
		PublishedNs:  ns(now.Add(-detectAgo + 2*time.Millisecond)), SentNs: ns(now), State: mode.String(), Reason: reason.String(),
		OffsetM: &offset, HeadingRad: &heading, Confidence: confidence, Departure: departure.String(),
	}
	speed := 0.0
	if drives {
		c.Steering, c.Throttle, speed = math.Max(-1, math.Min(1, offset+40*curvature)), 0.35, speedMps
	} else {
		c.Brake = 1
	}
	c.SpeedMps = &speed
	v.tell(telemetry.TopicControl, c, nil, captured, now)
}

// mode is what the safety gate says.
func (s *state) mode() (msg.Mode, msg.Reason) {
	switch {
	case s.stopped:
		return msg.ModeStopped, msg.ReasonEmergency
	case s.paused, s.lost:
		return msg.ModeStopped, msg.ReasonNone
	}
	return msg.ModeActive, msg.ReasonNone
}

// status is what both daemons say once a second.
func (v *Vehicle) status(now time.Time, up time.Duration) {
	v.mu.Lock()
	s := v.state
	v.mu.Unlock()
	detail, err := json.Marshal(map[string]any{"paused": s.paused, "link_lost": s.lost, "operator": s.operator, "emergency_stop": s.stopped})
	if err != nil {
		return // booleans and text
	}
	for i, name := range []string{"lane-detectd", "controld"} {
		v.tell(telemetry.TopicStatus, telemetry.Status{
			Name: name, Version: "test", PID: 100 + i, UptimeS: up.Seconds(), Line: "30.0 fps", SentNs: now.UnixNano(),
			WallS: float64(now.UnixNano()) / 1e9, BootID: "test", Sender: telemetry.Sender{RateHz: 30, EncodeMs: 2.1}, Detail: detail,
		}, nil, time.Time{}, now)
	}
}

// say tells of an event.
func (v *Vehicle) say(severity, kind, text, by string) {
	v.mu.Lock()
	v.event++
	id := v.event
	mode, reason := v.state.mode()
	v.mu.Unlock()
	now := time.Now()
	v.tell(telemetry.TopicEvent, telemetry.Event{
		ID: id, TimeS: float64(now.UnixNano()) / 1e9, TimeNs: now.UnixNano(), Kind: kind, Severity: severity, Text: text,
		State: mode.String(), Reason: reason.String(), By: by,
	}, nil, time.Time{}, now)
}

// tell hands a message to the viewer.
func (v *Vehicle) tell(topic string, value any, jpeg []byte, captured, sent time.Time) {
	if f, ok := value.(telemetry.Frame); ok {
		f.JPEGSize = len(jpeg)
		value = f
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", topic, err)) // telemetry's own types
	}
	v.mu.Lock()
	told := v.told
	v.mu.Unlock()
	if told == nil {
		return
	}
	now := time.Now()
	since := func(at time.Time) *float64 {
		ms := float64(now.Sub(at)) / float64(time.Millisecond)
		return &ms
	}
	m := viewer.Message{Topic: topic, JSON: text, JPEG: jpeg, ReceivedAt: now, AgeMs: since(sent), DelayMs: since(sent), Exact: true}
	if !captured.IsZero() {
		m.AgeMs = since(captured)
	}
	told.Message(m)
}
