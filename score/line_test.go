package score

import (
	"fmt"
	"math"
	"testing"
)

func TestAt(t *testing.T) {
	l := Line{{10, 100}, {20, 80}, {30, 80}, {40, 90}, {60, 40}}
	for _, k := range []struct {
		y, x float64
		ok   bool
	}{{100, 10, true}, {101, 0, false}, {90, 15, true}, {80, 20, true}, {60, 52, true}, {40, 60, true}, {39, 0, false}, {math.NaN(), 0, false}} {
		if x, ok := l.At(k.y); ok != k.ok || ok && x != k.x {
			t.Errorf("row %v: %v, %v, want %v, %v", k.y, x, ok, k.x, k.ok)
		}
	}
	if x, ok := (Line{{5, 5}}).At(5); ok {
		t.Errorf("one point has x %v", x)
	}
	if x, ok := (Line{{1, 5}, {9, 5}}).At(5); !ok || x != 1 {
		t.Errorf("a level line: %v, %v", x, ok)
	}
}

func TestNear(t *testing.T) {
	for _, k := range []struct {
		line Line
		want string
	}{
		{nil, "[]"},
		{Line{{1, 1}}, "[[1 1]]"},
		{Line{{0, 90}, {1, 100}, {2, 50}, {3, 20}}, "[[1 100] [2 50] [3 20]]"},    // starts beside its lowest point
		{Line{{3, 20}, {2, 50}, {1, 100}}, "[[1 100] [2 50] [3 20]]"},             // the other way round
		{Line{{0, 100}, {1, 60}, {2, 62}, {3, 50}}, "[[0 100] [1 60] [3 50]]"},    // jitter
		{Line{{0, 100}, {1, 60}, {2, 63}, {3, 50}}, "[[0 100] [1 60]]"},           // a turn back
		{Line{{0, 100}, {0, 100}, {5, 100}, {5, 90}}, "[[0 100] [5 100] [5 90]]"}, // the same point, then a level piece
		{Line{{0, 60}, {1, 100}, {2, 60}}, "[[1 100] [2 60]]"},                    // both sides as high: onwards
		{Line{{0, 50}, {1, 100}, {2, 60}, {3, 99.5}, {4, 0}}, "[[1 100] [0 50]]"}, // the higher side
	} {
		if got := fmt.Sprint(k.line.Near()); got != k.want {
			t.Errorf("%v: %s, want %s", k.line, got, k.want)
		}
	}
}

func TestEgo(t *testing.T) {
	frame := func(lines ...Line) *Frame { return &Frame{Width: 640, Height: 480, Lines: lines} }
	left, right := Line{{200, 470}, {300, 200}}, Line{{440, 470}, {340, 200}}
	for name, k := range map[string]struct {
		frame *Frame
		want  [2]Line
	}{
		"none":         {frame(), [2]Line{}},
		"both":         {frame(right, left), [2]Line{left, right}},
		"nearest":      {frame(Line{{100, 470}, {290, 200}}, left, right), [2]Line{left, right}},
		"as near":      {frame(Line{{200, 470}, {200, 200}}, Line{{200, 470}, {200, 201}}), [2]Line{{{200, 470}, {200, 200}}}}, // the first one
		"too high":     {frame(Line{{200, 239}, {300, 100}}), [2]Line{}},
		"too short":    {frame(Line{{200, 470}, {210, 440}}), [2]Line{}},
		"long enough":  {frame(Line{{200, 470}, {210, 430}}), [2]Line{{{200, 470}, {210, 430}}}},
		"below":        {frame(Line{{200, 600}, {210, 430}}), [2]Line{{{200, 600}, {210, 430}}}},
		"crosses over": {frame(Line{{300, 380}, {200, 300}}), [2]Line{nil, {{300, 380}, {200, 300}}}}, // extended to the bottom it is on the right
	} {
		if got := k.frame.Ego(); fmt.Sprint(got) != fmt.Sprint(k.want) {
			t.Errorf("%s: %v, want %v", name, got, k.want)
		}
	}
}

func TestPlaces(t *testing.T) {
	for _, k := range []struct {
		v    float64
		n    int
		want float64
	}{{0.03125, 4, 0.0312}, {0.09375, 4, 0.0938}, {2.675, 2, 2.67}, {1.0 / 3, 3, 0.333}, {0, 2, 0}, {16, 0, 16}, {2.5, 0, 2}} {
		if got := places(k.v, k.n); got != k.want {
			t.Errorf("%v to %d places: %v, want %v", k.v, k.n, got, k.want)
		}
	}
}
