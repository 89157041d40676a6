package detect

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"lanekeeper/detect/onnx/onnxtest"
	"lanekeeper/msg"
)

// both are the detectors, the second with a network that takes what is bright for a line.
func both(t testing.TB, p Params) map[string]Detector {
	return map[string]Detector{"cv": newCV(t, p), "dl": newDL(t, p, modelOf(t, onnxtest.Brightness(128, 96).File()))}
}

// spotted is what a detector finds in a frame, 40 ms after the one before.
func spotted(t testing.TB, d Detector, h *msg.FrameHeader, pix []byte) msg.Detection {
	t.Helper()
	var out msg.Detection
	h.SourceNs += 4e7
	if err := errors.Join(d.Take(h, pix), d.Detect(&out)); err != nil {
		t.Fatal(err)
	}
	checkSound(t, &out)
	return out
}

// TestSetParamsIsLikeNew holds that changed parameters reach everything that was prepared for those before: a detector that was
// changed and has forgotten its frames finds what a new one does.
func TestSetParamsIsLikeNew(t *testing.T) {
	s := tape(0.04, 0.05, 0.3)
	s.noise = 8
	h, pix := s.render()
	changes := []struct {
		name   string
		change func(*Params)
	}{
		{"work_width", func(p *Params) { p.WorkWidth = 150 }},
		{"search_top", func(p *Params) { p.SearchTop = 0.45 }},
		{"line_width", func(p *Params) { p.LineWidth = 0.03 }},
		{"vanishing_row", func(p *Params) { p.VanishingRow = 0.35 }},
		{"min_contrast", func(p *Params) { p.MinContrast = 100 }},
		{"min_seen", func(p *Params) { p.MinSeen = 0.5 }},
		{"camera", func(p *Params) { p.Camera = s.camera }},
		{"another camera", func(p *Params) { p.Camera = roadCamera }},
		{"lane_width_m", func(p *Params) { p.LaneWidthM = 0.3 }},
		{"vehicle_width_m", func(p *Params) { p.VehicleWidthM = 0.35 }},
		{"back", func(p *Params) { *p = DefaultParams() }},
	}
	for name, changed := range both(t, DefaultParams()) {
		p := DefaultParams()
		spotted(t, changed, &h, pix)
		for _, k := range changes {
			k.change(&p)
			if err := changed.SetParams(p); err != nil {
				t.Fatal(err)
			}
			changed.Reset()
			fresh := both(t, p)[name]
			for i := range 3 {
				again := h
				got, want := spotted(t, changed, &h, pix), spotted(t, fresh, &again, pix)
				if !bytes.Equal(got.Bytes(), want.Bytes()) {
					t.Errorf("%s, %s, frame %d:\n got %+v\nwant %+v", name, k.name, i, got, want)
				}
			}
		}
	}
}

// TestSetParamsApplies from the next frame on, and not to the one that was taken.
func TestSetParamsApplies(t *testing.T) {
	s := tape(0, 0, 0)
	s.ground = 150 // contrasts of 30 and 70
	h, pix := s.render()
	d := newCV(t, DefaultParams())
	var out msg.Detection
	set := func(change func(*Params)) {
		t.Helper()
		p := DefaultParams()
		change(&p)
		if err := d.SetParams(p); err != nil {
			t.Fatal(err)
		}
	}
	set(func(p *Params) { p.Hold = 0 })
	if out = spotted(t, d, &h, pix); out.HasLeftLane != 1 || out.HasRightLane != 1 {
		t.Fatalf("left %d, right %d", out.HasLeftLane, out.HasRightLane)
	}
	set(func(p *Params) { p.Hold, p.MinContrast = 0, 100 })
	if err := d.Detect(&out); err != nil || out.HasLeftLane != 1 {
		t.Errorf("%v, left %d in the frame taken before", err, out.HasLeftLane)
	}
	if out = spotted(t, d, &h, pix); out.HasLeftLane != 0 || out.HasRightLane != 0 {
		t.Errorf("left %d, right %d of too little contrast", out.HasLeftLane, out.HasRightLane)
	}
	set(func(*Params) {})
	if out = spotted(t, d, &h, pix); out.HasLeftLane != 1 || out.HasRightLane != 1 {
		t.Errorf("left %d, right %d after changing back", out.HasLeftLane, out.HasRightLane)
	}
}

// TestSetParamsKeepsTracks where their rows stay, and only there.
func TestSetParamsKeepsTracks(t *testing.T) {
	s := tape(0, 0, 0)
	h, lines := s.render()
	s.lines = nil
	_, none := s.render()
	for name, k := range map[string]struct {
		change func(*Params)
		cv, dl int32
	}{
		"smoothing":   {func(p *Params) { p.Smoothing = time.Second }, 1, 1},
		"line width":  {func(p *Params) { p.LineWidth = 0.03 }, 1, 1},
		"camera":      {func(p *Params) { p.Camera = tapeCamera }, 1, 1},
		"no hold":     {func(p *Params) { p.Hold = 0 }, 0, 0},
		"search top":  {func(p *Params) { p.SearchTop = 0.3 }, 0, 0},
		"work width":  {func(p *Params) { p.WorkWidth = 160 }, 0, 1}, // a network has its own
		"same values": {func(*Params) {}, 1, 1},
	} {
		for method, d := range both(t, DefaultParams()) {
			for range 3 {
				spotted(t, d, &h, lines)
			}
			p := DefaultParams()
			k.change(&p)
			if err := d.SetParams(p); err != nil {
				t.Fatal(err)
			}
			want := k.cv
			if method == "dl" {
				want = k.dl
			}
			if out := spotted(t, d, &h, none); out.HasLeftLane != want || want == 1 && out.Left.Flags != msg.LineTracked {
				t.Errorf("%s, %s: has %d, flags %b; want %d", method, name, out.HasLeftLane, out.Left.Flags, want)
			}
		}
	}
}

