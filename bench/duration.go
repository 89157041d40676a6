package bench

import "fmt"

// duration writes a time with three digits.
func duration(ns int64) string {
	units := []string{"ns", "µs", "ms", "s"}
	v, u := float64(ns), 0
	for v >= 999.5 && u < len(units)-1 {
		v, u = v/1000, u+1
	}
	digits := 0
	if u > 0 {
		switch {
		case v < 9.995:
			digits = 2
		case v < 99.95:
			digits = 1
		}
	}
	return fmt.Sprintf("%.*f %s", digits, v, units[u])
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
