package detect

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"lanekeeper/msg"
)

func newCV(t testing.TB, p Params) *CV {
	t.Helper()
	d, err := NewCV(Options{Params: p})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// see detects in one scene that stands alone, with the scene's camera.
func see(t testing.TB, s *scene) msg.Detection {
	t.Helper()
	p := DefaultParams()
	p.Camera = s.camera
	d := newCV(t, p)
	h, pix := s.render()
	var out msg.Detection
	if err := d.Take(&h, pix); err != nil {
		t.Fatal(err)
	}
	if err := d.Detect(&out); err != nil {
		t.Fatal(err)
	}
	checkSound(t, &out)
	return out
}

// checkSound holds what is true of every detection.
func checkSound(t testing.TB, d *msg.Detection) {
	t.Helper()
	if d.Ready != 1 || d.Method < msg.MethodCV || d.Method > msg.MethodFused {
		t.Errorf("ready %d, method %v", d.Ready, d.Method)
	}
	for _, l := range []struct {
		name string
		has  int32
		lane msg.Lane
		line *msg.Line
	}{{"left", d.HasLeftLane, d.LeftLane, &d.Left}, {"right", d.HasRightLane, d.RightLane, &d.Right}} {
		if (l.has == 1) != (l.line.Count >= 2) {
			t.Errorf("%s: has %d with %d points", l.name, l.has, l.line.Count)
		}
		if !(l.lane.Confidence >= 0 && l.lane.Confidence <= 1) || l.lane.Confidence != l.line.Confidence {
			t.Errorf("%s: confidences %v and %v", l.name, l.lane.Confidence, l.line.Confidence)
		}
		for i := range int(l.line.Count) {
			p := l.line.Points[i]
			if math.IsNaN(float64(p.X)) || math.IsInf(float64(p.X), 0) {
				t.Errorf("%s: point %d at %v", l.name, i, p)
			}
			if i > 0 && p.Y >= l.line.Points[i-1].Y {
				t.Errorf("%s: point %d in row %v after row %v", l.name, i, p.Y, l.line.Points[i-1].Y)
			}
		}
		for _, v := range append(l.line.Poly[:], l.line.FromM, l.line.ToM, l.line.PolySigmaM) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%s: %v from %v to %v", l.name, l.line.Poly, l.line.FromM, l.line.ToM)
			}
		}
	}
	for _, v := range []float64{d.OffsetM, d.HeadingRad, d.CurvaturePerM, d.LaneWidthM} {
		if math.IsInf(v, 0) {
			t.Errorf("offset %v, heading %v, curvature %v, width %v", d.OffsetM, d.HeadingRad, d.CurvaturePerM, d.LaneWidthM)
		}
	}
}

