package receiver

import "slices"

// gaps counts the pictures that were left out, by their numbers. A vehicle that sends every second picture leaves none out:
// what is usual is the median step.
type gaps struct {
	last    int64
	known   bool
	steps   [31]int64
	n       int
	dropped uint64
}

func (g *gaps) see(id int64) {
	step := id - g.last
	first := !g.known
	g.last, g.known = id, true
	if first || step <= 0 { // the camera has started again
		return
	}
	g.steps[g.n%len(g.steps)] = step
	g.n++
	seen := g.steps[:min(g.n, len(g.steps))]
	sorted := slices.Clone(seen)
	slices.Sort(sorted)
	usual := sorted[len(sorted)/2]
	if step > usual {
		g.dropped += uint64(step/usual) - 1
	}
}
