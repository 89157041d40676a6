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
	err := daemon.Load(&cfg, daemon.Set("--set", "control.vehicle.width_m=3", "control.lane.width_m=2"))
	want := "configuration: control: vehicle.width_m is 3: it must be less than lane.width_m, 2"
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}