func TestScenes(t *testing.T) {
	type want struct{ offset, heading, curvature, width float64 }
	for _, c := range []struct {
		name string
		s    scene
		want want
		tol  want
	}{
		{"tape straight", tape(0, 0, 0), want{0, 0, 0, 0.35}, want{0.01, 0.02, 0.2, 0.02}},
		{"tape left of the middle", tape(0.06, 0, 0), want{0.06, 0, 0, 0.35}, want{0.01, 0.02, 0.2, 0.02}},
		{"tape right of the middle", tape(-0.06, 0, 0), want{-0.06, 0, 0, 0.35}, want{0.01, 0.02, 0.2, 0.02}},
		{"tape pointing left", tape(0, 0.2, 0), want{0, 0.2, 0, 0.35}, want{0.01, 0.03, 0.2, 0.02}},
		{"tape pointing right", tape(0.05, -0.2, 0), want{0.05, -0.2, 0, 0.35}, want{0.01, 0.03, 0.2, 0.02}},
		{"tape bend to the left", tape(0, 0, 0.8), want{0, 0, 0.8, 0.35}, want{0.02, 0.06, 0.4, 0.03}},
		{"tape bend to the right", tape(0, 0, -0.8), want{0, 0, -0.8, 0.35}, want{0.02, 0.06, 0.4, 0.03}},
		{"road straight", road(0, 0, 0), want{0, 0, 0, 3.6}, want{0.1, 0.02, 0.004, 0.15}},
		{"road left of the middle", road(0.5, 0, 0), want{0.5, 0, 0, 3.6}, want{0.1, 0.02, 0.004, 0.15}},
		{"road pointing right", road(0, -0.05, 0), want{0, -0.05, 0, 3.6}, want{0.1, 0.02, 0.004, 0.15}},
		{"road bend to the left", road(0, 0, 0.004), want{0, 0, 0.004, 3.6}, want{0.2, 0.03, 0.003, 0.25}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := see(t, &c.s)
			if d.HasLeftLane != 1 || d.HasRightLane != 1 {
				t.Fatalf("left %d, right %d", d.HasLeftLane, d.HasRightLane)
			}
			got := want{d.OffsetM, d.HeadingRad, d.CurvaturePerM, d.LaneWidthM}
			check := func(what string, got, want, tol float64) {
				if !(math.Abs(got-want) <= tol) {
					t.Errorf("%s %.4f, want %.4f ± %.4f", what, got, want, tol)
				}
			}
			check("offset", got.offset, c.want.offset, c.tol.offset)
			check("heading", got.heading, c.want.heading, c.tol.heading)
			check("curvature", got.curvature, c.want.curvature, c.tol.curvature)
			check("width", got.width, c.want.width, c.tol.width)
			onPaint(t, &c.s, &d.Left, &c.s.lines[0], 3.5)
			onPaint(t, &c.s, &d.Right, &c.s.lines[1], 3.5)
			if d.Left.Confidence < 0.5 || d.Right.Confidence < 0.5 {
				t.Errorf("confidences %.2f and %.2f", d.Left.Confidence, d.Right.Confidence)
			}
		})
	}
}

// onPaint holds that the points that were seen lie on the painted line, by at most tol pixels across it at 640 px of
// width.
func onPaint(t *testing.T, s *scene, l *msg.Line, p *paint, tol float64) {
	t.Helper()
	v := s.camera.View(s.w, s.h)
	tol *= float64(s.w) / 640
	seen := 0
	for i := range int(l.Count) {
		if l.Extrapolated>>i&1 != 0 {
			continue
		}
		x, _, ok := v.Ground(float64(l.Points[i].X), float64(l.Points[i].Y))
		if !ok {
			continue
		}
		seen++
		a, rowA, _ := v.Pixel(x, p.y(x))
		b, rowB, _ := v.Pixel(x*1.02, p.y(x*1.02))
		slope := (b - a) / (rowB - rowA)
		if e := math.Abs(float64(l.Points[i].X)-a) / math.Sqrt(1+slope*slope); e > tol {
			t.Errorf("point %d (%.0f, %.0f) is %.1f px off the paint", i, l.Points[i].X, l.Points[i].Y, e)
		}
	}
	if seen < 5 {
		t.Errorf("only %d points on the paint", seen)
	}
}

func TestOneLine(t *testing.T) {
	s := tape(0.05, 0, 0)
	s.lines = s.lines[1:]
	p := DefaultParams()
	p.Camera, p.LaneWidthM = s.camera, 0.35
	d := newCV(t, p)
	h, pix := s.render()
	var out msg.Detection
	if err := d.Take(&h, pix); err != nil {
		t.Fatal(err)
	}
	if err := d.Detect(&out); err != nil {
		t.Fatal(err)
	}
	if out.HasLeftLane != 0 || out.HasRightLane != 1 {
		t.Fatalf("left %d, right %d", out.HasLeftLane, out.HasRightLane)
	}
	if math.Abs(out.OffsetM-0.05) > 0.01 || out.LaneWidthM != 0.35 {
		t.Errorf("offset %v in a lane %v wide", out.OffsetM, out.LaneWidthM)
	}
	p.LaneWidthM = 0
	d = newCV(t, p)
	if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(out.OffsetM) || out.Departure != msg.DepartureUnknown || math.IsNaN(out.HeadingRad) {
		t.Errorf("one line of a lane of unknown width: offset %v, %v, heading %v", out.OffsetM, out.Departure, out.HeadingRad)
	}
}

