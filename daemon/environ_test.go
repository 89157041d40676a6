package daemon

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

// TestEnviron writes what Environment reads.
func TestEnviron(t *testing.T) {
	type section struct {
		Gain    float64       `yaml:"gain"`
		Offsets []float64     `yaml:"offsets"`
		Hold    time.Duration `yaml:"hold"`
	}
	type config struct {
		Scenario string  `yaml:"scenario"`
		Left     section `yaml:"left-side"`
	}
	c := config{"#1: \"x\" $y", section{0.25, []float64{1, -2}, 80 * time.Millisecond}}
	list, err := Environ("lane-sim", c)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`LANEKEEPER_LANE_SIM_SCENARIO=#1: "x" $y`,
		`LANEKEEPER_LANE_SIM_LEFT_SIDE_GAIN=0.25`,
		`LANEKEEPER_LANE_SIM_LEFT_SIDE_OFFSETS=[1, -2]`,
		`LANEKEEPER_LANE_SIM_LEFT_SIDE_HOLD=80ms`,
	}
	if !slices.Equal(list, want) {
		t.Errorf("got  %q\nwant %q", list, want)
	}
	var got config
	if err := Load(&got, Environment(environmentPrefix("lane-sim"), list)); err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("read back %+v, %v; want %+v", got, err, c)
	}
	if _, err := Environ("x", 7); err == nil {
		t.Error("a number is no configuration")
	}
}
