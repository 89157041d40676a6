package detect

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lanekeeper/detect/onnx/onnxtest"
	"lanekeeper/msg"
)

// modelOf puts a network into a file.
func modelOf(t testing.TB, file []byte) Model {
	t.Helper()
	m := DefaultModel()
	m.File = filepath.Join(t.TempDir(), "lanes.onnx")
	if err := os.WriteFile(m.File, file, 0o644); err != nil {
		t.Fatal(err)
	}
	return m
}

func newDL(t testing.TB, p Params, m Model) *DL {
	t.Helper()
	d, err := NewDL(Options{Params: p, Model: m, GPU: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// brightDL is a detector whose network takes what is bright for a line.
func brightDL(t testing.TB, p Params) *DL {
	return newDL(t, p, modelOf(t, onnxtest.Brightness(320, 192).File()))
}

// TestDLScenes holds the whole way from pixels to metres, of another shape than the network's picture.
func TestDLScenes(t *testing.T) {
	for _, k := range []struct {
		name                       string
		offset, heading, curvature float64
	}{{"straight", 0, 0, 0}, {"left of the middle", 0.06, 0, 0}, {"pointing right", 0, -0.2, 0}, {"bend", 0, 0, 0.8}} {
		t.Run(k.name, func(t *testing.T) {
			s := tape(k.offset, k.heading, k.curvature)
			p := DefaultParams()
			p.Camera = s.camera
			d := brightDL(t, p)
			h, pix := s.render()
			var out msg.Detection
			if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
				t.Fatal(err)
			}
			checkSound(t, &out)
			if out.Method != msg.MethodDL || out.HasLeftLane != 1 || out.HasRightLane != 1 {
				t.Fatalf("%v, left %d, right %d", out.Method, out.HasLeftLane, out.HasRightLane)
			}
			if math.Abs(out.OffsetM-k.offset) > 0.02 || math.Abs(out.HeadingRad-k.heading) > 0.06 || math.Abs(out.LaneWidthM-0.35) > 0.03 {
				t.Errorf("offset %.3f, heading %.3f, width %.3f; want %.3f, %.3f, 0.350", out.OffsetM, out.HeadingRad, out.LaneWidthM, k.offset, k.heading)
			}
			onPaint(t, &s, &out.Left, &s.lines[0], 4)
			onPaint(t, &s, &out.Right, &s.lines[1], 4)
		})
	}
}

func TestDLNothingToSee(t *testing.T) {
	bare := scene{camera: tapeCamera, w: 640, h: 480, ground: 60}
	step := bare
	step.extra = func(_, y float64) (byte, bool) { return 180, y > 0.1 }
	for name, s := range map[string]scene{"bare": bare, "step": step} {
		d := brightDL(t, DefaultParams())
		h, pix := s.render()
		var out msg.Detection
		if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
			t.Fatal(err)
		}
		if out.HasLeftLane != 0 || out.HasRightLane != 0 {
			t.Errorf("%s: left %v, right %v", name, out.LeftLane, out.RightLane)
		}
	}
}

// TestDLSequence holds what the detectors share: tracking through a frame without lines, sources that begin anew, pictures
// that repeat.
func TestDLSequence(t *testing.T) {
	with, without := tape(0, 0, 0), tape(0, 0, 0)
	without.lines = nil
	h, lines := with.render()
	_, none := without.render()
	d := brightDL(t, DefaultParams())
	var out msg.Detection
	for i, k := range []struct {
		pix          []byte
		flags        uint32
		has          int32
		lines, frame uint32
	}{
		{none, 0, 0, 0, 0},
		{lines, 0, 1, 0, 0},
		{lines, 0, 1, 0, msg.DetectionFrozen},
		{none, 0, 1, msg.LineTracked, 0},
		{none, msg.FrameLoopStart, 0, 0, msg.DetectionSourceReset},
	} {
		h.SourceNs += 4e7
		h.Flags = k.flags
		if err := errors.Join(d.Take(&h, k.pix), d.Detect(&out)); err != nil {
			t.Fatal(err)
		}
		checkSound(t, &out)
		if out.HasLeftLane != k.has || out.Left.Flags != k.lines || out.Flags&^msg.DetectionUncalibrated != k.frame {
			t.Errorf("frame %d: has %d, flags %b and %b; want %d, %b and %b", i, out.HasLeftLane, out.Left.Flags, out.Flags, k.has, k.lines, k.frame)
		}
	}
}

func TestDLOrder(t *testing.T) {
	d := brightDL(t, DefaultParams())
	var out msg.Detection
	if err := d.Detect(&out); !errors.Is(err, ErrNoFrame) {
		t.Errorf("%v, want ErrNoFrame", err)
	}
	s := tape(0, 0, 0)
	h, pix := s.render()
	if err := errors.Join(d.Take(&h, pix), d.Close(), d.Close()); err != nil {
		t.Fatal(err)
	}
	if err := d.Detect(&out); !errors.Is(err, os.ErrClosed) {
		t.Errorf("%v after Close", err)
	}
	h.Width = 1
	if err := d.Take(&h, pix); err == nil {
		t.Error("a frame 1 px wide was taken")
	}
}

// TestDLAllocations holds that nothing is allocated in Go once a frame of the size was seen.
func TestDLAllocations(t *testing.T) {
	d := newDL(t, DefaultParams(), modelOf(t, onnxtest.Brightness(128, 128).File()))
	s := tape(0, 0, 0)
	s.w, s.h = 160, 120
	h, pix := s.render()
	var out msg.Detection
	step := func() {
		h.SourceNs += 1e7
		if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
			t.Fatal(err)
		}
	}
	for range 50 {
		step()
	}
	if n := testing.AllocsPerRun(200, step); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

// TestNetworkMemory holds that no Mat is left behind. One that was would be some 200 bytes: the numbers in it are the
// network's own.
func TestNetworkMemory(t *testing.T) {
	d := newDL(t, DefaultParams(), modelOf(t, onnxtest.Brightness(16, 16).File()))
	run := func(times int) {
		for range times {
			if err := d.net.run(); err != nil {
				t.Fatal(err)
			}
		}
	}
	run(2000)
	before := residentKiB(t)
	run(40_000)
	if grown := residentKiB(t) - before; grown > 3<<10 {
		t.Errorf("%d KiB more in memory after 40000 runs", grown)
	}
}

func residentKiB(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestDLGarbage feeds networks' pictures of all formats, sizes and strides.
func TestDLGarbage(t *testing.T) {
	d := newDL(t, DefaultParams(), modelOf(t, onnxtest.Brightness(64, 48).File()))
	var out msg.Detection
	for i := range 200 {
		w, ht := minSide+i*37%300, minSide+i*53%300
		h := msg.NewFrameHeader(w, ht, msg.PixelFormat(1+i%5))
		h.Stride += uint32(i % 40)
		h.SourceNs = int64(i) * 1e7
		pix := bytes.Repeat([]byte{0, 255, byte(i), 90, 200}, h.PixelFormat.DataBytes(w, ht, int(h.Stride))/5+1)
		if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
			t.Fatalf("%d×%d %v: %v", w, ht, h.PixelFormat, err)
		}
		checkSound(t, &out)
	}
}
