package bench

import "slices"

// Row is one measured distribution, times in ns.
type Row struct {
	Transport    Transport `json:"transport"`
	Figure       Figure    `json:"figure"`
	Wait         string    `json:"wait"`
	PayloadBytes int       `json:"payload_bytes"`
	Readers      int       `json:"readers"`
	Samples      int       `json:"samples"`
	MinNs        int64     `json:"min_ns"`
	P50Ns        int64     `json:"p50_ns"`
	P99Ns        int64     `json:"p99_ns"`
	P999Ns       int64     `json:"p999_ns"`
	MaxNs        int64     `json:"max_ns"`

	Late int `json:"-"` // samples longer than a frame period
}

// newRow describes samples, and sorts them. There must be one at least.
func newRow(c Cell, t Transport, samples []int64) Row {
	slices.Sort(samples)
	return Row{
		Transport: t, Figure: c.Figure, Wait: c.Wait.String(), PayloadBytes: c.PayloadBytes, Readers: c.Readers,
		Samples: len(samples),
		MinNs:   samples[0],
		P50Ns:   perMille(samples, 500),
		P99Ns:   perMille(samples, 990),
		P999Ns:  perMille(samples, 999),
		MaxNs:   samples[len(samples)-1],
		Late:    late(samples),
	}
}

func late(sorted []int64) int {
	intime, _ := slices.BinarySearch(sorted, framePeriodNs+1)
	return len(sorted) - intime
}

// perMille is the percentile by nearest rank: the least sample that m in a thousand do not exceed.
func perMille(sorted []int64, m int) int64 {
	rank := (len(sorted)*m + 999) / 1000
	return sorted[max(rank, 1)-1]
}
