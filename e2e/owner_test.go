package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// TestSecondOwner starts each daemon a second time: it is refused and told whose process is in the way, and the pipeline
// does not notice.
func TestSecondOwner(t *testing.T) {
	r := newRig(t, "road")
	p := r.drive()
	elsewhere := folder(t, "")
	for _, name := range []string{laneSim, detectd, controld} {
		for _, c := range []struct {
			what string
			more []string
		}{
			{"the same socket", nil},
			{"the same segment", []string{"--run-dir", elsewhere}},
		} {
			second := r.start(name, append(c.more, "--set", traceTo(name))...)
			code := second.wait(t, patience)
			want := fmt.Sprint(" ", p[name].pid())
			if text := second.output.String(); code != 1 || !strings.Contains(text, want) {
				t.Errorf("%s with %s: code %d, 1 and %q expected:\n%s", name, c.what, code, want, text)
			}
		}
	}
	mark := r.commands.mark()
	first := r.commands.last()
	last := r.commands.awaitMany(mark, 10, "commands that drive the vehicle", (*command).moves)
	if last.FrameID <= first.FrameID {
		t.Errorf("frame %d after frame %d: the pipeline was disturbed", last.FrameID, first.FrameID)
	}
	for name, d := range p {
		select {
		case <-d.ended:
			t.Errorf("%s was ended by a second one", name)
		default:
		}
	}
}

// traceTo keeps a second daemon from writing over the first one's files.
func traceTo(name string) string {
	switch name {
	case laneSim:
		return `trace=""`
	case detectd:
		return "gpu=-1"
	}
	return "arm=manual"
}

// TestSegmentRemoved removes each segment, and its lock file, by hand while everything runs.
func TestSegmentRemoved(t *testing.T) {
	r := newRig(t, "road")
	p := r.drive()
	for _, suffix := range []string{"", ".lock"} {
		for _, name := range []string{msg.CameraFeed, msg.DetectionResults, msg.ControlCommands} {
			r.survives(name+suffix+" removed", r.segment(name)+suffix, os.Remove)
		}
	}
	r.nothingStale()
	for _, d := range p {
		d.stop(t)
	}
	r.nothingLeft()
}

// TestSegmentTruncated cuts each segment short by hand while everything runs.
func TestSegmentTruncated(t *testing.T) {
	r := newRig(t, "road")
	p := r.drive()
	for _, name := range []string{msg.CameraFeed, msg.DetectionResults, msg.ControlCommands} {
		for _, size := range []int64{0, shm.HeaderBytes + 100} {
			r.survives(fmt.Sprintf("%s cut to %d bytes", name, size), r.segment(name), func(path string) error { return os.Truncate(path, size) })
		}
	}
	r.nothingStale()
	for _, d := range p {
		d.stop(t)
	}
	r.nothingLeft()
}

// survives breaks a file, waits until its owner has put another in its place, and then until the vehicle is driven by a picture
// taken since: one that has come through whatever was made anew.
func (r *rig) survives(what, path string, hurt func(path string) error) {
	r.t.Helper()
	r.driving(r.commands.mark())
	before, err := os.Lstat(path)
	if err != nil {
		r.t.Fatal(err)
	}
	mark, at := r.commands.mark()-1, shm.NowNs()
	if err := hurt(path); err != nil {
		r.t.Fatal(err)
	}
	r.awaitFile(path, func(now os.FileInfo) bool { return now != nil && !os.SameFile(before, now) })
	anew := shm.NowNs()
	r.commands.await(mark, "a command that drives after "+what, func(c *command) bool { return c.moves() && c.CaptureNs > anew })
	var pause, last int64
	for _, c := range r.commands.since(mark) {
		if last != 0 && c.moves() {
			pause = max(pause, c.publishNs-last)
		}
		if c.moves() {
			last = c.publishNs
		}
	}
	r.t.Logf("%s: made anew after %v, longest pause between commands %v", what,
		time.Duration(anew-at).Round(time.Millisecond), time.Duration(pause).Round(time.Millisecond))
}

// awaitFile looks at a file, nil while there is none, until it fits.
func (r *rig) awaitFile(path string, fits func(os.FileInfo) bool) {
	r.t.Helper()
	late := time.After(patience)
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for {
		st, err := os.Lstat(path)
		if err != nil {
			st = nil
		}
		if fits(st) {
			return
		}
		select {
		case <-again.C:
		case <-late:
			r.t.Fatalf("%s has not been made anew within %v", path, patience)
		}
	}
}

// TestDeadSocket finds the control socket of a killed daemon, and puts its own in its place.
func TestDeadSocket(t *testing.T) {
	r := newRig(t, "road")
	for _, name := range []string{laneSim, detectd, controld} {
		p := r.start(name)
		awaitStatus(r, name, "ready", func(*struct{}) bool { return true })
		p.kill(t)
		if _, err := os.Lstat(r.socket(name)); err != nil {
			t.Fatalf("a killed daemon should leave its socket: %v", err)
		}
		if err := daemon.Get(t.Context(), r.socket(name), "/status", nil); err == nil {
			t.Errorf("%s: a dead daemon answers", name)
		}
		p = r.start(name)
		awaitStatus(r, name, "ready", func(*struct{}) bool { return true })
		var s daemon.Status
		if err := daemon.Get(t.Context(), r.socket(name), "/status", &s); err != nil || s.PID != p.pid() {
			t.Errorf("%s: process %d answers, %d expected: %v", name, s.PID, p.pid(), err)
		}
		p.stop(t)
	}
	r.nothingLeft()
}
