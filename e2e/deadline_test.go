package e2e

import (
	"syscall"
	"testing"
	"time"

	"lanekeeper/e2e/timing"
	"lanekeeper/msg"
)

// staleBound is the promise: this long after the last good detection the vehicle is neutral.
const staleBound = 100 * time.Millisecond

// TestDetectorDies kills lane-detectd at speed.
func TestDetectorDies(t *testing.T) {
	r := newRig(t, "road")
	p := r.drive()
	m := timing.Measure{What: "lane-detectd killed: last detection → neutral", Bound: staleBound}
	for range timing.Repeats() {
		mark := r.atSpeed()
		at := p[detectd].kill(t)
		r.addNeutral(&m, mark, at)
		mark = r.commands.mark()
		p[detectd] = r.start(detectd)
		r.driving(mark)
	}
	m.Report(t)
}

// TestDetectorHangs stops lane-detectd at speed, as a network that never answers would, and lets it go on.
func TestDetectorHangs(t *testing.T) {
	r := newRig(t, "road")
	p := r.drive()
	m := timing.Measure{What: "lane-detectd hangs: last detection → neutral", Bound: staleBound}
	for range timing.Repeats() {
		mark := r.atSpeed()
		at := p[detectd].signal(t, syscall.SIGSTOP)
		r.addNeutral(&m, mark, at)
		mark = r.commands.mark()
		p[detectd].signal(t, syscall.SIGCONT)
		r.driving(mark)
	}
	m.Report(t)
	r.nothingStale()
}

// TestCameraHangs stops the source of frames at speed, and lets it go on.
func TestCameraHangs(t *testing.T) {
	r := newRig(t, "road")
	p := r.drive()
	m := timing.Measure{What: "camera hangs: last detection → neutral", Bound: staleBound}
	for range timing.Repeats() {
		mark := r.atSpeed()
		at := p[laneSim].signal(t, syscall.SIGSTOP)
		r.addNeutral(&m, mark, at)
		mark = r.commands.mark()
		p[laneSim].signal(t, syscall.SIGCONT)
		r.driving(mark)
	}
	m.Report(t)
	r.nothingStale()
}

// atSpeed waits until the vehicle drives with a good deal of throttle, and marks the commands.
func (r *rig) atSpeed() (mark int) {
	r.t.Helper()
	r.commands.await(r.commands.mark(), "a command with throttle", func(c *command) bool { return c.moves() && c.Throttle > 0.1 })
	return r.commands.mark()
}

// addNeutral measures how long after the last good detection the command came that stops the vehicle. What it depends on was
// broken at CLOCK_MONOTONIC brokenNs.
func (r *rig) addNeutral(m *timing.Measure, mark int, brokenNs int64) {
	r.t.Helper()
	stop := r.commands.await(mark, "a command that stops the vehicle", func(c *command) bool { return !c.moves() })
	if stop.publishNs < brokenNs {
		r.t.Logf("not measured: %v before it was broken the machine was too busy", time.Duration(brokenNs-stop.publishNs))
		return
	}
	// A detection that was late already when the next one failed to come is too old before it is stale.
	if stop.Mode != msg.ModeStopped || stop.Reason != msg.ReasonStale && stop.Reason != msg.ReasonOld {
		r.t.Errorf("%v because of %v, stopped because of stale expected", stop.Mode, stop.Reason)
	}
	if stop.Throttle != 0 || stop.Steering != 0 {
		r.t.Errorf("the stopping command drives: %+v", stop.Command)
	}
	var good int64
	for _, s := range r.sights.since(0) {
		if s.publishNs < stop.publishNs {
			good = max(good, s.publishNs)
		}
	}
	m.Add(r.t, stop.publishNs-good)
}
