package main

import (
	"context"
	"testing"

	"lanekeeper/daemon"
	"lanekeeper/daemon/daemontest"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

func TestMetrics(t *testing.T) {
	withSimulator(t, func(_ context.Context, d *daemon.Daemon[config], s *simulator) {
		daemontest.Metrics(t, "sim", d.Metrics)
		if shown, err := s.show(shm.NowNs()); !shown || err != nil {
			t.Fatalf("not shown: %v", err)
		}
		left := s.world.Truth()
		left.Departures++
		s.report.step(left, 1, drive{})
		s.report.lost(msg.ErrMalformed)
		if err := s.frames.Close(); err != nil { // every write is refused from now on
			t.Fatal(err)
		}
		if shown, err := s.show(shm.NowNs()); shown || err != nil {
			t.Fatalf("shown %v, %v; no frame and no end expected", shown, err)
		}
		daemontest.Values(t, d.Metrics, map[string]float64{
			`lanekeeper_sim_frames_total{outcome="published"}`: 1,
			`lanekeeper_sim_frames_total{outcome="failed"}`:    1,
			`lanekeeper_sim_render_seconds_count`:              1,
			`lanekeeper_sim_departures_total`:                  1,
			`lanekeeper_sim_commands_damaged_total`:            1,
			`lanekeeper_sim_late_frames_total`:                 0,
			`lanekeeper_sim_attachments_total`:                 0,
			`lanekeeper_sim_slots`:                             53,
		})
	})
}
