package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/telemetry"
)

// eventsKept is how many of the last events are remembered.
const eventsKept = 256

// maxEventText bounds what an event says: an error may quote anything.
const maxEventText = 300

// events are the last things that happened to the vehicle. Adding one never waits, not even for whoever reads: the control
// loop adds some. The slots are pointers for that, and an event never changes once it is in one.
type events struct {
	last  atomic.Uint64
	slots [eventsKept]atomic.Pointer[telemetry.Event]
}

// add numbers an event, and puts it into its slot unless a later one has been put there meanwhile.
func (e *events) add(ev telemetry.Event) {
	if len(ev.Text) > maxEventText {
		ev.Text = ev.Text[:maxEventText]
	}
	ev.ID = e.last.Add(1)
	slot := &e.slots[ev.ID%eventsKept]
	for old := slot.Load(); (old == nil || old.ID < ev.ID) && !slot.CompareAndSwap(old, &ev); old = slot.Load() {
		// Each turn another event, with another number, took the slot first.
	}
}

// after are the events with greater numbers than n, as far as they are remembered, and what n to ask with next. An n that is
// ahead of them all is of an earlier controld: it gets everything.
func (e *events) after(n uint64) (list []telemetry.Event, next uint64) {
	last := e.last.Load()
	if n > last {
		n = 0
	}
	list = []telemetry.Event{}
	for id := max(n, last-min(last, eventsKept)) + 1; id <= last; id++ {
		ev := e.slots[id%eventsKept].Load()
		if ev == nil || ev.ID < id {
			break // it is being added at this moment; who comes again finds it, and what follows
		}
		if ev.ID == id {
			list = append(list, *ev)
		}
		n = id
	}
	return list, n
}

// eventList answers GET /events.
type eventList struct {
	Events []telemetry.Event `json:"events"`
	Next   uint64            `json:"next"`
}

// list answers what happened after=N.
func (e *events) list(_ context.Context, query url.Values) (any, error) {
	var n uint64
	if text := query.Get("after"); text != "" {
		var err error
		if n, err = strconv.ParseUint(text, 10, 64); err != nil {
			return nil, &daemon.UsageError{Err: fmt.Errorf("request: after=%q: the number of an event expected", text)}
		}
	}
	list, next := e.after(n)
	return eventList{Events: list, Next: next}, nil
}

// happening is an event at CLOCK_MONOTONIC atNs, which may be a moment ago.
func happening(atNs int64, kind, severity, text string) telemetry.Event {
	wall := time.Now().Add(-time.Duration(max(0, shm.NowNs()-atNs)))
	return telemetry.Event{
		TimeS: float64(wall.UnixNano()) / 1e9, TimeNs: atNs, Kind: kind, Severity: severity, Text: text,
	}
}

// during is a happening with the state that a command stands for.
func during(atNs int64, c *msg.Command, kind, severity, text string) telemetry.Event {
	ev := happening(atNs, kind, severity, text)
	ev.State, ev.Reason = c.Mode.String(), c.Reason.String()
	return ev
}

// seldom lets one pass a second.
type seldom struct{ nextNs atomic.Int64 }

func (s *seldom) pass(nowNs int64) bool {
	next := s.nextNs.Load()
	return nowNs >= next && s.nextNs.CompareAndSwap(next, nowNs+int64(time.Second))
}
