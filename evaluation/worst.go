package evaluation

import (
	"cmp"
	"slices"

	"lanekeeper/score"
)

// Worst are the indices of at most n results that went wrong, the worst first: lines claimed in the wrong place, the more
// confidently the worse; then ghosts, likewise; then lines that were missed, the longer ones first. Of a picture's two sides the
// worse one counts.
func (r *SetResult) Worst(n int) []int {
	var bad []int
	for i := range r.Results {
		if class, _ := r.Results[i].badness(); class < good && r.Results[i].Error == "" {
			bad = append(bad, i)
		}
	}
	slices.SortStableFunc(bad, func(a, b int) int {
		classA, sizeA := r.Results[a].badness()
		classB, sizeB := r.Results[b].badness()
		return cmp.Or(cmp.Compare(classA, classB), cmp.Compare(sizeB, sizeA))
	})
	return bad[:min(max(n, 0), len(bad))]
}

// good is the class of what did not go wrong.
const good = 3

// badness is the class of the worse side, 0 being the worst, and how bad it is within its class.
func (r *Result) badness() (class int, size float64) {
	class = good
	for _, s := range []*Side{&r.Left, &r.Right} {
		c, v := good, 0.0
		switch s.Verdict {
		case score.Wrong:
			c, v = 0, s.Confidence
		case score.Ghost:
			c, v = 1, s.Confidence
		case score.Missed:
			c, v = 2, float64(s.Rows)/float64(max(r.Height, 1))
		}
		if c < class || c == class && v > size {
			class, size = c, v
		}
	}
	return class, size
}
