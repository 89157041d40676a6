package e2e

import (
	"bytes"
	"fmt"
	"os"
	"testing"
	"time"

	"lanekeeper/shm"
	"lanekeeper/sim"
)

// lockstep drives the rig's scenario in lock-step until lane-sim says that the drive is over.
func (r *rig) lockstep(within time.Duration, more ...string) (summary, time.Duration) {
	r.t.Helper()
	began := shm.NowNs()
	p := []*process{r.start(controld, "--set", "control.clock=source"), r.start(detectd)}
	drive := r.start(laneSim, append([]string{"--pacing", "lockstep"}, more...)...)
	if code := drive.wait(r.t, within); code != 0 {
		r.t.Fatalf("lane-sim ended with code %d", code)
	}
	took := time.Duration(shm.NowNs() - began)
	for _, d := range p {
		d.stop(r.t)
	}
	r.nothingLeft()
	return readReport(r.t, r.reportPath()), took
}

// TestLockstepRepeats drives the same scenario with the same seed twice: every frame, place and command is the same, to the
// byte. Another seed is another drive.
func TestLockstepRepeats(t *testing.T) {
	drive := func(seed string) []byte {
		t.Helper()
		r := newRig(t, "road")
		s, took := r.lockstep(10*patience, "--distance", "60", "--seed", seed)
		t.Logf("seed %s: %.1f m, %d frames in %v", seed, s.ProgressM, s.FramesPublished, took.Round(time.Millisecond))
		text, err := os.ReadFile(r.tracePath())
		if err != nil {
			t.Fatal(err)
		}
		if lines := uint64(bytes.Count(text, []byte("\n"))); lines != s.FramesPublished+1 {
			t.Errorf("the trace has %d lines, a head and %d frames expected", lines, s.FramesPublished)
		}
		return text
	}
	first, second, other := drive("7"), drive("7"), drive("8")
	if !bytes.Equal(first, second) {
		a, b := bytes.Split(first, []byte("\n")), bytes.Split(second, []byte("\n"))
		for i := range a {
			if i >= len(b) || !bytes.Equal(a[i], b[i]) {
				t.Fatalf("the drives differ from line %d on:\n%s\n%s", i+1, a[i], b[min(i, len(b)-1)])
			}
		}
		t.Fatalf("the drives differ in length: %d and %d bytes", len(first), len(second))
	}
	if bytes.Equal(first, other) {
		t.Error("another seed has driven the very same drive: is it used?")
	}
}

// TestScenarios drives a short way in each scenario, from a standstill, without leaving the lane.
func TestScenarios(t *testing.T) {
	for _, name := range sim.Names() {
		t.Run(name, func(t *testing.T) { keepsLane(t, name, map[string]float64{"tape": 25}[name], 150) })
	}
}

// TestTenKilometres drives ten kilometres spread over all scenarios.
func TestTenKilometres(t *testing.T) {
	long(t, "minutes")
	far := map[string]float64{"highway": 3500, "road": 2700, "night": 1900, "worn": 1800, "tape": 100}
	var metres float64
	for _, name := range sim.Names() {
		t.Run(name, func(t *testing.T) { metres += keepsLane(t, name, far[name], 1000) })
	}
	t.Logf("%.0f m in all", metres)
	if metres < 10_000 {
		t.Errorf("%.0f m driven, 10 km expected: has a scenario gone?", metres)
	}
}

// keepsLane drives a scenario for a distance, 0 for the usual one.
func keepsLane(t *testing.T, name string, distanceM, usualM float64) float64 {
	t.Helper()
	if distanceM == 0 {
		distanceM = usualM
	}
	r := newRig(t, name)
	s, took := r.lockstep(30*time.Minute, "--distance", fmt.Sprint(distanceM))
	t.Logf("%s: %.1f m in %.1f s simulated, %d frames in %.1f s (%.0f a second), %d departures, offset at most %.3f m, rms %.3f m", name,
		s.ProgressM, s.TimeS, s.FramesPublished, took.Seconds(), float64(s.FramesPublished)/took.Seconds(), s.Departures, s.MaxOffsetM, s.RMSOffsetM)
	if s.Departures != 0 {
		t.Errorf("%s: the vehicle left its lane %d times", name, s.Departures)
	}
	if s.ProgressM < distanceM {
		t.Errorf("%s: the drive ended after %.1f m, %v m expected", name, s.ProgressM, distanceM)
	}
	return s.ProgressM
}
