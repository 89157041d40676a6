package screen

import (
	"math"
	"strings"
)

const (
	barWidth   = 10 // characters
	swingWidth = 10 // to each side
)

// bar shows a value of 0…1.
func bar(v float64) string {
	n := int(math.Round(min(max(v, 0), 1) * barWidth))
	return "[" + strings.Repeat("█", n) + strings.Repeat("·", barWidth-n) + "]"
}

// swing shows a value of −1…1 from the middle: right is positive.
func swing(v float64) string {
	n := int(math.Round(min(max(v, -1), 1) * swingWidth))
	left, right := max(-n, 0), max(n, 0)
	return "[" + strings.Repeat("·", swingWidth-left) + strings.Repeat("█", left) + "|" +
		strings.Repeat("█", right) + strings.Repeat("·", swingWidth-right) + "]"
}

// flattest is the least span of a curve: below it, noise would look like a swerve.
const flattest = 0.1

// sparkline is a curve of one line. Its middle is 0, so that it shows which side.
func sparkline(values []float64) string {
	most := flattest
	for _, v := range values {
		most = max(most, math.Abs(v))
	}
	steps := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for _, v := range values {
		i := int((v + most) / (2 * most) * float64(len(steps)))
		b.WriteRune(steps[min(max(i, 0), len(steps)-1)])
	}
	return b.String()
}
