package board

import (
	"math"
	"slices"
	"strings"
	"time"
)

// Guide tells, while somebody moves a board before a camera, when to take a picture and what is still missing. What makes
// a view a new one is how ROS's camera_calibration sees it: where the board is, how large, and how far it is tilted.
type Guide struct {
	Width, Height int // px
	Pattern       Pattern
	Count         int // pictures wanted

	taken   []stance
	cover   Coverage
	last    []Point
	stillNs int64 // since when the board has not moved
}

// stance is how the board is held, in shares: of the picture, and of the tilt that makes one side half as long as the
// other.
type stance struct{ x, y, size, tiltX, tiltY float64 }

const (
	stillPx   = 1.0 // of a picture 640 px wide: the most that a board held still moves from one frame to the next
	stillTime = 300 * time.Millisecond
	newStance = 0.18 // the sum of all differences that makes a view a new one
	steep     = 0.12 // tilt, of a stance, that counts as one
	newCells  = 3    // parts of the picture that no board was in: so many make a view a new one, too
)

// Offer looks at a frame's corners, nil for none. It says whether to take them, and what to tell the person: hints change
// only when there is something else to do.
func (g *Guide) Offer(corners []Point, atNs int64) (take bool, hint string) {
	if corners == nil {
		g.last = nil
		return false, "hold the whole board into the picture"
	}
	moved := g.moved(corners)
	if g.last = slices.Clone(corners); moved {
		g.stillNs = atNs
		return false, "hold it still"
	}
	if atNs-g.stillNs < int64(stillTime) {
		return false, "hold it still"
	}
	s := g.stance(corners)
	if !g.fresh(s, corners) {
		return false, "seen already: " + g.Next()
	}
	g.taken = append(g.taken, s)
	g.cover.add(corners, g.Width, g.Height)
	return true, g.Next()
}

// moved tells whether the board has moved since the frame before.
func (g *Guide) moved(corners []Point) bool {
	if len(g.last) != len(corners) {
		return true
	}
	limit := stillPx * math.Max(float64(g.Width)/640, 1)
	for i, c := range corners {
		if math.Hypot(c.U-g.last[i].U, c.V-g.last[i].V) > limit {
			return true
		}
	}
	return false
}

func (g *Guide) stance(c []Point) stance {
	p := g.Pattern
	a, b, d, e := c[0], c[p.Cols-1], c[len(c)-1], c[len(c)-p.Cols] // round the board
	side := func(p, q Point) float64 { return max(math.Hypot(p.U-q.U, p.V-q.V), 1e-9) }
	area := math.Abs((d.U-a.U)*(e.V-b.V)-(d.V-a.V)*(e.U-b.U)) / 2
	w, h := float64(g.Width), float64(g.Height)
	return stance{
		x: (a.U + b.U + d.U + e.U) / 4 / w, y: (a.V + b.V + d.V + e.V) / 4 / h, size: math.Sqrt(area / (w * h)),
		tiltX: math.Log2(side(b, d) / side(a, e)), tiltY: math.Log2(side(d, e) / side(a, b)),
	}
}

// fresh tells whether the view shows what none before did.
func (g *Guide) fresh(s stance, corners []Point) bool {
	with := g.cover
	with.add(corners, g.Width, g.Height)
	cells := int(math.Round((with.Share() - g.cover.Share()) * coverCols * coverRows))
	if cells >= newCells {
		return true
	}
	for _, t := range g.taken {
		if math.Abs(s.x-t.x)+math.Abs(s.y-t.y)+math.Abs(s.size-t.size)+math.Abs(s.tiltX-t.tiltX)+math.Abs(s.tiltY-t.tiltY) < newStance {
			return false
		}
	}
	return true
}

// Taken is how many pictures were taken.
func (g *Guide) Taken() int { return len(g.taken) }

// Coverage is which parts of the picture the boards were in.
func (g *Guide) Coverage() Coverage { return g.cover }

// Done says that nothing is missing, or that so many pictures were taken that it will not come.
func (g *Guide) Done() bool {
	return len(g.taken) >= g.Count && len(g.missing()) == 0 || len(g.taken) >= 2*g.Count
}

// Next is what to do next.
func (g *Guide) Next() string {
	if m := g.missing(); len(m) > 0 {
		return m[0]
	}
	if len(g.taken) < g.Count {
		return "move and tilt it, whichever way"
	}
	return "enough"
}

// missing are the things to do, the most useful first.
func (g *Guide) missing() []string {
	var m []string
	var left, right, up, down, near bool
	for _, t := range g.taken {
		left, right = left || t.tiltX > steep, right || t.tiltX < -steep
		up, down = up || t.tiltY > steep, down || t.tiltY < -steep
		near = near || t.size > 0.5
	}
	if parts := g.cover.Missing(); len(parts) > 0 {
		m = append(m, "move it to the "+strings.Join(parts[:min(len(parts), 2)], " or the "))
	}
	if !left || !right {
		m = append(m, "tilt its left or right side away from the camera, by some 30°")
	}
	if !up || !down {
		m = append(m, "tilt its upper or lower side away from the camera, by some 30°")
	}
	if !near {
		m = append(m, "bring it nearer")
	}
	return m
}
