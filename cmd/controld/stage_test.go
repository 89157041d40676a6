package main

import (
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"lanekeeper/control"
	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// TestNeutralIsAppliedUntilItIsTaken has no detection that would bring another command.
func TestNeutralIsAppliedUntilItIsTaken(t *testing.T) {
	act := &fakeActuator{err: errors.New("moving the wheels: no answer")}
	logged := withStage(t, act, func(_ context.Context, _ *daemon.Daemon[config], s *stage) {
		tick := func() {
			t.Helper()
			if err := s.step(&control.Input{SpeedMps: math.NaN(), ActuatorFailed: s.failed}, false); err != nil {
				t.Fatal(err)
			}
		}
		for range 5 {
			tick()
		}
		if len(act.applied) != 5 {
			t.Errorf("applied %d times in 5 ticks", len(act.applied))
		}
		act.err = nil
		tick()
		for range 5 {
			tick()
		}
		if len(act.applied) != 6 {
			t.Errorf("applied %d times, 6 expected: it was taken then", len(act.applied))
		}
		if last := act.applied[5]; last.Mode == msg.ModeActive || last.Throttle != 0 {
			t.Errorf("applied at last %v", last)
		}
	})
	if !strings.Contains(logged, "the actuator did not take a command") || !strings.Contains(strings.ToLower(logged), "error") {
		t.Errorf("no error is logged:\n%s", logged)
	}
}

// TestActuatorFirst has the vehicle told before people are.
func TestActuatorFirst(t *testing.T) {
	act := &fakeActuator{}
	withStage(t, act, func(_ context.Context, _ *daemon.Daemon[config], s *stage) {
		said := ""
		act.onApply = func() { said = s.report.newest.Load().State }
		s.controller.EmergencyStop()
		if err := s.step(&control.Input{SpeedMps: math.NaN()}, true); err != nil {
			t.Fatal(err)
		}
		if said != "standby" || s.report.newest.Load().State != "stopped" {
			t.Errorf("status %s while applied, %s after; standby and stopped expected", said, s.report.newest.Load().State)
		}
	})
}

// TestUnreadableDetections says why nothing can be read.
func TestUnreadableDetections(t *testing.T) {
	logged := withStage(t, &fakeActuator{}, func(ctx context.Context, d *daemon.Daemon[config], s *stage) {
		wrong, err := shm.Create(shm.WriterOptions{
			Dir: d.ShmDir, Name: s.cfg.DetectionShmName, Kind: msg.KindFrame, Slots: 4, PayloadBytes: 64,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer wrong.Close()
		for !strings.Contains(d.Notify.StatusLine(), "another kind of record") {
			if err := s.in.NextUntil(ctx, shm.NowNs()+int64(tick)); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Fatal(err)
			}
			if err := s.step(&control.Input{SpeedMps: math.NaN()}, false); err != nil {
				t.Fatal(err)
			}
		}
	})
	if n := strings.Count(logged, "detections cannot be read"); n != 1 {
		t.Errorf("said %d times, once expected:\n%s", n, logged)
	}
}
