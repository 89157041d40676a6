package main

import (
	"context"
	"errors"
	"testing"

	"lanekeeper/camera"
	"lanekeeper/daemon"
	"lanekeeper/daemon/daemontest"
)

func TestMetrics(t *testing.T) {
	withFeed(t, func(_ context.Context, d *daemon.Daemon[config], f *feed) {
		daemontest.Metrics(t, "camera", d.Metrics)
		r := f.report
		r.event(camera.Event{Kind: camera.EventOpened, Format: small})
		r.event(camera.Event{Kind: camera.EventDamaged, Err: errors.New("half a picture")})
		r.metrics.frame(30_000_000, 10_000_000, 5)
		r.metrics.frame(40_000_000, 10_000_000, 5)
		r.lost(errors.New("full"), 3)
		daemontest.Values(t, d.Metrics, map[string]float64{
			`lanekeeper_camera_frames_total{outcome="published"}`: 2,
			`lanekeeper_camera_frames_total{outcome="damaged"}`:   1,
			`lanekeeper_camera_frames_total{outcome="lost"}`:      5,
			`lanekeeper_camera_frames_total{outcome="failed"}`:    1,
			`lanekeeper_camera_openings_total`:                    1,
			`lanekeeper_camera_open`:                              1,
			`lanekeeper_camera_slots`:                             53,
			`lanekeeper_camera_latency_seconds_sum`:               0.05,
			`lanekeeper_camera_latency_seconds_bucket{le="0.02"}`: 1,
			`lanekeeper_camera_latency_seconds_bucket{le="0.03"}`: 2,
		})
		r.event(camera.Event{Kind: camera.EventFailed, Err: errors.New("unplugged")})
		daemontest.Values(t, d.Metrics, map[string]float64{`lanekeeper_camera_open`: 0, `lanekeeper_camera_openings_total`: 1})
		lost := uint64(5)
		if n := testing.AllocsPerRun(1000, func() {
			lost++
			r.metrics.frame(30_000_000, 10_000_000, lost)
		}); n != 0 {
			t.Errorf("%v allocations a frame", n)
		}
	})
}
