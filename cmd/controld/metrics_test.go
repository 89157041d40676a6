package main

import (
	"context"
	"errors"
	"math"
	"testing"

	"lanekeeper/control"
	"lanekeeper/daemon"
	"lanekeeper/daemon/daemontest"
	"lanekeeper/msg"
)

func TestMetrics(t *testing.T) {
	act := &fakeActuator{err: errors.New("no answer")}
	withStage(t, act, func(_ context.Context, d *daemon.Daemon[config], s *stage) {
		daemontest.Metrics(t, "control", d.Metrics)
		for _, do := range []func(){func() {}, s.controller.EmergencyStop} {
			do()
			if err := s.step(&control.Input{SpeedMps: math.NaN()}, true); err != nil {
				t.Fatal(err)
			}
			act.err = nil
		}
		s.report.lost(msg.ErrMalformed)
		m := s.report.metrics
		m.answered(40_000_000, 30_000_000, 10_000_000)
		daemontest.Values(t, d.Metrics, map[string]float64{
			`lanekeeper_control_commands_total{mode="standby"}`:          1,
			`lanekeeper_control_commands_total{mode="stopped"}`:          1,
			`lanekeeper_control_commands_total{mode="active"}`:           0,
			`lanekeeper_control_state_changes_total{reason="disarmed"}`:  1,
			`lanekeeper_control_state_changes_total{reason="emergency"}`: 1,
			`lanekeeper_control_state{state="stopped"}`:                  1,
			`lanekeeper_control_state{state="standby"}`:                  0,
			`lanekeeper_control_actuator_errors_total`:                   1,
			`lanekeeper_control_armed`:                                   0,
			`lanekeeper_control_emergency_stop`:                          1,
			`lanekeeper_control_slots`:                                   16,
			`lanekeeper_control_apply_seconds_count`:                     2,
			`lanekeeper_control_reaction_seconds_sum`:                    0.01,
			`lanekeeper_control_latency_seconds_sum`:                     0.03,
			`lanekeeper_control_detections_total{outcome="taken"}`:       1,
			`lanekeeper_control_detections_total{outcome="damaged"}`:     1,
		})
		c := msg.Neutral(msg.ModeStopped, msg.ReasonStale)
		if n := testing.AllocsPerRun(1000, func() {
			m.given(&c, 1000)
			m.changed(&c)
			m.answered(3, 2, 1)
		}); n != 0 {
			t.Errorf("%v allocations a command", n)
		}
	})
}
