package main

import (
	"testing"

	"lanekeeper/daemon"
	"lanekeeper/daemon/daemontest"
)

func TestShippedConfiguration(t *testing.T) { daemontest.ShippedConfiguration(t, program()) }

// TestNestedProblem is told once, by the section that has it.
func TestNestedProblem(t *testing.T) {
	cfg := defaults()
	err := daemon.Load(&cfg, daemon.Set("--set", "camera.width=640", "camera.height=0"))
	want := "configuration: camera: camera size 640×0 px: give both, or 0 for both to have the source's own"
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}
