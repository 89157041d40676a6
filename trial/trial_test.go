package trial

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"lanekeeper/sim"
)

func TestErrors(t *testing.T) {
	var list []float64
	for i := range 100 {
		list = append(list, float64(i+1)*float64(1-i%2*2))
	}
	got := errorsOf(append(list, math.NaN()))
	if want := (Errors{100, math.Sqrt(338350.0 / 100), 95, 100}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := errorsOf([]float64{math.NaN()}); got != (Errors{}) || got.String() != "–" {
		t.Errorf("%+v", got)
	}
	if got := errorsOf([]float64{-2}); got != (Errors{1, 2, 2, 2}) || got.String() != "2, 2, 2" {
		t.Errorf("%+v", got)
	}
}

// TestScenarios holds every scenario to an error that a driver would still call good, and logs what it is.
func TestScenarios(t *testing.T) {
	var results []Result
	for _, name := range sim.Names() {
		s, err := sim.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Run(t.Context(), s, Options{Method: "cv", Pictures: 24})
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, r)
		if r.Both+r.One < 18 {
			t.Errorf("%s: lanes in %d of %d pictures", name, r.Both+r.One, r.Pictures)
		}
		if limit := 0.1 * s.Lane.WidthM; r.OffsetM.N == 0 || r.OffsetM.RMS > limit {
			t.Errorf("%s: offsets off by %v", name, r.OffsetM)
		}
	}
	var b strings.Builder
	if err := WriteTable(&b, results); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + b.String())
	if n := strings.Count(b.String(), "\n"); n != 2+len(results) {
		t.Errorf("%d lines of table", n)
	}
}

func TestEnds(t *testing.T) {
	s, err := sim.Load("tape")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, s, Options{Method: "cv", Pictures: 5}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := Run(t.Context(), s, Options{Method: "magic", Pictures: 5}); err == nil {
		t.Error("a method that is not there")
	}
}