// TestWidthDisagrees holds that lines that are not a lane's width apart are believed less.
func TestWidthDisagrees(t *testing.T) {
	s := tape(0, 0, 0)
	h, pix := s.render()
	confidence := func(laneWidthM float64) float64 {
		p := DefaultParams()
		p.Camera, p.LaneWidthM = s.camera, laneWidthM
		d := newCV(t, p)
		var out msg.Detection
		if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
			t.Fatal(err)
		}
		checkSound(t, &out)
		return out.LeftLane.Confidence
	}
	right, tooNarrow, unknown := confidence(0.35), confidence(0.2), confidence(0)
	if right < 0.8 || tooNarrow > 0.2 || unknown < right {
		t.Errorf("confidence %.2f in a lane as wide as configured, %.2f in one too wide, %.2f where nothing is configured", right, tooNarrow, unknown)
	}
}

func TestNothingToSee(t *testing.T) {
	bare := scene{camera: tapeCamera, w: 640, h: 480, ground: 60}
	noisy := bare
	noisy.noise = 20
	step := bare // a bright floor beside the mat
	step.extra = func(x, y float64) (byte, bool) { return 180, y > 0.1 }
	zebra := bare
	zebra.extra = func(x, y float64) (byte, bool) {
		return 220, x > 0.3 && x < 0.5 && math.Mod(y+10, 0.045) < 0.02
	}
	for name, s := range map[string]scene{"bare": bare, "noise": noisy, "step": step, "zebra": zebra} {
		t.Run(name, func(t *testing.T) {
			if d := see(t, &s); d.HasLeftLane != 0 || d.HasRightLane != 0 || !math.IsNaN(d.OffsetM) {
				t.Errorf("left %v, right %v, offset %v", d.LeftLane, d.RightLane, d.OffsetM)
			}
		})
	}
}

// TestUncalibrated holds that without a camera's description lengths come in lane widths, with the right signs.
func TestUncalibrated(t *testing.T) {
	for _, s := range []scene{tape(0.07, 0, 0), road(0.72, 0, 0)} {
		d := newCV(t, DefaultParams())
		h, pix := s.render()
		var out msg.Detection
		if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
			t.Fatal(err)
		}
		checkSound(t, &out)
		if out.Flags&msg.DetectionUncalibrated == 0 || math.Abs(out.LaneWidthM-1) > 1e-9 {
			t.Errorf("flags %b, a lane %v wide", out.Flags, out.LaneWidthM)
		}
		if math.Abs(out.OffsetM-0.2) > 0.04 || math.Abs(out.HeadingRad) > 0.05 {
			t.Errorf("offset %.3f lane widths, heading %.3f, want 0.2 and 0", out.OffsetM, out.HeadingRad)
		}
	}
}

func TestDeparture(t *testing.T) {
	for offset, want := range map[float64]msg.Departure{0: msg.DepartureNone, 0.12: msg.DepartureLeft, -0.12: msg.DepartureRight} {
		s := tape(offset, 0, 0)
		s.camera.HFOVDeg = 100
		if d := see(t, &s); d.Departure != want {
			t.Errorf("%v m left in a lane of 0.35 m: %v (offset %.3f), want %v", offset, d.Departure, d.OffsetM, want)
		}
	}
}

