// Package meter measures a loop: how often it goes round and how long things in it take, over the last second or so.
package meter

import (
	"slices"
	"sync"
)

// windowNs is how long a window is. Each reading is of the last whole window.
const windowNs = 1_000_000_000

// maxSamples bounds a window's memory; of a faster loop the first ones of a second stand for it.
const maxSamples = 2048

// Meter takes one duration per round of a loop. Observe allocates nothing; all methods are safe for concurrent use.
type Meter struct {
	mu      sync.Mutex
	beganNs int64
	count   int
	samples []int64
	sorted  []int64
	last    Reading
}

// Reading is what a window came to.
type Reading struct {
	RateHz float64 // rounds per second
	P50Ns  int64
	P99Ns  int64
	MaxNs  int64
}

// New is a meter without a reading yet.
func New() *Meter {
	return &Meter{samples: make([]int64, 0, maxSamples), sorted: make([]int64, 0, maxSamples)}
}

// Observe adds a round that took tookNs and ended at CLOCK_MONOTONIC nowNs. It returns true when a window is complete. The
// first round, and the first after a silence, only begin a window: n rounds span n − 1 periods.
func (m *Meter) Observe(nowNs, tookNs int64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.beganNs == 0 {
		m.beganNs = nowNs
		return false
	}
	m.count++
	if len(m.samples) < maxSamples {
		m.samples = append(m.samples, tookNs)
	}
	if nowNs-m.beganNs < windowNs {
		return false
	}
	m.close(nowNs)
	return true
}

func (m *Meter) close(nowNs int64) {
	m.last = Reading{}
	if n := len(m.samples); n > 0 {
		m.sorted = append(m.sorted[:0], m.samples...)
		slices.Sort(m.sorted)
		m.last = Reading{
			RateHz: float64(m.count) * 1e9 / float64(nowNs-m.beganNs),
			P50Ns:  m.sorted[n/2], P99Ns: m.sorted[min(n*99/100, n-1)], MaxNs: m.sorted[n-1],
		}
	}
	m.beganNs, m.count, m.samples = nowNs, 0, m.samples[:0]
}

// Read is the last whole window, or what there is of one that should have been complete a window ago: so it falls to zero when
// nothing more is observed.
func (m *Meter) Read(nowNs int64) Reading {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.beganNs != 0 && nowNs-m.beganNs >= 2*windowNs {
		silent := m.count == 0
		m.close(nowNs)
		if silent {
			m.beganNs = 0
		}
	}
	return m.last
}
