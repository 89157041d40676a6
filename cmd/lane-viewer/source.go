package main

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"lanekeeper/telemetry"
	"lanekeeper/telemetry/endpoint"
	"lanekeeper/telemetry/receiver"
	"lanekeeper/viewer"
)

// source is a vehicle over ZeroMQ, as the viewer has it.
type source struct {
	vehicle *receiver.Vehicle
	heard   viewer.Listener // set before the receiver runs
}

// newSource checks what a vehicle was given as; it connects to nothing yet.
func newSource(z *endpoint.Context, o receiver.Options) (*source, error) {
	s := &source{}
	var err error
	s.vehicle, err = receiver.Open(z, o, receiver.Handlers{
		Picture: s.picture, Message: s.message, Link: s.link, Notice: s.notice, Stats: s.stats,
	})
	return s, err
}

// Run receives until ctx ends.
func (s *source) Run(ctx context.Context, told viewer.Listener) error {
	s.heard = told
	s.vehicle.Run(ctx)
	return nil
}

// close ends what Run has not.
func (s *source) close() {
	if c := s.vehicle.Commands(); c != nil {
		c.Close()
	}
}

func (s *source) picture(p receiver.Picture) {
	text, err := json.Marshal(p.Frame)
	if err != nil {
		return // a timestamp that is no number
	}
	s.heard.Message(viewer.Message{
		Topic: telemetry.TopicFrame, JSON: text, JPEG: p.JPEG,
		ReceivedAt: p.Received, AgeMs: p.AgeMs, DelayMs: p.DelayMs, Exact: p.Exact,
	})
}

func (s *source) message(m receiver.Message) {
	s.heard.Message(viewer.Message{
		Topic: m.Topic, JSON: m.Data, ReceivedAt: m.Received, AgeMs: m.AgeMs, DelayMs: m.DelayMs, Exact: m.Exact,
	})
}

func (s *source) link(l receiver.Link) { s.heard.Link(string(l.State), l.Text) }

// notice is an event of the viewer's own.
func (s *source) notice(n receiver.Notice) {
	now := time.Now()
	text, err := json.Marshal(telemetry.Event{
		TimeS: float64(now.UnixNano()) / float64(time.Second), Kind: viewer.Noticed, Severity: telemetry.Warning, Text: n.Text,
	})
	if err != nil {
		return // text
	}
	s.heard.Message(viewer.Message{Topic: telemetry.TopicEvent, JSON: text, ReceivedAt: now})
}

func (s *source) stats(st receiver.Stats) {
	s.heard.Stats(viewer.Stats{
		FPS: st.FPS, Frames: st.Frames, Dropped: st.Dropped, BytesPerS: st.BytesPerS, DelayP50Ms: st.DelayP50Ms, DelayP99Ms: st.DelayP99Ms,
	})
}

// errNoCommands is what a vehicle without a client for commands answers. Pages are not offered any.
var errNoCommands = errors.New("this vehicle takes no commands from here")

// Do has a command carried out.
func (s *source) Do(ctx context.Context, command string, args json.RawMessage) (telemetry.Answer, error) {
	c := s.vehicle.Commands()
	if c == nil {
		return telemetry.Answer{}, errNoCommands
	}
	if command != telemetry.CommandSet {
		args = nil // of the others none has any
	}
	return c.Do(ctx, command, args)
}

// Keep says that whoever took control is still there.
func (s *source) Keep(ctx context.Context) (telemetry.Answer, error) {
	return s.Do(ctx, telemetry.CommandKeep, nil)
}

// Params lists what set takes.
func (s *source) Params(ctx context.Context) ([]telemetry.Param, error) {
	c := s.vehicle.Commands()
	if c == nil {
		return nil, errNoCommands
	}
	return c.Params(ctx)
}