// TestSequence holds a line through frames without it, with falling confidence, and no longer than it may be.
func TestSequence(t *testing.T) {
	with, without := tape(0, 0, 0), tape(0, 0, 0)
	without.lines = without.lines[1:]
	h1, p1 := with.render()
	h2, p2 := without.render()
	d := newCV(t, DefaultParams())
	var out msg.Detection
	now, step := int64(0), int64(40*time.Millisecond)
	frame := func(h msg.FrameHeader, pix []byte) {
		t.Helper()
		now += step
		h.SourceNs = now
		if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
			t.Fatal(err)
		}
		checkSound(t, &out)
	}
	frame(h2, p2)
	if out.HasLeftLane != 0 {
		t.Fatal("a line that never was")
	}
	for range 3 {
		frame(h1, p1)
	}
	if out.HasLeftLane != 1 || out.Left.Flags != 0 {
		t.Fatalf("left %d, flags %b", out.HasLeftLane, out.Left.Flags)
	}
	last := out.Left.Confidence
	for i := range 7 {
		frame(h2, p2)
		if out.HasLeftLane != 1 || out.Left.Flags != msg.LineTracked || out.Left.Confidence >= last {
			t.Fatalf("%d frames unseen: left %d, flags %b, confidence %.2f after %.2f", i+1, out.HasLeftLane, out.Left.Flags, out.Left.Confidence, last)
		}
		last = out.Left.Confidence
	}
	frame(h2, p2)
	if out.HasLeftLane != 0 {
		t.Errorf("still there after %v", 8*time.Duration(step))
	}
	frame(h1, p1)
	h2.Flags = msg.FrameLoopStart | msg.FrameLockstep
	frame(h2, p2)
	if out.HasLeftLane != 0 || out.Flags&(msg.DetectionSourceReset|msg.DetectionLockstep) != msg.DetectionSourceReset|msg.DetectionLockstep {
		t.Errorf("a recording begun anew: left %d, flags %b", out.HasLeftLane, out.Flags)
	}
}

func TestFrozen(t *testing.T) {
	s := tape(0, 0, 0)
	h, pix := s.render()
	d := newCV(t, DefaultParams())
	var out msg.Detection
	for i, want := range []uint32{0, msg.DetectionFrozen, msg.DetectionFrozen, 0} {
		if i == 3 {
			for k := range 600 {
				pix[k] ^= 1
			}
			for k := range pix {
				pix[k] ^= 4
			}
		}
		if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
			t.Fatal(err)
		}
		if got := out.Flags & msg.DetectionFrozen; got != want {
			t.Errorf("frame %d: frozen %d, want %d", i, got, want)
		}
	}
}

func TestBeforeTheFirstFrame(t *testing.T) {
	d := newCV(t, DefaultParams())
	if err := d.Detect(new(msg.Detection)); !errors.Is(err, ErrNoFrame) {
		t.Errorf("%v, want ErrNoFrame", err)
	}
}

// TestAllocations holds that nothing is allocated once a frame of the size was seen.
func TestAllocations(t *testing.T) {
	s := road(0, 0, 0)
	h, pix := s.render()
	d := newCV(t, DefaultParams())
	var out msg.Detection
	step := func() {
		h.SourceNs += 1e7
		if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 * compareEvery {
		step()
	}
	if n := testing.AllocsPerRun(3*compareEvery, step); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

// TestGarbage feeds pictures without sense and of all formats, sizes and strides.
func TestGarbage(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	d := newCV(t, DefaultParams())
	var out msg.Detection
	for i := range 300 {
		w, ht := minSide+rnd.IntN(300), minSide+rnd.IntN(300)
		h := msg.NewFrameHeader(w, ht, msg.PixelFormat(1+i%5))
		h.Stride += uint32(rnd.IntN(40))
		h.SourceNs = int64(i) * 1e7
		pix := make([]byte, h.PixelFormat.DataBytes(w, ht, int(h.Stride)))
		for k := range pix {
			if pix[k] = byte(rnd.Uint32()); i%3 == 0 && k%7 > 1 {
				pix[k] = 0
			}
		}
		if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
			t.Fatalf("%d×%d %v: %v", w, ht, h.PixelFormat, err)
		}
		checkSound(t, &out)
	}
}
