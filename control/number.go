package control

import "math"

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func clamp[T int64 | float64](v, lo, hi T) T { return min(max(v, lo), hi) }

// approach moves from towards to by at most step, and arrives exactly.
func approach(from, to, step float64) float64 {
	if math.Abs(to-from) <= step {
		return to
	}
	return from + math.Copysign(step, to-from)
}
