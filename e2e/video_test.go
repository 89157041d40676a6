package e2e

import (
	"errors"
	"io/fs"
	"os"
	"testing"
)

// TestVideo plays real footage once through the real daemons; controld computes commands and drives nothing.
func TestVideo(t *testing.T) {
	file := recording(t, "roads/solidWhiteRight.mp4")
	r := newRig(t, "road")
	r.config[detectd] = "" // the footage's camera is not known
	p := []*process{r.start(controld, "--actuator", "dry-run"), r.start(detectd)}
	awaitStatus(r, detectd, "ready", func(*struct{}) bool { return true })
	camera := r.start(camerad, "--source", "file", "--path", file, "--width", "0", "--height", "0", "--fps", "0", "--loop=false")
	if code := camera.wait(t, patience); code != 0 {
		t.Fatalf("camerad ended with code %d after the recording's end", code)
	}
	if _, err := os.Lstat(r.segment(segmentOf(camerad))); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("camerad has left its segment: %v", err)
	}
	sights, commands := r.sights.since(0), r.commands.since(0)
	for _, d := range p {
		d.stop(t)
	}
	r.nothingLeft()

	both, answered := 0, map[int64]bool{}
	for _, s := range sights {
		if s.left > 0 && s.right > 0 {
			both++
		}
	}
	for _, c := range commands {
		answered[c.FrameID] = true
	}
	last := sights[len(sights)-1]
	t.Logf("%d frames, %d evaluated, %d overrun, %d skipped; both lines in %d of %d; %d frames have a command", last.frameID,
		last.evaluated, last.overrun, last.skipped, both, len(sights), len(answered))
	if len(sights) < 100 {
		t.Errorf("%d detections of a recording of 222 frames", len(sights))
	}
	if 10*both < 9*len(sights) {
		t.Errorf("both lines in %d of %d detections, nine of ten expected", both, len(sights))
	}
	if 10*len(answered) < 9*len(sights) {
		t.Errorf("%d of %d detections have a command", len(answered), len(sights))
	}
}
