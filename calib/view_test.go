package calib

import (
	"math"
	"testing"
)

// A camera 1 m high that looks down by 45°, its focal length half the picture's width: the middle of the picture shows
// the ground 1 m ahead.
func TestGround(t *testing.T) {
	c := FromHFOV(90, 201, 101)
	v := NewView(&c, &Ground{HeightM: 1, PitchDeg: 45, ForwardM: 0.5, LeftM: 0.25})
	for _, k := range []struct {
		name           string
		u, row         float64
		wantX, wantY   float64
		meets          bool
		backU, backRow float64
	}{
		{"middle", 100, 50, 1.5, 0.25, true, 100, 50},
		{"right of the middle", 100 + 100.5, 50, 1.5, 0.25 - math.Sqrt2, true, 200.5, 50},
		{"straight down", 100, 50 + 100.5, 0.5, 0.25, true, 100, 150.5},
		{"horizon", 100, 50 - 100.5, 0, 0, false, 0, 0},
		{"sky", 100, -200, 0, 0, false, 0, 0},
		{"nowhere", math.NaN(), 50, 0, 0, false, 0, 0},
	} {
		x, y, ok := v.Ground(k.u, k.row)
		if ok && !k.meets && math.IsNaN(x+y) {
			ok, x, y = false, 0, 0
		}
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
	if below := v.BelowHorizon(100, 50); math.Abs(below-100.5) > 1e-9 {
		t.Errorf("the middle lies %v px below the horizon, want 100.5", below)
	}
	if _, _, ok := v.Pixel(-3, 0); ok {
		t.Error("what lies behind the camera has a pixel")
	}
}

// TestTurns holds the signs: where the optical axis meets the ground, and which side of the picture is lowered.
func TestTurns(t *testing.T) {
	c := FromHFOV(60, 641, 481)
	at := func(g Ground, u, row float64) (x, y float64) {
		v := NewView(&c, &g)
		x, y, ok := v.Ground(u, row)
		if !ok {
			t.Fatalf("%+v: no ground at (%v, %v)", g, u, row)
		}
		return x, y
	}
	if x, y := at(Ground{HeightM: 1, PitchDeg: 30, YawDeg: 20}, c.CX, c.CY); math.Abs(math.Hypot(x, y)-math.Sqrt(3)) > 1e-9 ||
		math.Abs(math.Atan2(y, x)*180/math.Pi-20) > 1e-9 {
		t.Errorf("a camera that looks 20° to the left sees (%v, %v) in the middle", x, y)
	}
	x, y := at(Ground{HeightM: 1, PitchDeg: 30, RollDeg: 20}, c.CX, c.CY)
	if math.Abs(x-math.Sqrt(3)) > 1e-9 || math.Abs(y) > 1e-9 {
		t.Errorf("roll moves what the optical axis meets to (%v, %v)", x, y)
	}
	// With its right side lowered, the right of the picture shows what is nearer.
	left, _ := at(Ground{HeightM: 1, PitchDeg: 30, RollDeg: 20}, c.CX-100, c.CY)
	right, _ := at(Ground{HeightM: 1, PitchDeg: 30, RollDeg: 20}, c.CX+100, c.CY)
	if !(right < x && x < left) {
		t.Errorf("rolled to the right, the middle row shows %v, %v and %v m ahead from left to right", left, x, right)
	}
}

// lenses are distorted as real ones are: a mild one, a wide one that makes barrels, a cushion, and OpenCV's own of the
// checkerboard pictures that many a tutorial uses.
func lenses() map[string]Camera {
	mild := FromHFOV(70, 640, 480)
	mild.K1, mild.K2, mild.P1, mild.P2, mild.K3 = -0.12, 0.03, 0.001, -0.0015, -0.004
	wide := FromHFOV(110, 1280, 720)
	wide.K1, wide.K2, wide.K3 = -0.12, 0.02, -0.001
	cushion := FromHFOV(60, 800, 600)
	cushion.K1, cushion.K2 = 0.2, 0.05
	curves := Camera{Width: 1280, Height: 720, FX: 1157, FY: 1152, CX: 667, CY: 386,
		K1: -0.247, K2: -0.02, P1: -0.0009, P2: 0.0001, K3: 0.03}
	return map[string]Camera{"ideal": FromHFOV(60, 640, 480), "mild": mild, "wide": wide, "cushion": cushion, "curves": curves}
}

// TestRoundTrip goes from every part of the picture to the ground and back.
func TestRoundTrip(t *testing.T) {
	for name, c := range lenses() {
		if err := c.checkLens(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, g := range []Ground{
			{HeightM: 0.15, PitchDeg: 20}, {HeightM: 1.3, PitchDeg: 4}, {HeightM: 0.2, PitchDeg: -5, ForwardM: -1},
			{HeightM: 1.2, PitchDeg: 12, RollDeg: 7, YawDeg: -5, ForwardM: 1.5, LeftM: -0.1},
		} {
			v := NewView(&c, &g)
			met := 0
			for row := 0.0; row < float64(c.Height); row += 7 {
				for u := 0.0; u < float64(c.Width); u += 31 {
					x, y, ok := v.Ground(u, row)
					if below := v.BelowHorizon(u, row); ok != (below*v.steepness >= leastFall) {
						t.Fatalf("%s: (%v, %v) meets the ground: %v, %v px below the horizon", name, u, row, ok, below)
					}
					if !ok || v.BelowHorizon(u, row) < 2 {
						continue
					}
					met++
					if gu, gr, ok := v.Pixel(x, y); !ok || math.Abs(gu-u) > 1e-6 || math.Abs(gr-row) > 1e-6 {
						t.Fatalf("%s: (%v, %v) → (%v, %v) → (%v, %v) %v", name, u, row, x, y, gu, gr, ok)
					}
				}
			}
			if met < 50 {
				t.Errorf("%s, %+v: only %d pixels meet the ground", name, g, met)
			}
		}
	}
}

// TestBeyondTheLens asks for rays that a barrel lens would fold back into the picture.
func TestBeyondTheLens(t *testing.T) {
	c := FromHFOV(90, 640, 480)
	c.K1 = -0.3 // seen no farther out than r = 1.05, at 0.70
	v := NewView(&c, &Ground{HeightM: 1, PitchDeg: 20})
	if u, row, ok := v.Pixel(1, 20); ok {
		t.Errorf("what lies far to the side is seen at (%v, %v)", u, row)
	}
	if x, y, ok := v.Ground(c.CX+0.75*c.FX, c.CY); ok {
		t.Errorf("a pixel that no ray reaches shows (%v, %v)", x, y)
	}
}

func TestNoAllocation(t *testing.T) {
	c := lenses()["wide"]
	v := NewView(&c, &Ground{HeightM: 1, PitchDeg: 20, RollDeg: 1})
	k := Calibration{Camera: c}
	sum := 0.0
	if n := testing.AllocsPerRun(100, func() {
		x, y, _ := v.Ground(100, 500)
		u, row, _ := v.Pixel(x, y)
		sum += u + row + v.BelowHorizon(3, 4) + v.PixelM(2)
		if k.Fits(1280, 720, 5) != nil {
			sum++
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkGround(b *testing.B) {
	c := lenses()["wide"]
	v := NewView(&c, &Ground{HeightM: 1, PitchDeg: 20, RollDeg: 1})
	for b.Loop() {
		v.Ground(100, 500)
	}
}
