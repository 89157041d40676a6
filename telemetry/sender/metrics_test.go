package sender

import (
	"context"
	"io"
	"os"
	"testing"

	"lanekeeper/daemon"
	"lanekeeper/daemon/daemontest"
)

// TestMetrics are those of the manual.
func TestMetrics(t *testing.T) {
	dir, err := os.MkdirTemp("", "sender-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	p := daemon.Program[struct{}]{Name: "testd", Run: func(ctx context.Context, d *daemon.Daemon[struct{}]) error {
		cfg := DefaultDetectionConfig()
		cfg.Endpoint = "ipc://" + dir + "/stream"
		s := Start(ctx, d, cfg.Of("a", "b", "c"))
		defer s.Close()
		daemontest.Metrics(t, "telemetry", d.Metrics)
		return nil
	}}
	if err := p.Exec(t.Context(), []string{"--config", "", "--run-dir", dir}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
}

// TestOff: a daemon without telemetry has nothing to say of it.
func TestOff(t *testing.T) {
	var s *Supervisor
	if s.State() != nil || s.Suffix() != "" {
		t.Error("there is a state")
	}
	s.Close()
}
