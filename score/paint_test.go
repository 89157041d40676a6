package score

import (
	"math"
	"testing"
)

// painted is a mask of w×h px with paint where line says.
func painted(w, h int, line func(x, y int) bool) *Mask {
	pixels := make([]byte, w*h)
	for i := range pixels {
		if line(i%w, i/w) {
			pixels[i] = 255
		}
	}
	return NewMask(w, h, pixels)
}

func TestPaint(t *testing.T) {
	const w, h = 640, 480
	upright := painted(w, h, func(x, _ int) bool { return x == 200 })
	slanted := painted(w, h, func(x, y int) bool { return x == y }) // dx/dy 1: across is 1/√2 of sideways
	lower := painted(w, h, func(x, y int) bool { return x == 200 && y >= 300 })
	some := Line{{200, 479}, {200, 350}, {200, 240}, {200, 100}}
	for name, k := range map[string]struct {
		mask  *Mask
		claim *Claim
		want  Judgement
	}{
		"none":            {upright, nil, Judgement{Verdict: Nothing}},
		"empty":           {upright, &Claim{}, Judgement{Verdict: Nothing}},
		"on it":           {upright, &Claim{Points: some}, Judgement{Hit, 48, 48, 0}},
		"beside":          {upright, &Claim{Points: straight(216)}, Judgement{Hit, 48, 48, 16}},
		"too far":         {upright, &Claim{Points: straight(183.5)}, Judgement{Wrong, 48, 0, 16.5}},
		"across":          {slanted, &Claim{Points: Line{{457, 479}, {206, 228}}}, Judgement{Hit, 48, 48, 22 / math.Sqrt2}},
		"too far across":  {slanted, &Claim{Points: Line{{455, 479}, {204, 228}}}, Judgement{Wrong, 48, 0, 24 / math.Sqrt2}},
		"paint ends":      {lower, &Claim{Points: straight(200)}, Judgement{Hit, 48, 39, 8.125}},
		"only a guess":    {upright, &Claim{Points: some, Extrapolated: []bool{true, true, true, true}}, Judgement{Verdict: Unjudged}},
		"guessed in part": {upright, &Claim{Points: some, Extrapolated: []bool{true, false, false, false}}, Judgement{Hit, 23, 23, 0}},
		"above":           {upright, &Claim{Points: Line{{200, 239}, {200, 10}}}, Judgement{Verdict: Unjudged}},
		"no paint":        {NewMask(w, h, nil), &Claim{Points: straight(200)}, Judgement{Wrong, 48, 0, 0}},
	} {
		got := k.mask.judge(k.claim)
		if math.Abs(got.MeanPx-k.want.MeanPx) > 1e-9 {
			t.Errorf("%s: %v px, want %v", name, got.MeanPx, k.want.MeanPx)
		}
		if got.MeanPx = k.want.MeanPx; got != k.want {
			t.Errorf("%s: %+v, want %+v", name, got, k.want)
		}
	}
	var p Paint
	p.Add(upright, nil)
	p.Add(upright, &Claims{{Points: straight(200), Confidence: 1}, {Points: straight(300), Confidence: 1}})
	p.Add(upright, &Claims{{Points: some, Extrapolated: []bool{true, true, true, true}}})
	if n := p.Numbers(); n != (PaintNumbers{Frames: 3, Missing: 1, Claimed: 3, Judged: 2, OnPaint: 0.5}) {
		t.Errorf("%+v", n)
	}
	if c := p.Reliability.Calibration(); c.Claims != 2 || c.ECE != 0.5 {
		t.Errorf("%+v", c)
	}
}

func TestMask(t *testing.T) {
	m := NewMask(3, 2, []byte{0, 128, 255, 127})
	n := 0
	m.Painted(func(x, y int) {
		n++
		if y != 0 || x == 0 {
			t.Errorf("paint at (%d, %d)", x, y)
		}
	})
	if w, h := m.Size(); n != 2 || w != 3 || h != 2 {
		t.Errorf("%d pixels of %d×%d px", n, w, h)
	}
	for _, k := range []struct {
		x    float64
		row  int
		want float64
		ok   bool
	}{{0, 0, 1, true}, {1.4, 0, 0.4, true}, {1.75, 0, 0.25, true}, {9, 0, 7, true}, {1, 1, 0, false}, {1, 2, 0, false}, {1, -1, 0, false}} {
		if got, ok := m.beside(k.x, k.row); ok != k.ok || math.Abs(got-k.want) > 1e-9 {
			t.Errorf("from %v in row %d: %v, %v, want %v, %v", k.x, k.row, got, ok, k.want, k.ok)
		}
	}
	if w, h := NewMask(-1, 5, []byte{1}).Size(); w != 0 || h != 5 {
		t.Errorf("%d×%d", w, h)
	}
}
