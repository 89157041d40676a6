package sim

import (
	"bytes"
	"crypto/sha256"
	"math"
	"testing"
	"time"

	"lanekeeper/msg"
)

const frameTime = time.Second / 60

func newWorld(t testing.TB, name string) *World {
	t.Helper()
	s, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	w, err := New(s, 0)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func render(t testing.TB, w *World, f msg.PixelFormat) []byte {
	t.Helper()
	h := w.Scenario().Frame(f)
	dst := make([]byte, h.DataBytes)
	if err := w.Render(dst, int(h.Stride), f); err != nil {
		t.Fatal(err)
	}
	return dst
}

// journey is the hash of ten pictures of a drive by fixed commands.
func journey(t *testing.T, name string, seed uint64) [sha256.Size]byte {
	s, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	w, err := New(s, seed)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	for i := range 10 {
		for range 6 {
			w.Step(frameTime, 0.05*math.Sin(float64(i)), 0.5, 0)
		}
		sum.Write(render(t, w, msg.RGB24))
	}
	return [sha256.Size]byte(sum.Sum(nil))
}

func TestDriveRepeatsExactly(t *testing.T) {
	for _, name := range Names() {
		first := journey(t, name, 0)
		if journey(t, name, 0) != first {
			t.Errorf("%s: the same drive twice gave different pictures", name)
		}
		if journey(t, name, 77) == first {
			t.Errorf("%s: another seed gave the same pictures", name)
		}
	}
}

func TestPicturesOfOneStateAreEqualAndOfTwoAreNot(t *testing.T) {
	w := newWorld(t, "road")
	first := render(t, w, msg.RGB24)
	if !bytes.Equal(first, render(t, w, msg.RGB24)) {
		t.Error("two pictures of one state differ")
	}
	w.Step(frameTime, 0, 0, 0)
	if bytes.Equal(first, render(t, w, msg.RGB24)) {
		t.Error("a step later, standing, the noise is the same")
	}
	w.Place(0, 0, 0)
	if !bytes.Equal(first, render(t, w, msg.RGB24)) {
		t.Error("a drive placed anew differs from the first")
	}
}

func TestFormatsShowTheSame(t *testing.T) {
	w := newWorld(t, "tape")
	rgb, bgr, gray := render(t, w, msg.RGB24), render(t, w, msg.BGR24), render(t, w, msg.Gray8)
	for i := range gray {
		r, g, b := rgb[3*i], rgb[3*i+1], rgb[3*i+2]
		if bgr[3*i] != b || bgr[3*i+1] != g || bgr[3*i+2] != r {
			t.Fatalf("pixel %d: rgb %d %d %d, bgr %v", i, r, g, b, bgr[3*i:3*i+3])
		}
		if want := (77*int(r) + 150*int(g) + 29*int(b) + 128) >> 8; int(gray[i]) != want {
			t.Fatalf("pixel %d: grey %d of %d %d %d, want %d", i, gray[i], r, g, b, want)
		}
	}
}

func TestRenderKeepsToItsRows(t *testing.T) {
	w := newWorld(t, "road")
	tight := render(t, w, msg.RGB24)
	const row, stride, height = 2400, 2432, 600
	wide := bytes.Repeat([]byte{0xee}, stride*height)
	if err := w.Render(wide, stride, msg.RGB24); err != nil {
		t.Fatal(err)
	}
	for y := range height {
		if !bytes.Equal(wide[y*stride:][:row], tight[y*row:][:row]) {
			t.Fatalf("row %d differs with another stride", y)
		}
		if !bytes.Equal(wide[y*stride+row:(y+1)*stride], bytes.Repeat([]byte{0xee}, stride-row)) {
			t.Fatalf("row %d: its padding was written", y)
		}
	}
}

func TestRenderRefuses(t *testing.T) {
	w := newWorld(t, "road")
	for _, k := range []struct {
		n, stride int
		f         msg.PixelFormat
		want      string
	}{
		{800 * 600 * 3, 2400, msg.NV12, "rendering nv12: rgb24, bgr24 and gray8 can be drawn"},
		{800*600*3 - 1, 2400, msg.RGB24, "rendering 800×600 px of rgb24: 1439999 bytes with a stride of 2400 do not hold it"},
		{800 * 600 * 3, 2399, msg.RGB24, "rendering 800×600 px of rgb24: 1440000 bytes with a stride of 2399 do not hold it"},
	} {
		if err := w.Render(make([]byte, k.n), k.stride, k.f); err == nil || err.Error() != k.want {
			t.Errorf("got %v\nwant %s", err, k.want)
		}
	}
}

func TestRenderAllocatesNothing(t *testing.T) {
	for _, name := range Names() {
		w := newWorld(t, name)
		dst := render(t, w, msg.RGB24)
		for range 50 { // every buffer finds its size
			w.Step(4*frameTime, 0, 0.5, 0)
			render(t, w, msg.RGB24)
		}
		if n := testing.AllocsPerRun(20, func() {
			w.Step(frameTime, 0, 0.5, 0)
			if err := w.Render(dst, 2400, msg.RGB24); err != nil {
				t.Error(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations a frame", name, n)
		}
	}
}

// The noise has the standard deviation asked for and does not shift the picture's brightness.
func TestNoise(t *testing.T) {
	s, err := Load("road")
	if err != nil {
		t.Fatal(err)
	}
	picture := func(sigma float64) []byte {
		s.NoiseSigma = sigma
		w, err := New(s, 0)
		if err != nil {
			t.Fatal(err)
		}
		return render(t, w, msg.RGB24)
	}
	clean, noisy := picture(0), picture(4)
	var sum, squares float64
	for i := range clean {
		d := float64(noisy[i]) - float64(clean[i])
		sum += d
		squares += d * d
	}
	n := float64(len(clean))
	near(t, "mean", sum/n, 0, 0.1)
	near(t, "deviation", math.Sqrt(squares/n-sum*sum/n/n), 4, 0.15)
}

// On flat ground and on hills, each row's ground point projects back onto the row.
func TestRowsAndProjectionAgree(t *testing.T) {
	for name, places := range map[string][]float64{"road": {0}, "tape": {0}, "highway": {0, 100, 300, 500, 650}} {
		w := newWorld(t, name)
		l := w.renderer.lens
		for _, s := range places {
			l.place(s)
			seen := 0
			for y, g := range l.rows {
				if !g.seen || g.aheadM > l.FarM {
					continue
				}
				seen++
				depth, row := l.look(g.aheadM)
				near(t, name+" row", row, float64(y)+0.5, 0.05)
				near(t, name+" pixel", g.pxM*l.focalPx/depth, 1, 0.01)
			}
			if seen < l.HeightPx/3 {
				t.Errorf("%s: only %d rows see the ground at %v m", name, seen, s)
			}
		}
	}
}

func TestBrightnessOverTime(t *testing.T) {
	l := light{LightConfig: LightConfig{Brightness: 0.5, Changes: []LightStep{{0, 1}, {2, 3}, {6, 1}}}}
	for at, want := range map[float64]float64{0: 0.5, 1: 1, 2: 1.5, 4: 1, 6: 0.5, 7: 1, 13: 1} {
		near(t, "level", l.level(at), want, 1e-12)
	}
}

func BenchmarkRender(b *testing.B) {
	for _, name := range Names() {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b, name)
			dst := render(b, w, msg.RGB24)
			b.SetBytes(int64(len(dst)))
			b.ReportAllocs()
			for b.Loop() {
				w.Step(frameTime, 0, 0.3, 0)
				if err := w.Render(dst, 2400, msg.RGB24); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
