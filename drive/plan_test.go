package drive

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanekeeper/control"
	"lanekeeper/daemon"
	"lanekeeper/sim"
)

func TestScenariosGiveValidParameters(t *testing.T) {
	presets := map[string]float64{"tape": 0.3, "road": 6, "highway": 6, "night": 6, "worn": 6} // lookahead_min_m tells them apart
	for _, name := range sim.Names() {
		s, err := sim.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ControlParams(s, true)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if p.Steering.LookaheadMinM != presets[name] || p.Clock != control.ClockSource || p.Lane.WidthM != s.Lane.WidthM {
			t.Errorf("%s: lookahead %v m, clock %s, lane %v m", name, p.Steering.LookaheadMinM, p.Clock, p.Lane.WidthM)
		}
		d := DetectParams(s)
		if err := d.Validate(); err != nil || !d.Camera.Known() {
			t.Errorf("%s: %v, camera known: %v", name, err, d.Camera.Known())
		}
	}
}

// Whatever is driven, it is never hardware, and always under the prefix.
func TestPlan(t *testing.T) {
	place := daemon.Place{Prefix: "drive7-", RunDir: t.TempDir()}
	source := filepath.Join(t.TempDir(), "clip.mp4")
	if err := os.WriteFile(source, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		o        Options
		first    string
		actuator string
	}{
		"simulator": {Options{Scenario: "tape", OutDir: "out"}, nameSim, "sim"},
		"recording": {Options{Source: source, OutDir: "out"}, nameCamera, "dry-run"},
	} {
		orders, err := plan(&c.o, place, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(orders) != 3 || orders[2].name != c.first {
			t.Fatalf("%s: %+v", name, orders)
		}
		for _, o := range orders {
			args := strings.Join(o.args, " ")
			if !strings.Contains(args, "--prefix drive7- --run-dir "+place.RunDir) {
				t.Errorf("%s: %s without its prefix: %s", name, o.name, args)
			}
			if o.name == nameSteer && !strings.Contains(args, "--actuator "+c.actuator) {
				t.Errorf("%s: %s", name, args)
			}
		}
		if c.first == nameSim && (c.o.DistanceM < 20 || c.o.DistanceM > 30) {
			t.Errorf("a lap of the tape track: %v m", c.o.DistanceM)
		}
	}
}

func TestOptions(t *testing.T) {
	for name, c := range map[string]struct {
		o    Options
		want string
	}{
		"both":    {Options{Scenario: "road", Source: "x.mp4"}, "a recording has no scenario"},
		"missing": {Options{Source: "/nowhere/x.mp4"}, "opening the source: stat /nowhere/x.mp4: no such file or directory"},
	} {
		if err := c.o.complete(); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s…", name, err, c.want)
		}
	}
}

func TestVideoPath(t *testing.T) {
	open, shut := t.TempDir(), t.TempDir()
	if err := os.Chmod(shut, 0o555); err != nil {
		t.Fatal(err)
	}
	if got := videoPath(filepath.Join(open, "a.b.avi"), "out"); got != filepath.Join(open, "a.b.lanes.mp4") {
		t.Errorf("beside its source: %s", got)
	}
	if got := videoPath(filepath.Join(shut, "clip.mp4"), "out"); got != filepath.Join("out", "clip.lanes.mp4") {
		t.Errorf("from a folder that is not to be written to: %s", got)
	}
}
