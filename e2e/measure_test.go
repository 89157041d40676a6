package e2e

import (
	"os"
	"testing"
	"time"
)

// looseness is by how much a busy machine may miss a bound that guards somebody's safety, now and then.
const looseness = 3

// measure collects times of one kind, and holds the worst to a bound.
type measure struct {
	what  string
	bound time.Duration
	times []time.Duration
}

func (m *measure) add(t *testing.T, ns int64) {
	t.Helper()
	d := time.Duration(ns)
	m.times = append(m.times, d)
	if d > looseness*m.bound {
		t.Errorf("%s: %v, bound %v", m.what, d, m.bound)
	}
}

// report logs a line for the table in docs/safety.md. However busy the machine is, the best of the times keeps the bound itself.
func (m *measure) report(t *testing.T) {
	t.Helper()
	if len(m.times) == 0 {
		t.Fatalf("%s: nothing was measured", m.what)
	}
	best, worst, sum := m.times[0], m.times[0], time.Duration(0)
	for _, d := range m.times {
		best, worst, sum = min(best, d), max(worst, d), sum+d
	}
	if best > m.bound {
		t.Errorf("%s: %v at best, bound %v", m.what, best, m.bound)
	}
	t.Logf("%s: worst %.1f ms of %d, mean %.1f ms, bound %v", m.what, float64(worst)/1e6, len(m.times),
		float64(sum)/float64(len(m.times))/1e6, m.bound)
}

// repeats is how often a deadline is measured.
func repeats() int {
	if os.Getenv("LANE_LONG") != "" {
		return 20
	}
	return 3
}
