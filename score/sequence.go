package score

import "math"

// Sequence counts how steadily lines are found in the frames of one drive, without knowing where they are. It holds the
// lines of all frames. The zero value is ready.
type Sequence struct {
	lines [2][]Line // nil where a side is absent
}

// Add takes the next frame's claims.
func (s *Sequence) Add(claims *Claims) {
	for side := range s.lines {
		line := claims.line(Side(side))
		if len(line) == 0 {
			line = nil
		}
		s.lines[side] = append(s.lines[side], line)
	}
}

// brief is how many frames a change lasts at most to be taken for a mistake; jump is how far a line moves at least to have
// jumped, as a share of the width.
const (
	brief = 2
	jump  = 0.08
)

// Steadiness is what a Sequence sums up to. All of it but Frames counts sides, two a frame.
type Steadiness struct {
	Frames  int `json:"frames"`
	Present int `json:"present"` // sides with a line
	Gaps    int `json:"gaps"`    // a line that is absent for one or two frames, between frames with it
	Flashes int `json:"flashes"` // a line that is present for one or two frames, between frames without
	Jumps   int `json:"jumps"`   // a line that lies elsewhere by more than 8 % of the width for one or two frames, and is back
	Absent  int `json:"absent"`  // frames that lie in gaps
	Stray   int `json:"stray"`   // frames that lie in flashes and jumps
}

// Steadiness sums up, for frames of a width in pixels.
func (s *Sequence) Steadiness(width int) Steadiness {
	n := Steadiness{Frames: len(s.lines[0])}
	far := jump * float64(width)
	for _, lines := range s.lines {
		for from := 0; from < len(lines); {
			to := from + 1 // the end of the run of frames that are present, or absent, as this one is
			for to < len(lines) && (lines[to] == nil) == (lines[from] == nil) {
				to++
			}
			short := to-from <= brief && from > 0 && to < len(lines)
			switch present := lines[from] != nil; {
			case present:
				n.Present += to - from
				if short {
					n.Flashes++
					n.Stray += to - from
				}
				n.countJumps(lines[from:to], far)
			case short:
				n.Gaps++
				n.Absent += to - from
			}
			from = to
		}
	}
	return n
}

// countJumps goes through frames that all have the line.
func (n *Steadiness) countJumps(lines []Line, far float64) {
	for i := 1; i < len(lines); i++ {
		if !(apart(lines[i-1], lines[i]) > far) {
			continue
		}
		for back := i + 1; back < len(lines) && back-i <= brief; back++ {
			if apart(lines[back-1], lines[back]) > far && apart(lines[i-1], lines[back]) <= far {
				n.Jumps++
				n.Stray += back - i
				i = back
				break
			}
		}
	}
}

// apart is how far two lines lie from each other sideways: the mean over the rows, every fifth, that both cover. Lines that
// share no row are infinitely far apart.
func apart(a, b Line) float64 {
	a, b = a.Near(), b.Near()
	n, sum := 0, 0.0
	from := math.Ceil(max(a[len(a)-1][1], b[len(b)-1][1], 0))
	to := min(a[0][1], b[0][1], maxSize)
	for y := from; y <= to; y += rowStep {
		p, okA := a.At(y)
		q, okB := b.At(y)
		if okA && okB {
			n++
			sum += math.Abs(p - q)
		}
	}
	if n == 0 {
		return math.Inf(1)
	}
	return sum / float64(n)
}
