package camera

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestPacer(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name      string
		fps       float64
		positions []time.Duration
		due       []time.Duration
	}{
		{"from the middle", 10, []time.Duration{5000 * ms, 5100 * ms, 5230 * ms}, []time.Duration{0, 100 * ms, 230 * ms}},
		{"a gap of ten seconds", 10, []time.Duration{0, 10000 * ms, 10100 * ms}, []time.Duration{0, 500 * ms, 600 * ms}},
		{"a frame every four seconds", 0.25, []time.Duration{0, 4000 * ms, 8000 * ms}, []time.Duration{0, 4000 * ms, 8000 * ms}},
		{"times that jump back", 10, []time.Duration{900 * ms, 1000 * ms, 0, 100 * ms}, []time.Duration{0, 100 * ms, 100 * ms, 200 * ms}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, start := pacer{now: testClock().monotonicNs, fps: c.fps}, time.Now()
				for i, position := range c.positions {
					if err := p.wait(t.Context(), int64(position)); err != nil {
						t.Fatal(err)
					}
					if got := time.Since(start); got != c.due[i] {
						t.Errorf("position %v after %v, want %v", position, got, c.due[i])
					}
				}
			})
		})
	}
}
