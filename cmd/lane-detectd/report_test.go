package main

import (
	"context"
	"errors"
	"io"
	"testing"

	"lanekeeper/daemon"
	"lanekeeper/shm"
)

// TestRateFallsToZero when nothing comes, and when nothing that comes can be used.
func TestRateFallsToZero(t *testing.T) {
	for line, silence := range map[string]func(*report){
		"waiting for a frame in camera_feed":      func(r *report) { r.waiting(nil) },
		"waiting for camera_feed":                 func(r *report) { r.waiting(shm.ErrNoSegment) },
		"waiting for camera_feed: another kind":   func(r *report) { r.waiting(errors.New("another kind")) },
		"frames come and cannot be used: no JPEG": func(r *report) { r.lost(errors.New("no JPEG"), 7) },
	} {
		p := program()
		p.Run = func(_ context.Context, d *daemon.Daemon[config]) error {
			cfg := d.Config()
			cfg.ImageShmName = "camera_feed"
			r := newReport(d, cfg)
			r.newest.Store(&status{FrameID: 7, Evaluated: 7, FPS: 30})
			r.cameNs = shm.NowNs() - silentNs
			silence(r)
			if s := *r.newest.Load(); s.FPS != 0 || s.Evaluated != 7 {
				t.Errorf("%s: %+v, a rate of 0 and 7 frames expected", line, s)
			}
			if got := d.Notify.StatusLine(); got != line {
				t.Errorf("%q, want %q", got, line)
			}
			return nil
		}
		if err := p.Exec(t.Context(), []string{"--config", "", "--run-dir", t.TempDir()}, io.Discard, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
}
