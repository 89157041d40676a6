package detect

import (
	"math"
	"testing"
	"time"
)

// level is a trail that runs straight up the picture.
func level(x, confidence float64) *trail {
	t := &trail{last: gridRows - 1, confidence: confidence}
	for i := range t.x {
		t.x[i] = x
	}
	return t
}

func nothing() *trail { return &trail{last: -1} }

func TestTrack(t *testing.T) {
	g := newGrid(200, 150, 30)
	const frame, smoothing, hold = 40 * time.Millisecond, 60 * time.Millisecond, 100 * time.Millisecond
	type step struct {
		seen  *trail
		wantX float64 // NaN: no line
		conf  float64
	}
	for name, steps := range map[string][]step{
		"nothing is never a line":         {{nothing(), math.NaN(), 0}, {nothing(), math.NaN(), 0}},
		"taken over at first sight":       {{level(50, 0.7), 50, 0.7}},
		"believed in full is not delayed": {{level(50, 1), 50, 1}, {level(54, 1), 54, 1}},
		"believed little is smoothed": {
			{level(50, 0), 50, 0}, {level(54, 0), 50 + 4*(1-math.Exp(-40.0/60)), 0},
		},
		"carried on and given up": {
			{level(50, 0.8), 50, 0.8}, {nothing(), 50, 0.8 * 0.9 * 0.6}, {nothing(), 50, 0.8 * 0.9 * 0.2}, {nothing(), math.NaN(), 0},
		},
		"another line must be seen twice": {
			{level(50, 0.8), 50, 0.8}, {level(120, 0.3), 50, 0.8 * 0.9 * 0.6}, {level(121, 0.3), 121, 0.3},
		},
		"two different ones are nothing": {
			{level(50, 0.8), 50, 0.8}, {level(120, 0.3), 50, 0.8 * 0.9 * 0.6}, {level(180, 0.05), 50, 0.8 * 0.9 * 0.2},
		},
		"one believed more replaces at once": {{level(50, 0.5), 50, 0.5}, {level(120, 0.9), 120, 0.9}},
	} {
		var k track
		k.reset()
		for i, s := range steps {
			k.update(s.seen, frame, smoothing, hold, &g)
			x := math.NaN()
			if k.alive() {
				x = k.trail.x[10]
			}
			if math.IsNaN(x) != math.IsNaN(s.wantX) || math.Abs(x-s.wantX) > 1e-9 {
				t.Errorf("%s, frame %d: x %v, want %v", name, i, x, s.wantX)
			}
			if c := k.confidence(hold); k.alive() && math.Abs(c-s.conf) > 1e-9 {
				t.Errorf("%s, frame %d: confidence %v, want %v", name, i, c, s.conf)
			}
		}
	}
}

// A short sight moves the part of the line that it extrapolates to as a whole, little by its own tangent.
func TestBlendExtrapolated(t *testing.T) {
	g := newGrid(200, 150, 30)
	var k track
	k.reset()
	k.update(level(50, 0.5), 0, 0, 0, &g)
	next := level(52, 0)
	for i := range 20 {
		next.x[i] = 52 - float64(20-i)
		next.guess |= 1 << i
	}
	k.update(next, 40*time.Millisecond, 0, time.Second, &g)
	if k.trail.x[0] != 52 || k.trail.x[30] != 52 {
		t.Errorf("x %v extrapolated and %v seen, want 52 for both", k.trail.x[0], k.trail.x[30])
	}
}

func TestUncross(t *testing.T) {
	g := newGrid(200, 150, 30)
	left, right := level(50, 1), level(150, 1)
	for i := 20; i < gridRows; i++ {
		left.x[i] += float64(i-20) * 4
		left.guess |= 1 << i
		if i >= 30 {
			right.guess |= 1 << i
		}
	}
	uncross(left, right, &g)
	if left.last != 44 || right.last != 44 {
		t.Errorf("left to row %d, right to row %d, want 44: they meet in row 45", left.last, right.last)
	}
}
