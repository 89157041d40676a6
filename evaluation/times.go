package evaluation

import (
	"math"
	"slices"
)

// Times is how long a detector took for a frame, in milliseconds. All zero where it looked at none.
type Times struct {
	P50  float64 `json:"p50"` // percentiles by nearest rank
	P99  float64 `json:"p99"`
	Mean float64 `json:"mean"`
}

// TimesOf sums up samples, in milliseconds. They are sorted.
func TimesOf(ms []float64) Times {
	if len(ms) == 0 {
		return Times{}
	}
	slices.Sort(ms)
	sum := 0.0
	for _, v := range ms {
		sum += v
	}
	rank := func(p float64) float64 { return micro(ms[max(0, int(math.Ceil(p*float64(len(ms))))-1)]) }
	return Times{P50: rank(0.5), P99: rank(0.99), Mean: micro(sum / float64(len(ms)))}
}

// micro rounds milliseconds to whole microseconds.
func micro(ms float64) float64 { return math.Round(ms*1000) / 1000 }
