package e2e

import "testing"

// TestLockstepDeaths kills the detector and the controller in a lock-step drive. The simulator waits with its frame until it
// has the command of whoever comes in their place.
func TestLockstepDeaths(t *testing.T) {
	r := newRig(t, "road")
	source := []string{"--set", "control.clock=source"}
	steer, find := r.start(controld, source...), r.start(detectd)
	drive := r.start(laneSim, "--pacing", "lockstep", "--distance", "100")
	r.awaitFrame(100)
	find.kill(t)
	find = r.start(detectd)
	r.awaitFrame(200)
	steer.kill(t)
	steer = r.start(controld, source...)
	r.awaitFrame(300)
	if code := drive.wait(t, patience); code != 0 {
		t.Fatalf("lane-sim ended with code %d", code)
	}
	find.stop(t)
	steer.stop(t)
	r.nothingLeft()
	s := readReport(t, r.reportPath())
	t.Logf("%.1f m, %d frames, %d departures", s.ProgressM, s.FramesPublished, s.Departures)
	if s.Departures != 0 || s.ProgressM < 100 {
		t.Errorf("%.1f m with %d departures, 100 m without any expected", s.ProgressM, s.Departures)
	}
	if trace := readTrace(t, r.tracePath()); uint64(len(trace)) != s.FramesPublished {
		t.Errorf("%d frames published, %d answered", s.FramesPublished, len(trace))
	}
}