// TestSmoothing holds that it can be changed: a line that moves is followed more slowly.
func TestSmoothing(t *testing.T) {
	s, aside := tape(0, 0, 0), tape(0.02, 0, 0)
	s.ground, aside.ground = 205, 205 // so faint that they are not believed in full
	h, pix := s.render()
	_, moved := aside.render()
	x := func(smoothing time.Duration) float32 {
		d := newCV(t, DefaultParams())
		for range 5 {
			spotted(t, d, &h, pix)
		}
		p := DefaultParams()
		p.Smoothing = smoothing
		if err := d.SetParams(p); err != nil {
			t.Fatal(err)
		}
		out := spotted(t, d, &h, moved)
		return out.Right.Points[20].X
	}
	still, none, much := x(0), x(0), x(time.Second)
	if still != none || math.Abs(float64(none-much)) < 1 {
		t.Errorf("at %.1f px without smoothing, %.1f px with", none, much)
	}
}

// TestSetParamsRefuses what is out of range, and changes nothing.
func TestSetParamsRefuses(t *testing.T) {
	s := tape(0, 0, 0)
	h, pix := s.render()
	for method, d := range both(t, DefaultParams()) {
		before := spotted(t, d, &h, pix)
		for want, change := range map[string]func(*Params){
			"work_width: 95, 96 to 480 expected":         func(p *Params) { p.WorkWidth = 95 },
			"search_top: NaN, 0 to 0.9 expected":         func(p *Params) { p.SearchTop = math.NaN() },
			"line_width: NaN, 0.01 to 0.2 expected":      func(p *Params) { p.LineWidth = math.NaN() },
			"vanishing_row: -Inf, -1 to 0.8 expected":    func(p *Params) { p.VanishingRow = math.Inf(-1) },
			"min_contrast: 0, 1 to 100 expected":         func(p *Params) { p.MinContrast = 0 },
			"min_seen: NaN, 0.01 to 0.5 expected":        func(p *Params) { p.MinSeen = math.NaN() },
			"lane_width_m: NaN, 0 to 10 expected":        func(p *Params) { p.LaneWidthM = math.NaN() },
			"vehicle_width_m: +Inf, 0 to 5 expected":     func(p *Params) { p.VehicleWidthM = math.Inf(1) },
			"smoothing: -1e-09, 0 to 1 expected":         func(p *Params) { p.Smoothing = -1 },
			"hold: 2, 0 to 1 expected":                   func(p *Params) { p.Hold = 2 * time.Second },
			"camera.hfov_deg: NaN, 10 to 170 expected":   func(p *Params) { p.Camera = Camera{HFOVDeg: math.NaN(), HeightM: 1} },
			"camera.height_m: 0, 0.01 to 5 expected":     func(p *Params) { p.Camera = Camera{HFOVDeg: 60} },
			"camera.pitch_deg: +Inf, -30 to 80 expected": func(p *Params) { p.Camera = Camera{60, 1, math.Inf(1), 0} },
			"camera.forward_m: NaN, -5 to 5 expected":    func(p *Params) { p.Camera = Camera{60, 1, 0, math.NaN()} },
			"camera.hfov_deg: 0, 10 to 170 expected":     func(p *Params) { p.Camera = Camera{0, 1, 0, 0} },
		} {
			p := DefaultParams()
			p.LaneWidthM, p.MinContrast = 0.3, 100
			change(&p)
			want = "changing the detector's parameters: " + want
			if err := d.SetParams(p); err == nil || err.Error() != want {
				t.Errorf("%v, want %s", err, want)
			}
			if _, err := New(method, Options{Params: p}); err == nil || !strings.HasPrefix(err.Error(), "setting up the detector: ") {
				t.Errorf("a detector was made although %s: %v", want, err)
			}
		}
		if out := spotted(t, d, &h, pix); out.HasLeftLane != before.HasLeftLane || out.LaneWidthM != before.LaneWidthM {
			t.Errorf("%s: changed by what was refused", method)
		}
	}
}

// TestAllocationsAfterChange holds that a change costs memory once, not in each frame.
func TestAllocationsAfterChange(t *testing.T) {
	s := tape(0, 0, 0)
	h, pix := s.render()
	for method, d := range both(t, DefaultParams()) {
		var out msg.Detection
		step := func() {
			h.SourceNs += 1e7
			if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
				t.Fatal(err)
			}
		}
		step()
		p := DefaultParams()
		p.WorkWidth, p.SearchTop, p.Camera = 180, 0.3, s.camera
		if err := d.SetParams(p); err != nil {
			t.Fatal(err)
		}
		for range 2 * compareEvery {
			step()
		}
		if n := testing.AllocsPerRun(3*compareEvery, step); n != 0 {
			t.Errorf("%s: %v allocations a frame", method, n)
		}
	}
}
