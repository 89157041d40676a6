package score

import "strconv"

// places rounds to n decimal places as Python's round does: the exact binary value, ties to even.
func places(v float64, n int) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', n, 64), 64)
	if err != nil { // what was just written can be read
		return v
	}
	return r
}

// share is a of b, 0 where b is 0.
func share(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
