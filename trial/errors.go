package trial

import (
	"math"
	"slices"
)

// Errors are those of one quantity over the pictures in which it was told, in its own unit.
type Errors struct {
	N             int
	RMS, P95, Max float64 // of the absolute errors; 0 when N is
}

// errorsOf sums up signed errors; NaN is not told.
func errorsOf(list []float64) Errors {
	var told []float64
	sum := 0.0
	for _, e := range list {
		if !math.IsNaN(e) {
			told, sum = append(told, math.Abs(e)), sum+e*e
		}
	}
	n := len(told)
	if n == 0 {
		return Errors{}
	}
	slices.Sort(told)
	return Errors{N: n, RMS: math.Sqrt(sum / float64(n)), P95: told[(n*95+99)/100-1], Max: told[n-1]}
}
