package detect

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
)

// The score of lane lines against ground truth. The true lines of a frame are those nearest to the middle on either
// side, extended to the bottom row, which cover at least 8 % of the height in the lower half. A line found is a hit
// when at least 75 % of the rows that the true one covers there lie within 2.5 % of the width of it, across the line.

type xy = [2]float64

// labelled is a line of a labels.jsonl.
type labelled struct {
	File          string
	Width, Height float64
	Lines         [][]xy
}

func readLabels(t *testing.T, path string) []labelled {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []labelled
	for l := range strings.Lines(string(data)) {
		var f labelled
		if err := json.Unmarshal([]byte(l), &f); err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	return all
}

// xAt is the line's x in row y, if it gets there.
func xAt(line []xy, y float64) (float64, bool) {
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		if y < min(a[1], b[1]) || y > max(a[1], b[1]) {
			continue
		}
		if a[1] == b[1] {
			return a[0], true
		}
		return a[0] + (b[0]-a[0])*(y-a[1])/(b[1]-a[1]), true
	}
	return 0, false
}

// nearSection is the part of a line that rises from its lowest point; a turn back ends it.
func nearSection(line []xy) []xy {
	low := 0
	for i := range line {
		if line[i][1] > line[low][1] {
			low = i
		}
	}
	var best []xy
	for _, step := range []int{1, -1} {
		out := []xy{line[low]}
		for k := low + step; k >= 0 && k < len(line) && line[k][1] <= out[len(out)-1][1]+2; k += step {
			if last := out[len(out)-1]; line[k][1] < last[1] || line[k][1] == last[1] && line[k][0] != last[0] {
				out = append(out, line[k])
			}
		}
		if best == nil || out[0][1]-out[len(out)-1][1] > best[0][1]-best[len(best)-1][1] {
			best = out
		}
	}
	return best
}

// trueEgo is the frame's left and right line; nil where there is none.
func trueEgo(f *labelled) (sides [2][]xy) {
	half := 0.5 * f.Height
	var nearest [2]float64
	for _, line := range f.Lines {
		pts := nearSection(line)
		bottom, top := pts[0][1], pts[0][1]
		for _, p := range pts {
			bottom, top = max(bottom, p[1]), min(top, p[1])
		}
		low := min(bottom, f.Height-1)
		if low < half || low-max(top, half) < 0.08*f.Height {
			continue
		}
		x, ok := xAt(pts, low)
		if !ok {
			continue
		}
		y2 := max(low-0.1*f.Height, top)
		if x2, ok := xAt(pts, y2); ok && low > y2 {
			x += (x - x2) / (low - y2) * (f.Height - 1 - low)
		}
		side := 0
		if x >= f.Width/2 {
			side = 1
		}
		if d := math.Abs(x - f.Width/2); sides[side] == nil || d < nearest[side] {
			sides[side], nearest[side] = pts, d
		}
	}
	return sides
}

// isHit says whether a line found lies on a true one.
func isHit(f *labelled, truth, found []xy) bool {
	found = nearSection(found)
	good, total := 0, 0
	for y := math.Floor(0.5 * f.Height); y < f.Height; y += 5 {
		x, ok := xAt(truth, y)
		if !ok {
			continue
		}
		total++
		hi, lo := min(y+0.02*f.Height, truth[0][1]), max(y-0.02*f.Height, truth[len(truth)-1][1])
		a, okA := xAt(truth, lo)
		b, okB := xAt(truth, hi)
		slope := 0.0
		if okA && okB && hi > lo {
			slope = (b - a) / (hi - lo)
		}
		if q, ok := xAt(found, y); ok && math.Abs(q-x)/math.Sqrt(1+slope*slope)*640/f.Width <= 16 {
			good++
		}
	}
	return float64(good) >= 0.75*float64(total)
}

// tally counts the sides of frames that were hit, claimed wrongly, missed, and claimed where nothing is.
type tally struct{ hits, wrong, missed, bare, ghosts int }

// count adds a frame; a side that is not claimed has no points.
func (c *tally) count(f *labelled, found [2][]xy) {
	for side, truth := range trueEgo(f) {
		switch q := found[side]; {
		case truth == nil:
			c.bare++
			if len(q) > 0 {
				c.ghosts++
			}
		case len(q) == 0:
			c.missed++
		case isHit(f, truth, q):
			c.hits++
		default:
			c.wrong++
		}
	}
}

func (c *tally) f1() float64 {
	return 2 * float64(c.hits) / float64(2*c.hits+2*c.wrong+c.missed+c.ghosts)
}
