package score

import "math"

// Line is a polyline in pixels of the frame: points (x, y), y downwards.
type Line [][2]float64

// lowerPart is where lines are looked at: from this share of the height downwards. Every rowStep-th row is.
const (
	lowerPart = 0.5
	rowStep   = 5
)

// rowsFrom is the first row that is looked at in frames of a height.
func rowsFrom(height int) int { return int(lowerPart * float64(height)) }

// At is the line's x in row y, on the first of its segments that gets there; ok is false where none does.
//
// Products are rounded before they are added to, here and in the rest of the package, which forbids the compiler to fuse the
// two: the score is the same on every machine.
func (l Line) At(y float64) (x float64, ok bool) {
	for i := 1; i < len(l); i++ {
		a, b := l[i-1], l[i]
		if !(y >= min(a[1], b[1]) && y <= max(a[1], b[1])) {
			continue
		}
		if a[1] == b[1] {
			return a[0], true
		}
		return a[0] + float64((b[0]-a[0])*(y-a[1]))/(b[1]-a[1]), true
	}
	return 0, false
}

// jitter is by how many pixels a line that rises may sink in between.
const jitter = 2

// Near is the part of the line that rises from its lowest point, of the two the higher one; a turn back ends it. Its points
// never go down.
func (l Line) Near() Line {
	if len(l) == 0 {
		return nil
	}
	low := 0
	for i := range l {
		if l[i][1] > l[low][1] {
			low = i
		}
	}
	best := l.climb(low, 1)
	if other := l.climb(low, -1); other.rise() > best.rise() {
		best = other
	}
	return best
}

// climb goes along the line from a point for as long as it does not sink.
func (l Line) climb(from, step int) Line {
	out := Line{l[from]}
	for k := from + step; k >= 0 && k < len(l); k += step {
		last := out[len(out)-1]
		if l[k][1] > last[1]+jitter {
			break
		}
		if l[k][1] < last[1] || l[k][1] == last[1] && l[k][0] != last[0] {
			out = append(out, l[k])
		}
	}
	return out
}

// rise is how far the line's last point lies above its first.
func (l Line) rise() float64 { return l[0][1] - l[len(l)-1][1] }

// slope is dx/dy of a rising line around row y, over 2 % of the frame's height to either side; 0 where that cannot be told.
func (l Line) slope(y, height float64) float64 {
	reach := 0.02 * height
	up, down := max(y-reach, l[len(l)-1][1]), min(y+reach, l[0][1])
	a, okA := l.At(up)
	b, okB := l.At(down)
	if !okA || !okB || !(down > up) {
		return 0
	}
	return (b - a) / (down - up)
}

// across turns a horizontal distance to a line of that slope into the one at right angles to it, in pixels of a frame that
// is 640 wide.
func across(dx, slope float64, width int) float64 {
	return math.Abs(dx) / math.Sqrt(1+float64(slope*slope)) * 640 / float64(width)
}

// tolerance is how far off a found line may be, across, in pixels at a width of 640: 2.5 % of the width. enough is the share of
// rows that must be within it.
const (
	tolerance = 16
	enough    = 0.75
)

// finite says whether every coordinate is a number that can be reckoned with.
func (l Line) finite() bool {
	for _, p := range l {
		if !(math.Abs(p[0]) <= maxCoordinate && math.Abs(p[1]) <= maxCoordinate) {
			return false
		}
	}
	return true
}
