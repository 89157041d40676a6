package main

import (
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"lanekeeper/daemon"
	"lanekeeper/meter"
	"lanekeeper/msg"
	"lanekeeper/telemetry"
)

func TestEvents(t *testing.T) {
	var e events
	if list, next := e.after(0); list == nil || len(list) != 0 || next != 0 {
		t.Errorf("nothing has happened: %v, next %d", list, next)
	}
	for range 3 {
		e.add(happening(1, telemetry.EventState, telemetry.Info, "standby"))
	}
	for after, want := range map[uint64][]uint64{0: {1, 2, 3}, 2: {3}, 3: {}, 57: {1, 2, 3}} { // 57 is an earlier controld's
		list, next := e.after(after)
		if len(list) != len(want) || next != 3 {
			t.Errorf("after %d: %d events, next %d; %d, 3 expected", after, len(list), next, len(want))
		}
		for i := range list {
			if list[i].ID != want[i] {
				t.Errorf("after %d: event %d, %d expected", after, list[i].ID, want[i])
			}
		}
	}
	for range 1000 {
		e.add(happening(1, telemetry.EventState, telemetry.Info, strings.Repeat("x", 5000)))
	}
	list, next := e.after(3)
	if len(list) != eventsKept || list[0].ID != 1003-eventsKept+1 || next != 1003 || len(list[0].Text) != maxEventText {
		t.Errorf("%d events, from %d, next %d, of %d bytes", len(list), list[0].ID, next, len(list[0].Text))
	}
	for text, ok := range map[string]bool{"": true, "0": true, "7": true, "-1": false, "x": false, "1e3": false} {
		_, err := e.list(t.Context(), url.Values{"after": {text}})
		var usage *daemon.UsageError
		if ok != (err == nil) || err != nil && !errors.As(err, &usage) {
			t.Errorf("after=%q: %v", text, err)
		}
	}
}

// TestEventsConcurrently has many add while one reads on and on: nothing comes twice, out of order or changed, and whoever
// keeps up misses nothing.
func TestEventsConcurrently(t *testing.T) {
	const writers, each = 4, 2000
	var e events
	var added sync.WaitGroup
	pace := make(chan struct{}, eventsKept/2) // of events that the reader has not seen
	for range writers {
		added.Go(func() {
			for range each {
				pace <- struct{}{}
				e.add(telemetry.Event{Text: "x"})
			}
		})
	}
	for seen := uint64(0); seen < writers*each; {
		list, next := e.after(seen)
		for i := range list {
			seen++
			if list[i].ID != seen || list[i].Text != "x" {
				t.Fatalf("event %d, %d expected", list[i].ID, seen)
			}
			<-pace
		}
		if next != seen {
			t.Fatalf("next %d after event %d", next, seen)
		}
	}
	added.Wait()
}

// TestDepartureEvents come when the vehicle comes onto a line, not for as long as it is there.
func TestDepartureEvents(t *testing.T) {
	r := report{log: zap.NewNop(), events: new(events), latency: meter.New()}
	for _, c := range []struct {
		mode msg.Mode
		side msg.Departure
		more uint64
	}{
		{msg.ModeActive, msg.DepartureNone, 0},
		{msg.ModeActive, msg.DepartureLeft, 1},
		{msg.ModeDegraded, msg.DepartureLeft, 1},
		{msg.ModeDegraded, msg.DepartureUnknown, 1},
		{msg.ModeActive, msg.DepartureLeft, 1},
		{msg.ModeActive, msg.DepartureRight, 2},
		{msg.ModeActive, msg.DepartureNone, 2},
		{msg.ModeActive, msg.DepartureRight, 3},
		{msg.ModeStopped, msg.DepartureRight, 3},
		{msg.ModeActive, msg.DepartureRight, 4},
		{msg.ModeStandby, msg.DepartureLeft, 4},
	} {
		r.departure(1, &msg.Command{Mode: c.mode, Departure: c.side})
		if got := r.events.last.Load(); got != c.more {
			t.Fatalf("%v on %v: %d events, %d expected", c.mode, c.side, got, c.more)
		}
	}
	list, _ := r.events.after(0)
	if ev := list[1]; ev.Kind != telemetry.EventDeparture || ev.Severity != telemetry.Warning || ev.Text != "leaving the lane on the right" || ev.State != "active" {
		t.Errorf("%+v", ev)
	}
}

func TestSeldom(t *testing.T) {
	var s seldom
	const at = int64(5e9)
	if !s.pass(at) || s.pass(at) || s.pass(at+int64(time.Second)-1) || !s.pass(at+int64(time.Second)) {
		t.Error("not one a second")
	}
}
