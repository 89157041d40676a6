package detect

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"lanekeeper/detect/onnx/onnxtest"
	"lanekeeper/msg"
)

// puppet is a looker that sees a straight line at a share of the width on either side, as soon as it may.
type puppet struct {
	may    chan struct{} // nil: at once
	lines  [2]float64    // 0 for none
	err    error
	taken  int
	looked int
	closed bool
}

func (p *puppet) take(*msg.FrameHeader, []byte) error {
	p.taken++
	return nil
}

func (p *puppet) look(s *sight) error {
	if p.may != nil {
		<-p.may
	}
	p.looked++
	s.grid = newGrid(192, 144, 28)
	for side, x := range p.lines {
		s.found[side] = upright(x*192, 0.9)
		if x == 0 {
			s.found[side].clear()
		}
	}
	return p.err
}

func (p *puppet) close() { p.closed = true }

// upright is a trail along the whole grid that is seen everywhere.
func upright(x, confidence float64) trail {
	t := trail{last: gridRows - 1, confidence: confidence}
	for i := range t.x {
		t.x[i] = x
	}
	return t
}

// puppeteer is a detector with a puppet beside it.
func puppeteer(t testing.TB, p *puppet, wait bool) *Fused {
	t.Helper()
	d, err := newFused(Options{Params: DefaultParams(), Model: DefaultModel(), Wait: wait}, func() (looker, error) { return p, nil })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// play is a drive on which each frame comes 10 ms after the one before.
type play struct {
	h   msg.FrameHeader
	pix []byte
}

func newPlay(s scene) *play {
	h, pix := s.render()
	return &play{h, pix}
}

func (p *play) frame(t testing.TB, d Detector, out *msg.Detection) {
	t.Helper()
	p.h.FrameID++
	p.h.SourceNs += 1e7
	if err := errors.Join(d.Take(&p.h, p.pix), d.Detect(out)); err != nil {
		t.Fatal(err)
	}
}

// await waits until the puppet has looked, without taking in what it saw.
func await(d *Fused) {
	<-d.observer.finished
	d.observer.finished <- struct{}{}
}

// TestFusedWaitsForNone holds that while the network does not come to an end, frames go on exactly as without it, and that its
// answer then counts, if it is young enough.
func TestFusedWaitsForNone(t *testing.T) {
	for _, k := range []struct {
		frames int
		age    uint32
		method msg.Method
		flags  uint32
	}{{10, 100, msg.MethodFused, msg.LineAgreed}, {30, 300, msg.MethodFused, msg.LineAgreed}, {31, msg.NoNetwork, msg.MethodCV, 0}} {
		p := &puppet{may: make(chan struct{})}
		d, alone := puppeteer(t, p, false), newCV(t, DefaultParams())
		one, two := newPlay(tape(0, 0, 0)), newPlay(tape(0, 0, 0))
		var got, want msg.Detection
		for i := range k.frames {
			one.frame(t, d, &got)
			two.frame(t, alone, &want)
			if got != want && !sameButNaN(&got, &want) {
				t.Fatalf("frame %d: differs from that without a network", i)
			}
		}
		if p.taken != 1 {
			t.Errorf("it took %d frames while it looked at the first", p.taken)
		}
		g := &d.cv.grid
		p.may <- struct{}{}
		await(d)
		seen := &d.observer.sight // the puppet is idle: let it have seen what the other sees
		for side := range seen.found {
			seen.found[side].resample(&d.cv.shown[side], g, &seen.grid)
			seen.found[side].confidence = 0.9
		}
		one.frame(t, d, &got)
		if got.NetworkAgeMs != k.age || got.Method != k.method || got.Left.Flags != k.flags || got.Right.Flags != k.flags {
			t.Errorf("after %d frames: age %d, %v, flags %b and %b; want %d, %v, %b", k.frames, got.NetworkAgeMs, got.Method,
				got.Left.Flags, got.Right.Flags, k.age, k.method, k.flags)
		}
		close(p.may)
	}
}

// sameButNaN compares what numbers can be compared of two detections.
func sameButNaN(a, b *msg.Detection) bool {
	x, y := *a, *b
	for _, d := range []*msg.Detection{&x, &y} {
		d.OffsetM, d.HeadingRad, d.CurvaturePerM, d.LaneWidthM = 0, 0, 0, 0
	}
	return x == y
}

// TestFusedWaits holds that where time stands still meanwhile each frame has the answer about itself.
func TestFusedWaits(t *testing.T) {
	for name, k := range map[string]struct {
		wait  bool
		flags uint32
	}{"asked to": {true, 0}, "lock-step": {false, msg.FrameLockstep}} {
		p := &puppet{lines: [2]float64{0.2, 0.8}}
		d := puppeteer(t, p, k.wait)
		f := newPlay(scene{camera: tapeCamera, w: 640, h: 480, ground: 60})
		f.h.Flags = k.flags
		var out msg.Detection
		for i := range 5 {
			f.frame(t, d, &out)
			checkSound(t, &out)
			if out.NetworkAgeMs != 0 || out.Method != msg.MethodDL || out.Left.Flags != msg.LineNetwork || p.looked != i+1 {
				t.Errorf("%s, frame %d: age %d, %v, flags %b, looked %d times", name, i, out.NetworkAgeMs, out.Method, out.Left.Flags, p.looked)
			}
		}
		if n := d.Network(); n.Answers != 5 || n.Err != nil {
			t.Errorf("%s: %+v", name, n)
		}
	}
}

// TestFusedForgets holds that what was looked at before a reset, or in a time to come, has no say.
func TestFusedForgets(t *testing.T) {
	for name, k := range map[string]struct {
		running bool // the network looks meanwhile
		do      func(*Fused, *play)
	}{
		"reset while it looks": {true, func(d *Fused, _ *play) { d.Reset() }},
		"reset":                {false, func(d *Fused, _ *play) { d.Reset() }},
		"loop":                 {true, func(_ *Fused, f *play) { f.h.Flags, f.h.SourceNs = msg.FrameLoopStart, 0 }},
		"another source":       {true, func(_ *Fused, f *play) { f.h.SourceID++ }},
		"time goes back":       {false, func(_ *Fused, f *play) { f.h.SourceNs = -1e9 }},
		"a pause":              {false, func(_ *Fused, f *play) { f.h.SourceNs += 5e8 }},
	} {
		p := &puppet{may: make(chan struct{}, 2), lines: [2]float64{0.2, 0.8}}
		d := puppeteer(t, p, false)
		f := newPlay(scene{camera: tapeCamera, w: 640, h: 480, ground: 60})
		var out msg.Detection
		f.frame(t, d, &out)
		if !k.running {
			p.may <- struct{}{}
			await(d)
			f.frame(t, d, &out)
			if out.NetworkAgeMs != 10 || out.HasLeftLane != 1 || out.Left.Flags != msg.LineNetwork|msg.LineTracked {
				t.Fatalf("%s: age %d, left %d, flags %b", name, out.NetworkAgeMs, out.HasLeftLane, out.Left.Flags)
			}
		}
		k.do(d, f)
		if k.running {
			p.may <- struct{}{}
			await(d)
		}
		f.frame(t, d, &out)
		if out.NetworkAgeMs != msg.NoNetwork || out.Left.Flags&msg.LineTracked == 0 && out.HasLeftLane != 0 {
			t.Errorf("%s: age %d, left %d, flags %b", name, out.NetworkAgeMs, out.HasLeftLane, out.Left.Flags)
		}
		close(p.may)
	}
}

// TestFusedFails holds that the classical detector goes on alone when the network cannot be computed.
func TestFusedFails(t *testing.T) {
	broken := errors.New("broken")
	p := &puppet{err: broken}
	d := puppeteer(t, p, true)
	f := newPlay(tape(0, 0, 0))
	var out msg.Detection
	for range 3 {
		f.frame(t, d, &out)
		if out.Method != msg.MethodCV || out.HasLeftLane != 1 || out.NetworkAgeMs != msg.NoNetwork {
			t.Errorf("%v, left %d, age %d", out.Method, out.HasLeftLane, out.NetworkAgeMs)
		}
	}
	if n := d.Network(); !errors.Is(n.Err, broken) || n.Answers != 0 || p.looked != 1 || p.taken != 1 {
		t.Errorf("%+v, looked %d times, took %d", n, p.looked, p.taken)
	}
}

// TestFusedCloses holds that closing waits for a forward pass, which works on what closing frees.
func TestFusedCloses(t *testing.T) {
	p := &puppet{may: make(chan struct{})}
	d := puppeteer(t, p, false)
	f := newPlay(tape(0, 0, 0))
	var out msg.Detection
	f.frame(t, d, &out)
	closed := make(chan error)
	go func() { closed <- d.Close() }()
	select {
	case <-closed:
		t.Fatal("closed while the network was computed")
	case p.may <- struct{}{}:
	}
	if err := <-closed; err != nil || p.looked != 1 || !p.closed {
		t.Errorf("%v, looked %d times, closed %v", err, p.looked, p.closed)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	f.frame(t, d, &out) // the classical detector needs nothing that was closed
}

func TestFusedOrder(t *testing.T) {
	d := puppeteer(t, &puppet{}, false)
	var out msg.Detection
	if err := d.Detect(&out); !errors.Is(err, ErrNoFrame) {
		t.Errorf("%v, want ErrNoFrame", err)
	}
	h := msg.NewFrameHeader(64, 48, msg.JPEG)
	if err := d.Take(&h, []byte("no picture")); !errors.Is(err, errNotJPEG) {
		t.Errorf("%v, want %v", err, errNotJPEG)
	}
	h = msg.NewFrameHeader(64, 48, msg.RGB24)
	if err := d.Take(&h, nil); err == nil {
		t.Error("a frame without pixels was taken")
	}
	none := DefaultModel()
	none.File = "/nonexistent.onnx"
	if _, err := New("cv+dl", Options{Params: DefaultParams(), Model: none, GPU: -1}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func newBright(t testing.TB, wait bool) *Fused {
	t.Helper()
	d, err := New("cv+dl", Options{
		Params: DefaultParams(), Model: modelOf(t, onnxtest.Brightness(320, 192).File()), GPU: -1, Wait: wait,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d.(*Fused)
}

// TestFusedScenes holds the whole way with a network: both see both lines, in every format.
func TestFusedScenes(t *testing.T) {
	for _, curvature := range []float64{0, 0.8} {
		s := tape(0, 0, curvature)
		d := newBright(t, true)
		var out msg.Detection
		newPlay(s).frame(t, d, &out)
		checkSound(t, &out)
		if out.Method != msg.MethodFused || out.Left.Flags != msg.LineAgreed || out.Right.Flags != msg.LineAgreed || out.NetworkAgeMs != 0 {
			t.Errorf("%v, flags %b and %b, age %d", out.Method, out.Left.Flags, out.Right.Flags, out.NetworkAgeMs)
		}
		onPaint(t, &s, &out.Left, &s.lines[0], 4)
		onPaint(t, &s, &out.Right, &s.lines[1], 4)
	}
}

func TestFusedAllocatesNothing(t *testing.T) {
	for _, wait := range []bool{true, false} {
		d := newBright(t, wait)
		f := newPlay(tape(0, 0, 0))
		var out msg.Detection
		step := func() { f.frame(t, d, &out) }
		for range 50 {
			step()
		}
		if n := testing.AllocsPerRun(200, step); n != 0 {
			t.Errorf("waiting %v: %v allocations a frame", wait, n)
		}
	}
}

// TestFusedFormats holds that both take the same picture of each format, a JPEG decoded once among them, and that the record
// is about the frame as it came.
func TestFusedFormats(t *testing.T) {
	for _, f := range []msg.PixelFormat{msg.RGB24, msg.BGR24, msg.Gray8, msg.YUYV, msg.NV12, msg.JPEG} {
		h, pix := halves(t, f, 96, 64, 0)
		h.FrameID = 7
		d, cv := newBright(t, true), newCV(t, DefaultParams())
		net := d.observer.looker.(*networkLooker).net.sampler
		other := newSampler(net.w, net.h)
		var out msg.Detection
		if err := errors.Join(d.Take(&h, pix), cv.Take(&h, pix), other.take(&h, pix), d.Detect(&out)); err != nil {
			t.Fatalf("%v: %v", f, err)
		}
		if !bytes.Equal(d.cv.source.pic.bright, cv.source.pic.bright) || !bytes.Equal(net.planes, other.planes) {
			t.Errorf("%v: another picture than each alone takes", f)
		}
		if d.cv.header != h || out.FrameID != 7 || out.NetworkAgeMs != 0 {
			t.Errorf("%v: %+v, age %d", f, d.cv.header, out.NetworkAgeMs)
		}
	}
}
