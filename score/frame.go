package score

import "math"

// Frame is a picture and the lane lines that somebody has drawn in it: one polyline a marking, in any order. Which of them
// bound the vehicle's lane is not said; see Ego.
type Frame struct {
	File          string
	Width, Height int
	Lines         []Line
}

// Side is one side of the vehicle's lane.
type Side int

// The sides.
const (
	Left Side = iota
	Right
)

func (s Side) String() string {
	if s == Left {
		return "left"
	}
	return "right"
}

// shortest is how much of a true line must be in the lower part, as a share of the height, for it to count.
const shortest = 0.08

// Ego is the left and the right line of the vehicle's lane, nil for a side without: the lines nearest to the picture's middle
// where they meet the bottom row, to which each is extended by its lowest tenth. A line that does not get down to the lower
// half, or covers less than 8 % of the height there, is none.
func (f *Frame) Ego() (sides [2]Line) {
	w, h := float64(f.Width), float64(f.Height)
	from := float64(lowerPart * h)
	var nearest [2]float64
	for _, line := range f.Lines {
		pts := line.Near()
		if len(pts) == 0 {
			continue
		}
		top := pts[len(pts)-1][1]
		low := min(pts[0][1], h-1)
		if low < from || low-max(top, from) < shortest*h {
			continue
		}
		x, ok := pts.At(low)
		if !ok {
			continue
		}
		up := max(low-float64(0.1*h), top)
		if x2, ok := pts.At(up); ok && low > up {
			x += float64((x - x2) / (low - up) * (h - 1 - low))
		}
		side := Left
		if !(x < w/2) {
			side = Right
		}
		if d := math.Abs(x - w/2); sides[side] == nil || d < nearest[side] {
			sides[side], nearest[side] = pts, d
		}
	}
	return sides
}
