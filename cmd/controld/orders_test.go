package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"lanekeeper/control"
	"lanekeeper/daemon"
	"lanekeeper/shm"
	"lanekeeper/telemetry"
)

// withLoop runs a stage and its loop while the test does something, and returns what was logged.
func withLoop(t *testing.T, do func(d *daemon.Daemon[config], s *stage)) string {
	t.Helper()
	return withStage(t, &fakeActuator{}, func(ctx context.Context, d *daemon.Daemon[config], s *stage) {
		ctx, cancel := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- s.loop(ctx) }()
		do(d, s)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestOrders gives orders over the control socket to a vehicle that stands in standby, as nothing is seen.
func TestOrders(t *testing.T) {
	const drive = "the vehicle is disarmed: arm it on the vehicle"
	type want struct {
		status int    // of the answer; 200 in order
		says   string // in a refusal
		paused bool
		holder string
		event  string // that follows; "" for none
	}
	steps := []struct {
		path, body string
		want
	}{
		{"/pause", `{"by":"ann"}`, want{200, "", true, "", "order info paused by ann"}},
		{"/resume", `{"by":"ann","id":"a"}`, want{409, "resuming: " + drive, true, "", "order warning resume was refused: resuming: " + drive + " by ann"}},
		{"/disarm", ``, want{200, "", false, "", "order info disarmed by vehicle"}},
		{"/control/take", `{"by":"ann"}`, want{400, "id: missing", false, "", ""}},
		{"/control/take", `{"by":"ann","id":"a"}`, want{200, "", false, "ann", "order info control taken by ann"}},
		{"/control/take", `{"by":"bob","id":"b"}`, want{409, "ann has control", false, "ann", ""}},
		{"/control/keep", `{"id":"a"}`, want{200, "", false, "ann", ""}},
		{"/control/keep", `{"id":"b"}`, want{409, "ann has control", false, "ann", ""}},
		{"/control/may", `{"by":"bob","id":"b"}`, want{409, "ann has control", false, "ann", ""}},
		{"/control/may", `{"by":"ann","id":"a"}`, want{200, "", false, "ann", ""}},
		{"/control/may", `{"by":"ann"}`, want{400, "id: missing", false, "ann", ""}},
		{"/tracking/reset", `{"by":"bob","id":"b"}`, want{409, "ann has control", false, "ann", ""}},
		{"/tracking/reset", `{"by":"ann","id":"a"}`, want{200, "", false, "ann", "order info tracking reset by ann"}},
		{"/control/give", `{"by":"bob","id":"b"}`, want{409, "ann has control", false, "ann", ""}},
		{"/control/give", `{"by":"ann","id":"a"}`, want{200, "", false, "", "order info control given back by ann"}},
		{"/control/give", `{"by":"ann","id":"a"}`, want{409, "control is not with you", false, "", ""}},
		{"/arm", `{"by":7}`, want{400, "request: ", false, "", ""}},
		{"/estop/clear", `{"by":""}`, want{400, "1 to 64 printable ASCII characters", false, "", ""}},
		{"/pause", `{"by":"\n"}`, want{200, "", true, "", "order info paused by unknown"}},
		{"/estop", `[1]`, want{200, "", false, "", "order info emergency stop by unknown"}},
		{"/resume", ``, want{409, "emergency stop is set", false, "", ""}},
		{"/estop/clear", `{"by":"eve"}`, want{200, "", false, "", "order info emergency stop cleared by eve"}},
	}
	logged := withLoop(t, func(d *daemon.Daemon[config], s *stage) {
		socket := daemon.SocketPath(d.RunDir, d.Prefix, d.Name)
		heard := uint64(0)
		var usage *daemon.AnswerError
		if err := daemon.Get(t.Context(), socket, "/events?after=last", nil); !errors.As(err, &usage) || usage.Status != 400 {
			t.Errorf("events after nothing that is a number: %v", err)
		}
		for _, k := range steps {
			s.operator.refusals.nextNs.Store(shm.NowNs() + int64(1e12)) // no refusal becomes an event
			if k.status == 409 && k.event != "" {
				s.operator.refusals.nextNs.Store(0)
			}
			var body any
			if k.body != "" {
				body = json.RawMessage(k.body)
			}
			err := daemon.Post(t.Context(), socket, k.path, body, nil)
			var answer *daemon.AnswerError
			if refused := errors.As(err, &answer); refused != (k.status != 200) || refused && (answer.Status != k.status || !strings.Contains(answer.Message, k.says)) {
				t.Errorf("%s %s: %v; status %d, %q expected", k.path, k.body, err, k.status, k.says)
			}
			settle(t, s)
			var got status
			if err := daemon.Get(t.Context(), socket, "/status", &daemon.Status{Detail: &got}); err != nil {
				t.Fatal(err)
			}
			if got.Paused != k.paused || got.Operator != k.holder || got.LinkLost || got.Armed {
				t.Errorf("%s %s: %+v; paused %v and control with %q expected", k.path, k.body, got, k.paused, k.holder)
			}
			var list eventList
			if err := daemon.Get(t.Context(), socket, fmt.Sprintf("/events?after=%d", heard), &list); err != nil {
				t.Fatal(err)
			}
			heard = list.Next
			said := ""
			for _, e := range list.Events {
				if e.Kind == telemetry.EventOrder {
					said += fmt.Sprintf("%s %s %s by %s", e.Kind, e.Severity, e.Text, e.By)
				}
			}
			if said != k.event {
				t.Errorf("%s %s: event %q, %q expected", k.path, k.body, said, k.event)
			}
		}
	})
	for _, want := range []string{
		`an operator's order was carried out`, `"order": "pause", "by": "ann"`, `"order": "disarm", "by": "vehicle"`,
		`an operator's order was refused`, `"order": "take control", "by": "bob", "error": "taking control: ann has control`,
	} {
		if !strings.Contains(logged, want) {
			t.Errorf("no %s in\n%s", want, logged)
		}
	}
	if strings.Contains(logged, `"order": "keep control", "by": "vehicle"}`) {
		t.Errorf("keeping control is logged:\n%s", logged)
	}
}

// settle waits until the loop has gone round, so that what it did is shown.
func settle(t *testing.T, s *stage) {
	t.Helper()
	for range 2 {
		if err := s.operator.give(t.Context(), func(*control.Controller) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOrdersWhileTheLoopHangs are errors, and no pause that comes later.
func TestOrdersWhileTheLoopHangs(t *testing.T) {
	logged := withStage(t, &fakeActuator{}, func(_ context.Context, d *daemon.Daemon[config], s *stage) {
		socket := daemon.SocketPath(d.RunDir, d.Prefix, d.Name)
		for path, body := range map[string]string{"/pause": `{"by":"ann"}`, "/control/take": `{"by":"ann","id":"a"}`} {
			err := daemon.Post(t.Context(), socket, path, json.RawMessage(body), nil)
			var answer *daemon.AnswerError
			if !errors.As(err, &answer) || answer.Status != 409 || !strings.Contains(answer.Message, "cut the vehicle's power if it moves") {
				t.Errorf("%s: %v", path, err)
			}
		}
		if s.operator.serve(s.controller) || s.controller.Status().Paused {
			t.Error("an order that was given up was carried out")
		}
		if list, _ := s.report.events.after(0); len(list) != 2 || list[0].Severity != telemetry.Error || list[0].By != "ann" {
			t.Errorf("%+v", list)
		}
	})
	if n := strings.Count(logged, "an operator's order was not carried out"); n != 2 {
		t.Errorf("logged %d times:\n%s", n, logged)
	}
}

// TestKeepingIsNoNews: an operator who is heard of does not make the loop give commands out anew.
func TestKeepingIsNoNews(t *testing.T) {
	withStage(t, &fakeActuator{}, func(_ context.Context, _ *daemon.Daemon[config], s *stage) {
		if err := s.controller.TakeControl(shm.NowNs(), "a", "ann"); err != nil {
			t.Fatal(err)
		}
		for often, news := range map[bool]bool{true: false, false: true} {
			s.operator.orders = make(chan directive, 1)
			done := make(chan error, 1)
			s.operator.orders <- directive{often: often, done: done, do: func(*control.Controller) error { return nil }}
			if got := s.operator.serve(s.controller); got != news || <-done != nil {
				t.Errorf("often %v: news %v", often, got)
			}
		}
	})
}
