package main

import (
	"context"
	"errors"
	"io"
	"testing"

	"lanekeeper/daemon"
	"lanekeeper/daemon/daemontest"
	"lanekeeper/shm"
)

func TestMetrics(t *testing.T) {
	p := program()
	p.Run = func(_ context.Context, d *daemon.Daemon[config]) error {
		r := newReport(d, d.Config())
		measureReader(d.Part("detect"), func() shm.ReaderStats {
			return shm.ReaderStats{Attaches: 2, Read: 9, Overrun: 3, Skipped: 4, Before: 5, Copied: 6}
		})
		daemontest.Metrics(t, "detect", d.Metrics)
		r.metrics.frame(1_000_000, moments{beganNs: 5_000_000, tookNs: 7_000_000, foundNs: 10_000_000, publishedNs: 10_004_000})
		r.lost(errors.New("no JPEG"), 7)
		r.lost(shm.ErrOverrun, 0)
		daemontest.Values(t, d.Metrics, map[string]float64{
			`lanekeeper_detect_frames_total{outcome="evaluated"}`: 1,
			`lanekeeper_detect_frames_total{outcome="damaged"}`:   1,
			`lanekeeper_detect_frames_total{outcome="overrun"}`:   3,
			`lanekeeper_detect_frames_total{outcome="skipped"}`:   9,
			`lanekeeper_detect_frames_copied_total`:               6,
			`lanekeeper_detect_attachments_total`:                 2,
			`lanekeeper_detect_slots`:                             16,
			`lanekeeper_detect_take_seconds_sum`:                  0.002,
			`lanekeeper_detect_find_seconds_sum`:                  0.003,
			`lanekeeper_detect_publish_seconds_sum`:               0.000004,
			`lanekeeper_detect_latency_seconds_sum`:               0.009004,
		})
		if n := testing.AllocsPerRun(1000, func() { r.metrics.frame(1, moments{2, 3, 4, 5}) }); n != 0 {
			t.Errorf("%v allocations a frame", n)
		}
		return nil
	}
	if err := p.Exec(t.Context(), []string{"--config", "", "--run-dir", t.TempDir()}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
}

// TestSaysWhatItWaitsFor from the start.
func TestSaysWhatItWaitsFor(t *testing.T) {
	p := program()
	p.Run = func(ctx context.Context, d *daemon.Daemon[config]) error {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		err := run(ctx, d)
		if got := d.Notify.StatusLine(); got != "waiting for camera_feed" {
			t.Errorf("%q", got)
		}
		return err
	}
	dir := t.TempDir()
	if err := p.Exec(t.Context(), []string{"--config", "", "--run-dir", dir, "--shm-dir", dir}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
}
