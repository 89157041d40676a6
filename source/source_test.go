package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// systemd is a Switch over empty directories, with units that run, and a list of what systemctl was asked for.
func systemd(t *testing.T, running ...string) (*Switch, *[]string) {
	t.Helper()
	dir := t.TempDir()
	var asked []string
	return &Switch{UnitDir: dir, Vendor: "/vendor", File: filepath.Join(dir, "source.env"),
		Systemctl: func(_ context.Context, args ...string) error {
			if args[0] == "is-active" {
				if slices.Contains(running, args[2]) {
					return nil
				}
				return errors.New("inactive")
			}
			asked = append(asked, strings.Join(args, " "))
			return nil
		}}, &asked
}

var environment = []string{`A=1`, `B=[1, 2]`, "C=say \"$x\" \\ `y`=z"}

func TestSimAndBack(t *testing.T) {
	s, asked := systemd(t, cameraUnit)
	expect := func(unit string, environment []string) {
		t.Helper()
		u, e, err := s.Current()
		if err != nil || u != unit || !slices.Equal(e, environment) {
			t.Errorf("%s %q %v\nwant %s %q", u, e, err, unit, environment)
		}
	}
	expect("camerad.service", nil)
	if err := s.Sim(t.Context(), environment); err != nil {
		t.Fatal(err)
	}
	expect("lane-sim.service", environment)
	if to, err := os.Readlink(filepath.Join(s.UnitDir, "lanekeeper-camera.service")); err != nil || to != "/vendor/lane-sim.service" {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	want := []string{"daemon-reload", "stop camerad.service lane-sim.service", "try-restart controld.service lane-detectd.service", "start lanekeeper-camera.service"}
	if !slices.Equal(*asked, want) {
		t.Errorf("systemctl %q\nwant %q", *asked, want)
	}
	if err := s.Sim(t.Context(), environment[:1]); err != nil { // another scenario
		t.Fatal(err)
	}
	expect("lane-sim.service", environment[:1])
	if err := s.Camera(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect("camerad.service", nil)
	if left, err := os.ReadDir(s.UnitDir); err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if err := s.Camera(t.Context()); err != nil {
		t.Errorf("a second time: %v", err)
	}
}

// TestNothingRuns starts nothing.
func TestNothingRuns(t *testing.T) {
	s, asked := systemd(t)
	if err := s.Sim(t.Context(), environment); err != nil {
		t.Fatal(err)
	}
	want := []string{"daemon-reload", "stop camerad.service lane-sim.service", "try-restart controld.service lane-detectd.service"}
	if !slices.Equal(*asked, want) {
		t.Errorf("systemctl %q\nwant %q", *asked, want)
	}
}

// TestFileFirst: where the link cannot be made, the simulator's environment stands already, and with it the actuator sim.
func TestFileFirst(t *testing.T) {
	s, asked := systemd(t)
	s.UnitDir = filepath.Join(s.UnitDir, "missing")
	if err := s.Sim(t.Context(), environment); err == nil {
		t.Error("no error")
	}
	if _, err := os.Stat(s.File); err != nil || len(*asked) != 0 {
		t.Errorf("%v, systemctl %q", err, *asked)
	}
}
