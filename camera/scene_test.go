package camera

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// quadrants is a BGR picture of four colours: red, green over blue, grey. Sides are divided in the middle.
func quadrants(t *testing.T, width, height int) gocv.Mat {
	t.Helper()
	m := gocv.NewMatWithSize(height, width, gocv.MatTypeCV8UC3)
	cx, cy := width/2, height/2
	for _, q := range []struct {
		r image.Rectangle
		c color.RGBA
	}{
		{image.Rect(0, 0, cx, cy), red}, {image.Rect(cx, 0, width, cy), green}, {image.Rect(0, cy, cx, height), blue},
		{image.Rect(cx, cy, width, height), grey},
	} {
		gocv.Rectangle(&m, q.r, q.c, -1)
	}
	return m
}

var (
	red   = color.RGBA{R: 200, G: 20, B: 40, A: 255}
	green = color.RGBA{R: 30, G: 180, B: 60, A: 255}
	blue  = color.RGBA{R: 10, G: 50, B: 220, A: 255}
	grey  = color.RGBA{R: 120, G: 120, B: 120, A: 255}
)

// writeClip makes a video of frames that are grey of value 10·index, MJPEG in AVI.
func writeClip(t *testing.T, width, height, frames int, fps float64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clip.avi")
	w, err := gocv.VideoWriterFile(path, "MJPG", fps, width, height, true)
	if err != nil {
		t.Fatal(err)
	}
	m := gocv.NewMatWithSize(height, width, gocv.MatTypeCV8UC3)
	defer m.Close()
	for i := range frames {
		v := float64(10 * i)
		m.SetTo(gocv.NewScalar(v, v, v, 0))
		if err := w.Write(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// writeImages makes a folder of grey PNG images; the value is in the map.
func writeImages(t *testing.T, width, height int, values map[string]int) string {
	t.Helper()
	dir := t.TempDir()
	for name, value := range values {
		v := float64(value)
		m := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(v, v, v, 0), height, width, gocv.MatTypeCV8UC3)
		if !gocv.IMWrite(filepath.Join(dir, name), m) {
			t.Fatalf("writing %s", name)
		}
		m.Close()
	}
	return dir
}

// opened opens the source, closes it with the test, and checks that it left nothing behind.
func opened(t *testing.T, c Config) Source {
	t.Helper()
	before, goroutines := countDescriptors(t), runtime.NumGoroutine()
	s, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), s.Close()); err != nil { // twice is as good as once
			t.Error(err)
		}
		if now := descriptors(t); len(now) > before {
			t.Errorf("descriptors %q, %d before", now, before)
		}
		if n := runtime.NumGoroutine(); n > goroutines {
			t.Errorf("%d goroutines, %d before", n, goroutines)
		}
	})
	return s
}

func countDescriptors(t *testing.T) int {
	t.Helper()
	return len(descriptors(t))
}

// descriptors says what is open.
func descriptors(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	var targets []string
	for _, e := range entries {
		if target, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil { // else it was the folder itself
			targets = append(targets, target)
		}
	}
	return targets
}

// read takes the next frame.
func read(t *testing.T, s Source) (msg.FrameHeader, []byte) {
	t.Helper()
	h, dst := msg.FrameHeader{FrameID: 77, SourceID: 88}, make([]byte, s.Format().DataBytes())
	if err := s.Grab(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Retrieve(&h, dst); err != nil {
		t.Fatal(err)
	}
	if h.FrameID != 77 || h.SourceID != 88 {
		t.Errorf("the frame's ids %d, %d were changed", h.FrameID, h.SourceID)
	}
	payload := append(append([]byte{}, h.Bytes()...), dst[:h.DataBytes]...)
	decoded, _, err := msg.DecodeFrame(payload)
	if err != nil || decoded != h {
		t.Errorf("the frame does not decode: %v", err)
	}
	return h, dst[:h.DataBytes]
}

// near says whether values differ by no more than tolerance.
func near(got, want []byte, tolerance int) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d values, want %d", len(got), len(want))
	}
	for i := range got {
		if d := int(got[i]) - int(want[i]); d > tolerance || -d > tolerance {
			return fmt.Errorf("got %v, want %v ± %d", got, want, tolerance)
		}
	}
	return nil
}

// testClock starts at 1 s, and tells time of the test's bubble.
func testClock() clock {
	start := time.Now()
	return clock{monotonicNs: func() int64 { return 1e9 + int64(time.Since(start)) }, wall: time.Now}
}
