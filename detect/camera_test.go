package detect

import (
	"math"
	"strings"
	"testing"
)

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
		"magic": `method "magic": one of cv, dl, cv+dl expected`, "cv+dl": "setting up the network: file: empty, the path of an ONNX file expected",
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
