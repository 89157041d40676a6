package e2e

import (
	"errors"
	"os"
	"testing"
	"time"

	"lanekeeper/msg"
	"lanekeeper/shm"
)

// resumeBound is how soon after its start a daemon that takes a dead one's place has the pipeline going again.
const resumeBound = time.Second

// segmentOf is the segment that a daemon owns.
func segmentOf(name string) string {
	switch name {
	case detectd:
		return msg.DetectionResults
	case controld:
		return msg.ControlCommands
	}
	return msg.CameraFeed
}

// TestRestartAfterKill kills each daemon and starts it again, under a pipeline that goes on running.
func TestRestartAfterKill(t *testing.T) {
	r := newRig(t, "road")
	p := r.drive()
	for range 2 {
		for _, name := range []string{laneSim, detectd, controld} {
			r.killAndRestart(p, name)
		}
	}
	for _, name := range []string{laneSim, detectd, controld} {
		p[name].stop(t)
	}
	r.nothingLeft()
}

// TestRestartAfterKillWithCamera does the same to camerad.
func TestRestartAfterKillWithCamera(t *testing.T) {
	r := newRig(t, "road")
	camera := makeClip(t).args()
	p := map[string]*process{
		controld: r.start(controld, "--actuator", "dry-run"), detectd: r.start(detectd), camerad: r.start(camerad, camera...),
	}
	r.driving(0)
	for range 2 {
		r.killAndRestart(p, camerad, camera...)
	}
	for _, name := range []string{controld, detectd, camerad} {
		p[name].stop(t)
	}
	r.nothingLeft()
}

// killAndRestart kills a daemon, which leaves everything behind, starts it again, and measures until a picture taken since
// has its command, and until the vehicle is driven.
func (r *rig) killAndRestart(p map[string]*process, name string, more ...string) {
	r.t.Helper()
	r.driving(r.commands.mark())
	p[name].kill(r.t)
	if _, err := os.Lstat(r.segment(segmentOf(name))); err != nil {
		r.t.Errorf("%s was killed, so its segment should have been left: %v", name, err)
	}
	mark := r.commands.mark()
	p[name] = r.start(name, more...)
	started := p[name].startedNs
	first := r.commands.await(mark, "a command that answers a new picture", func(c *command) bool { return c.CaptureNs > started })
	drives := r.commands.await(mark, "a command that drives by a new picture", func(c *command) bool {
		return c.CaptureNs > started && c.moves()
	})
	took := time.Duration(first.publishNs - started)
	r.t.Logf("%s killed and restarted: %v until a new picture had its command, %v until it drove", name,
		took.Round(time.Millisecond), time.Duration(drives.publishNs-started).Round(time.Millisecond))
	if took > 3*resumeBound {
		r.t.Errorf("%s took %v to resume, bound %v", name, took, resumeBound)
	}
	r.nothingStale()
}

// TestTerminate asks each daemon of a running pipeline to end: code 0, soon, and what it owned is gone.
func TestTerminate(t *testing.T) {
	r := newRig(t, "road")
	p := r.drive()
	for _, name := range []string{laneSim, detectd, controld} {
		took := p[name].stop(t)
		t.Logf("%s ended %v after SIGTERM", name, took.Round(time.Millisecond))
		if took > 3*time.Second {
			t.Errorf("%s took %v to end, a second is promised", name, took)
		}
		for _, path := range []string{r.segment(segmentOf(name)), r.segment(segmentOf(name)) + ".lock", r.socket(name)} {
			if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s is left after SIGTERM: %v", path, err)
			}
		}
		if name != controld {
			p[name] = r.start(name)
			r.driving(r.commands.mark())
		}
	}
	p[laneSim].stop(t)
	p[detectd].stop(t)
	r.nothingLeft()
}

// TestLeftoversAreReplaced kills the whole pipeline at once. What it leaves is taken over by the next one, whose end leaves
// nothing.
func TestLeftoversAreReplaced(t *testing.T) {
	r := newRig(t, "road")
	p := r.drive()
	for _, name := range []string{laneSim, detectd, controld} {
		p[name].kill(t)
	}
	left, err := shm.List(r.place.ShmDir, r.place.Prefix)
	if err != nil || len(left) != 3 {
		t.Fatalf("%d segments are left by three killed owners: %v", len(left), err)
	}
	for _, s := range left {
		if s.OwnerPid != 0 {
			t.Errorf("%s is owned by process %d, its owner is dead", s.Name, s.OwnerPid)
		}
	}
	mark := r.commands.mark()
	for _, name := range []string{laneSim, detectd, controld} {
		p[name] = r.start(name)
	}
	r.driving(mark)
	r.nothingStale()
	for _, name := range []string{controld, laneSim, detectd} {
		p[name].stop(t)
	}
	r.nothingLeft()
}
