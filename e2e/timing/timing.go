// Package timing measures times that guard somebody's safety, and holds them to their bounds.
package timing

import (
	"os"
	"testing"
	"time"
)

// Looseness is by how much a busy machine may miss a bound that guards somebody's safety, now and then.
const Looseness = 3

// Measure collects times of one kind, and holds the worst to a bound.
type Measure struct {
	What  string
	Bound time.Duration
	times []time.Duration
}

// Add takes a time in ns.
func (m *Measure) Add(t testing.TB, ns int64) {
	t.Helper()
	d := time.Duration(ns)
	m.times = append(m.times, d)
	if d > Looseness*m.Bound {
		t.Errorf("%s: %v, bound %v", m.What, d, m.Bound)
	}
}

// Report logs a line for a table in the docs. However busy the machine is, the best of the times keeps the bound itself.
func (m *Measure) Report(t testing.TB) {
	t.Helper()
	if len(m.times) == 0 {
		t.Fatalf("%s: nothing was measured", m.What)
	}
	best, worst, sum := m.times[0], m.times[0], time.Duration(0)
	for _, d := range m.times {
		best, worst, sum = min(best, d), max(worst, d), sum+d
	}
	if best > m.Bound {
		t.Errorf("%s: %v at best, bound %v", m.What, best, m.Bound)
	}
	t.Logf("%s: worst %.1f ms of %d, mean %.1f ms, bound %v", m.What, float64(worst)/1e6, len(m.times),
		float64(sum)/float64(len(m.times))/1e6, m.Bound)
}

// Repeats is how often a deadline is measured.
func Repeats() int {
	if os.Getenv("LANE_LONG") != "" {
		return 20
	}
	return 3
}
