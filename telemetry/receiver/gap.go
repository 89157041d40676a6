package receiver

import (
	"math"
	"slices"
)

// gaps counts the pictures that were left out. How many there should have been follows from when they were captured and how
// often the vehicle says that it sends one. Where it does not say, it follows from their numbers: a vehicle that sends every
// second picture leaves none out, so what is usual is the median step.
type gaps struct {
	last    int64
	lastS   float64
	known   bool
	steps   [31]int64
	n       int
	dropped uint64
}

// see takes a picture's number, when it was captured (s), and how many the vehicle sends a second, 0 if that is not known.
func (g *gaps) see(id int64, capturedS, rateHz float64) {
	step, passedS, first := id-g.last, capturedS-g.lastS, !g.known
	g.last, g.lastS, g.known = id, capturedS, true
	if first || step <= 0 { // the camera has started again
		return
	}
	g.steps[g.n%len(g.steps)] = step
	g.n++
	most := float64(step) // no more are missing than were captured
	expected := passedS * rateHz
	if rateHz <= 0 || passedS <= 0 {
		sorted := slices.Clone(g.steps[:min(g.n, len(g.steps))])
		slices.Sort(sorted)
		expected = math.Floor(most / float64(sorted[len(sorted)/2]))
	}
	if n := math.Round(min(expected, most)); n > 1 {
		g.dropped += uint64(n) - 1
	}
}
