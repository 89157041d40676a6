package score

import (
	"math"
	"testing"
)

// straight is a line from the bottom of a 640×480 frame to half its height.
func straight(x float64) Line { return Line{{x, 479}, {x, 230}} }

func TestTally(t *testing.T) {
	f := &Frame{File: "a", Width: 640, Height: 480, Lines: []Line{straight(200)}}
	claim := func(x, confidence float64) *Claim { return &Claim{Points: straight(x), Confidence: confidence} }
	for name, k := range map[string]struct {
		claims      *Claims
		left, right Verdict
		want        Numbers
	}{
		"hit":     {&Claims{claim(216, 0.9)}, Hit, Nothing, Numbers{1, 0, 1, 1, 1, 1, 1, 0, 16}},
		"wrong":   {&Claims{claim(217, 0.9)}, Wrong, Nothing, Numbers{1, 0, 1, 0, 0, 0, 0, 0, 17}},
		"missed":  {&Claims{}, Missed, Nothing, Numbers{1, 0, 1, 0, 0, 0, 0, 0, 0}},
		"empty":   {&Claims{{}, {}}, Missed, Nothing, Numbers{1, 0, 1, 0, 0, 0, 0, 0, 0}},
		"missing": {nil, Missed, Nothing, Numbers{1, 1, 1, 0, 0, 0, 0, 0, 0}},
		"ghost":   {&Claims{claim(200, 1), claim(400, 0.5)}, Hit, Ghost, Numbers{1, 0, 1, 0.5, 1, 0.6667, 1, 1, 0}},
	} {
		var tally Tally
		j := tally.Add(f, k.claims)
		if j[Left].Verdict != k.left || j[Right].Verdict != k.right || tally.Numbers() != k.want {
			t.Errorf("%s: %+v %+v, want %+v", name, j, tally.Numbers(), k.want)
		}
	}
	var tally Tally
	if j := tally.Add(f, &Claims{claim(216, 0.9), claim(400, 0.5)}); j[Left].Rows != 48 || j[Left].Within != 48 || j[Left].MeanPx != 16 {
		t.Errorf("%+v, want 48 rows at 16 px", j)
	}
	if c := tally.Reliability.Calibration(); c.Claims != 2 || c.Brier != places((0.01+0.25)/2, 4) || c.ECE != 0.3 {
		t.Errorf("%+v, want two claims: a hit at 0.9 and a ghost at 0.5", c)
	}
}

func TestReliability(t *testing.T) {
	var r Reliability
	for i := range 10 {
		r.Add(0.8, i < 6)
		r.Add(0.25, i < 3)
	}
	for _, c := range []float64{1, 7, math.Inf(1)} {
		r.Add(c, true)
	}
	r.Add(math.NaN(), false)
	r.Add(-3, false)
	c := r.Calibration()
	if b := c.Bins[8]; b != (Bin{From: 0.8, To: 0.9, Count: 10, Confidence: 0.8, HitShare: 0.6}) {
		t.Errorf("%+v", b)
	}
	if c.Claims != 25 || len(c.Bins) != 10 || c.Bins[9].Count != 3 || c.Bins[9].HitShare != 1 || c.Bins[0].Count != 2 || c.Bins[0].HitShare != 0 {
		t.Errorf("%+v", c)
	}
	// ECE: (10·0.2 + 10·0.05)/25; Brier: (6·0.04 + 4·0.64 + 3·0.5625 + 7·0.0625)/25.
	if c.ECE != 0.1 || c.Brier != places((0.24+2.56+1.6875+0.4375)/25, 4) {
		t.Errorf("ECE %v, Brier %v", c.ECE, c.Brier)
	}
	var none Reliability
	if c := none.Calibration(); c.ECE != 0 || c.Brier != 0 || c.Claims != 0 {
		t.Errorf("%+v of nothing", c)
	}
}
