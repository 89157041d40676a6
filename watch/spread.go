package watch

import "slices"

// maxSamples bounds the memory of an interval; of more, the first ones stand for all in the quantiles.
const maxSamples = 1 << 16

// spread collects durations.
type spread struct {
	count   int
	maxNs   int64
	samples []int64
}

func (s *spread) add(ns int64) {
	s.count++
	if s.count == 1 || ns > s.maxNs {
		s.maxNs = ns
	}
	if len(s.samples) < maxSamples {
		s.samples = append(s.samples, ns)
	}
}

// take is what was collected since the last take.
func (s *spread) take(hop Hop) Latency {
	l := Latency{Hop: hop, Count: s.count}
	if n := len(s.samples); n > 0 {
		slices.Sort(s.samples)
		p50, p99, longest := ms(s.samples[n/2]), ms(s.samples[min(n*99/100, n-1)]), ms(s.maxNs)
		l.P50Ms, l.P99Ms, l.MaxMs = &p50, &p99, &longest
	}
	s.count, s.samples = 0, s.samples[:0]
	return l
}

func ms(ns int64) float64 { return float64(ns) / 1e6 }
