package e2e

import (
	"testing"
	"time"
)

// TestAccounting drives in real time and finds every frame that was published in the detector's books: evaluated, overrun, or
// skipped for a newer one. Only frames that came before the detector had attached are in none.
func TestAccounting(t *testing.T) {
	r := newRig(t, "road")
	p := []*process{r.start(controld), r.start(detectd)}
	awaitStatus(r, detectd, "ready", func(*struct{}) bool { return true })
	drive := r.start(laneSim, "--duration", "10s")
	if code := drive.wait(t, patience); code != 0 {
		t.Fatalf("lane-sim ended with code %d", code)
	}
	report := readReport(t, r.reportPath())
	last := r.sights.await(0, "the last frame's detection", func(s *sight) bool { return s.frameID == report.FrameID })
	sights := r.sights.since(0)
	for _, d := range p {
		d.stop(t)
	}

	books := func(s sight) uint64 { return s.evaluated + s.overrun + s.skipped }
	unseen := uint64(sights[0].frameID) - books(sights[0])
	t.Logf("%d frames published: %d evaluated, %d overrun, %d skipped, %d before the detector had attached", report.FramesPublished,
		last.evaluated, last.overrun, last.skipped, unseen)
	for _, s := range sights {
		if got := books(s) + unseen; got != uint64(s.frameID) {
			t.Errorf("frame %d: %d evaluated, %d overrun, %d skipped, %d before: %d in all", s.frameID, s.evaluated, s.overrun, s.skipped, unseen, got)
		}
	}
	if uint64(report.FrameID) != report.FramesPublished {
		t.Errorf("%d frames published, the last is number %d", report.FramesPublished, report.FrameID)
	}
	if last.count != last.evaluated {
		t.Errorf("%d detections published, %d frames evaluated", last.count, last.evaluated)
	}
	if report.TimeS < 10 {
		t.Errorf("the drive took %v s, 10 expected", report.TimeS)
	}
	r.reportLatency()
}

// reportLatency logs how old pictures were when they had their command.
func (r *rig) reportLatency() {
	r.t.Helper()
	var worst, sum, n int64
	for _, c := range r.commands.since(0) {
		if c.CaptureNs != 0 {
			worst, sum, n = max(worst, c.publishNs-c.CaptureNs), sum+c.publishNs-c.CaptureNs, n+1
		}
	}
	if n == 0 {
		r.t.Fatal("no command answers a picture")
	}
	r.t.Logf("capture to command: mean %.1f ms, worst %.1f ms of %d", float64(sum)/float64(n)/1e6, time.Duration(worst).Seconds()*1e3, n)
}
