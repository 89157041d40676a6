package detect

import (
	"math"
	"strings"
	"testing"
)

// A camera 1 m high that looks down by 45°, its focal length half the picture's width: the middle of the picture shows
// the ground 1 m ahead.
func TestGround(t *testing.T) {
	c := Camera{HFOVDeg: 90, HeightM: 1, PitchDeg: 45, ForwardM: 0.5}
	v := c.View(201, 101)
	for _, k := range []struct {
		name           string
		u, row         float64
		wantX, wantY   float64
		meets          bool
		backU, backRow float64
	}{
		{"middle", 100, 50, 1.5, 0, true, 100, 50},
		{"right of the middle", 100 + 100.5, 50, 1.5, -math.Sqrt2, true, 200.5, 50},
		{"straight down", 100, 50 + 100.5, 0.5, 0, true, 100, 150.5},
		{"horizon", 100, 50 - 100.5, 0, 0, false, 0, 0},
		{"sky", 100, -200, 0, 0, false, 0, 0},
	} {
		x, y, ok := v.Ground(k.u, k.row)
		if ok != k.meets || math.Abs(x-k.wantX) > 1e-12 || math.Abs(y-k.wantY) > 1e-12 {
			t.Errorf("%s: (%v, %v) %v, want (%v, %v) %v", k.name, x, y, ok, k.wantX, k.wantY, k.meets)
		}
		if !ok {
			continue
		}
		if u, row, ok := v.Pixel(x, y); !ok || math.Abs(u-k.backU) > 1e-9 || math.Abs(row-k.backRow) > 1e-9 {
			t.Errorf("%s: back at (%v, %v) %v", k.name, u, row, ok)
		}
	}
	if h := v.Horizon(); math.Abs(h+50.5) > 1e-9 {
		t.Errorf("horizon in row %v, want −50.5", h)
	}
	if _, _, ok := v.Pixel(-3, 0); ok {
		t.Error("what lies behind the camera has a pixel")
	}
}

func TestGroundRoundTrip(t *testing.T) {
	for _, c := range []Camera{tapeCamera, roadCamera, {HFOVDeg: 120, HeightM: 0.2, PitchDeg: -5, ForwardM: -1}} {
		v := c.View(640, 480)
		for row := v.Horizon() + 2; row < 480; row += 7 {
			for u := -100.0; u < 740; u += 31 {
				x, y, ok := v.Ground(u, row)
				if !ok {
					t.Fatalf("(%v, %v) below the horizon meets no ground", u, row)
				}
				if gu, gr, ok := v.Pixel(x, y); !ok || math.Abs(gu-u) > 1e-6 || math.Abs(gr-row) > 1e-6 {
					t.Fatalf("(%v, %v) → (%v, %v) → (%v, %v)", u, row, x, y, gu, gr)
				}
			}
		}
	}
}

func TestValidate(t *testing.T) {
	for _, k := range []struct {
		edit func(*Params)
		want string
	}{
		{func(*Params) {}, ""},
		{func(p *Params) { p.Camera = tapeCamera }, ""},
		{func(p *Params) { p.WorkWidth = 20 }, "work_width: 20, 96 to 480 expected"},
		{func(p *Params) { p.MinSeen = math.NaN() }, "min_seen: NaN, 0.01 to 0.5 expected"},
		{func(p *Params) { p.Hold = -1 }, "hold: -1e-09, 0 to 1 expected"},
		{func(p *Params) { p.Camera.HFOVDeg = 60 }, "camera.height_m: 0, 0.01 to 5 expected"},
		{func(p *Params) { p.Camera.HeightM = 1 }, "camera.hfov_deg: 0, 10 to 170 expected"},
	} {
		p := DefaultParams()
		k.edit(&p)
		got := ""
		if err := p.Validate(); err != nil {
			got = err.Error()
		}
		if got != k.want {
			t.Errorf("%q, want %q", got, k.want)
		}
	}
}

func TestNew(t *testing.T) {
	for method, want := range map[string]string{
		"cv": "", "dl": "setting up the network: file: empty, the path of an ONNX file expected",
		"magic": `method "magic": one of cv, dl expected`,
	} {
		m := DefaultModel()
		m.File = ""
		_, err := New(method, Options{Params: DefaultParams(), Model: m, GPU: -1})
		if (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%s: %v, want %q", method, err, want)
		}
	}
	p := DefaultParams()
	p.LineWidth = 1
	if _, err := New("cv", Options{Params: p}); err == nil || !strings.Contains(err.Error(), "line_width") {
		t.Errorf("%v, want one about line_width", err)
	}
}
