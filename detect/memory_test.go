package detect

import (
	"errors"
	"testing"

	"lanekeeper/detect/onnx/onnxtest"
	"lanekeeper/msg"
)

// TestMemory holds that frames leave nothing behind, neither in Go nor in OpenCV, whose memory the collector does not know: one
// picture a frame left behind would be four times what is allowed here. What a network's answer could leave is less:
// TestNetworkMemory.
func TestMemory(t *testing.T) {
	const w, h = 96, 64
	for name, k := range map[string]struct {
		frames int
		format msg.PixelFormat
		d      Detector
	}{
		"cv, bgr":  {10_000, msg.BGR24, newCV(t, DefaultParams())},
		"cv, jpeg": {10_000, msg.JPEG, newCV(t, DefaultParams())},
		"dl, bgr":  {2000, msg.BGR24, newDL(t, DefaultParams(), modelOf(t, onnxtest.Brightness(128, 96).File()))},
		"dl, jpeg": {2000, msg.JPEG, newDL(t, DefaultParams(), modelOf(t, onnxtest.Brightness(128, 96).File()))},
	} {
		hd, pix := halves(t, k.format, w, h, 0)
		var out msg.Detection
		run := func(frames int) {
			for range frames {
				hd.SourceNs += 1e7
				if err := errors.Join(k.d.Take(&hd, pix), k.d.Detect(&out)); err != nil {
					t.Fatal(err)
				}
			}
		}
		run(k.frames / 10)
		before := residentKiB(t)
		run(k.frames)
		picture := w * h * 3 // bytes, decoded
		if grown, most := residentKiB(t)-before, k.frames*picture>>12; grown > most {
			t.Errorf("%s: %d KiB more in memory after %d frames, at most %d expected", name, grown, k.frames, most)
		}
	}
}

// TestRawAllocations holds that no raw format allocates once a frame of it was seen.
func TestRawAllocations(t *testing.T) {
	d := newCV(t, DefaultParams())
	for f := msg.RGB24; f < msg.JPEG; f++ {
		h, pix := halves(t, f, 320, 240, 0)
		var out msg.Detection
		step := func() {
			h.SourceNs += 1e7
			if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
				t.Fatal(err)
			}
		}
		for range compareEvery {
			step()
		}
		if n := testing.AllocsPerRun(3*compareEvery, step); n != 0 {
			t.Errorf("%v: %v allocations a frame", f, n)
		}
	}
}
