package e2e

import (
	"syscall"
	"testing"
	"time"

	"lanekeeper/e2e/timing"
	"lanekeeper/msg"
)

// validBound is how long a command holds: past it, the vehicle is neutral even though nobody says so.
const validBound = 100 * time.Millisecond

// period of the simulator, which obeys once a frame.
const period = time.Second / 60

// TestControllerDies kills controld at speed, time and again: the vehicle is neutral when the last command has expired, and after
// the last time it comes to a stop.
func TestControllerDies(t *testing.T) {
	r := newRig(t, "road")
	p := r.drive()
	var broken []int64
	for range timing.Repeats() {
		r.atSpeed()
		at := p[controld].kill(t)
		broken = append(broken, at)
		r.neutralFrames(at)
		mark := r.commands.mark()
		p[controld] = r.start(controld)
		r.driving(mark)
	}
	awaitStatus(r, laneSim, "the vehicle is at speed", func(s *summary) bool { return s.SpeedMps > 4 })
	broken = append(broken, p[controld].kill(t))
	stopped := awaitStatus(r, laneSim, "the vehicle stands", func(s *summary) bool { return s.SpeedMps == 0 })
	t.Logf("killed at speed, the vehicle stood %.1f m after the start", stopped.DistanceM)
	p[laneSim].stop(t)
	r.reportNeutral("controld killed: kill → vehicle neutral", broken)
}

// TestControllerHangs stops controld at speed and lets it go on.
func TestControllerHangs(t *testing.T) {
	r := newRig(t, "road")
	p := r.drive()
	var broken []int64
	for range timing.Repeats() {
		r.atSpeed()
		at := p[controld].signal(t, syscall.SIGSTOP)
		broken = append(broken, at)
		r.neutralFrames(at)
		mark := r.commands.mark()
		p[controld].signal(t, syscall.SIGCONT)
		r.driving(mark)
	}
	p[laneSim].stop(t)
	r.reportNeutral("controld hangs: stop → vehicle neutral", broken)
	r.nothingStale()
}

// TestControllerEnds asks controld to end at speed.
func TestControllerEnds(t *testing.T) {
	r := newRig(t, "road")
	p := r.drive()
	var broken []int64
	for range timing.Repeats() {
		r.atSpeed()
		broken = append(broken, p[controld].signal(t, syscall.SIGTERM))
		if code := p[controld].wait(t, patience); code != 0 {
			t.Errorf("exit code %d", code)
		}
		r.neutralFrames(broken[len(broken)-1])
		mark := r.commands.mark()
		p[controld] = r.start(controld)
		r.driving(mark)
	}
	p[laneSim].stop(t)
	r.reportNeutral("controld ends: SIGTERM → vehicle neutral", broken)
}

// neutralFrames waits until frames have been shown for so long that the vehicle must be neutral in the last ones.
func (r *rig) neutralFrames(brokenNs int64) {
	r.t.Helper()
	r.frames.await(r.frames.mark(), "frames", func(f *frame) bool { return f.CaptureNs > brokenNs+int64(timing.Looseness*validBound) })
}

// reportNeutral looks through the drive's trace for when the vehicle became neutral after each time that controld was broken, and
// whether it ever obeyed a command that had expired.
func (r *rig) reportNeutral(what string, broken []int64) {
	r.t.Helper()
	m := timing.Measure{What: what, Bound: validBound + 2*period}
	captured := map[int64]int64{}
	for _, f := range r.frames.since(0) {
		captured[f.FrameID] = f.CaptureNs
	}
	commands, trace := r.commands.since(0), readTrace(r.t, r.tracePath())
	for _, at := range broken {
		until := lastValidNs(commands, at)
		found := false
		for _, s := range trace {
			shown, seen := captured[s.frameID]
			switch {
			case !seen || shown <= at:
			case !s.neutral() && shown > until && shown < at+int64(validBound)*timing.Looseness:
				r.t.Errorf("frame %d: driven %v after the last command had expired", s.frameID, time.Duration(shown-until))
			case s.neutral() && !found:
				found = true
				m.Add(r.t, shown-at)
			}
		}
		if !found {
			r.t.Errorf("%s: never neutral", what)
		}
	}
	m.Report(r.t)
}

// lastValidNs is when the last command that was published before, or just after, controld was broken loses its validity.
func lastValidNs(commands []command, brokenNs int64) int64 {
	var until int64
	for _, c := range commands {
		if c.publishNs < brokenNs+int64(period)/2 && c.Mode != msg.ModeStandby {
			until = c.ValidUntilNs
		}
	}
	return until
}
