package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/daemon/daemontest"
	"lanekeeper/detect"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// TestNetworkReport plays two seconds at 20 frames a second, beside which a network that answers every fifth fails in the end.
func TestNetworkReport(t *testing.T) {
	p := program()
	p.Run = func(_ context.Context, d *daemon.Daemon[config]) error {
		r := newReport(d, d.Config())
		var state detect.NetworkState
		r.fused = func() detect.NetworkState { return state }
		at := moments{beganNs: 1e9}
		play := func(frames int) {
			for i := range frames {
				det := msg.Detection{CaptureNs: at.beganNs, NetworkAgeMs: uint32(100 + i%5*50)}
				switch {
				case state.Err != nil:
					det.NetworkAgeMs = msg.NoNetwork
				case i%5 == 0:
					state.Answers++
					state.Took = 80 * time.Millisecond
				}
				at = moments{at.beganNs + 50e6, at.beganNs + 51e6, at.beganNs + 52e6, at.beganNs + 53e6}
				r.frame(&det, 0, shm.ReaderStats{}, at)
			}
		}
		play(45)
		n := r.newest.Load().Network
		if n == nil || n.FPS != 4 || n.P50Ms != 80 || n.AgeP50Ms != 200 || n.FramesHz != 20 || n.Failed != "" {
			t.Errorf("%+v", n)
		}
		if got := d.Notify.StatusLine(); !strings.HasSuffix(got, "; network 4.0 fps, 200 ms old") {
			t.Errorf("status %q", got)
		}
		daemontest.Values(t, d.Metrics, map[string]float64{
			`lanekeeper_detect_network_seconds_count`: 9, `lanekeeper_detect_network_seconds_sum`: 0.72,
			`lanekeeper_detect_network_age_seconds_count`: 45, `lanekeeper_detect_network_age_seconds_sum`: 9,
		})
		state.Err = errors.New("no such layer")
		play(45)
		if n := r.newest.Load().Network; n == nil || n.Failed != "no such layer" {
			t.Errorf("%+v", n)
		}
		if got := d.Notify.StatusLine(); !strings.HasSuffix(got, "; the network failed") {
			t.Errorf("status %q", got)
		}
		if n := testing.AllocsPerRun(100, func() { r.network.frame(state, &msg.Detection{}, 1, r.metrics) }); n != 0 {
			t.Errorf("%v allocations a frame", n)
		}
		return nil
	}
	var stderr bytes.Buffer
	if err := p.Exec(t.Context(), []string{"--config", "", "--run-dir", t.TempDir()}, io.Discard, &stderr); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(stderr.String(), "the network failed"); n != 1 {
		t.Errorf("said %d times:\n%s", n, stderr.String())
	}
}
