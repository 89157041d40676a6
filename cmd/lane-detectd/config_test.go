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
	err := daemon.Load(&cfg, daemon.Set("--set", "detect.camera.height_m=0.2", "detect.camera.hfov_deg=0"))
	want := "configuration: detect.camera: camera.hfov_deg: 0, 10 to 170 expected"
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}
