package sim

import (
	"math"
	"slices"

	"lanekeeper/msg"
)

// ImageLine is the middle of a marking in the picture, gaps between dashes bridged.
type ImageLine struct {
	Marking int         // index into the scenario's Lane.Markings
	Points  []msg.Point // in the direction of travel
}

// minMarkPx is how thick a marking must at least be painted to be labelled, and minLinePx how long a line.
const (
	minMarkPx = 0.5
	minLinePx = 8
)

// Lines are the markings in the picture last drawn. A marking that leaves the picture and returns gives several lines.
func (w *World) Lines() []ImageLine {
	r := w.seen()
	var lines []ImageLine
	for i := range w.scenario.Lane.Markings {
		for _, pts := range r.trace(&w.scenario.Lane.Markings[i]) {
			if pts = thin(pts); length(pts) >= minLinePx {
				lines = append(lines, ImageLine{Marking: i, Points: pts})
			}
		}
	}
	return lines
}

// trace follows a marking through the picture.
func (r *renderer) trace(m *Marking) [][]msg.Point {
	var lines [][]msg.Point
	var line []msg.Point
	end := func() {
		if len(line) > 1 {
			lines = append(lines, line)
		}
		line = nil
	}
	t := &r.stripe
	shown := func(c *corner) bool { return c.depth >= r.lens.nearest() && !c.hidden }
	for i := range len(r.spine.rungs) - 1 {
		a := t.corner(r.spine.rungs[i].offset(m.OffsetM))
		b := t.corner(r.spine.rungs[i+1].offset(m.OffsetM))
		if !shown(&a) || !shown(&b) || r.thickness(m, &r.spine.rungs[i], &a, &b) < minMarkPx {
			end()
			continue
		}
		from, to, ok := r.lens.clip(&a, &b)
		if !ok {
			end()
			continue
		}
		if len(line) == 0 || line[len(line)-1] != from {
			end()
			line = append(line, from)
		}
		line = append(line, to)
	}
	end()
	return lines
}

// thickness is how many pixels wide a marking is painted at a rung, across its middle line from a to b.
func (r *renderer) thickness(m *Marking, at *rung, a, b *corner) float64 {
	left := r.stripe.corner(at.offset(m.OffsetM + m.WidthM/2))
	right := r.stripe.corner(at.offset(m.OffsetM - m.WidthM/2))
	dx, dy := b.x-a.x, b.y-a.y
	return math.Abs((left.x-right.x)*dy-(left.y-right.y)*dx) / max(math.Hypot(dx, dy), 1e-9)
}

// clip is the part of a line between projected points that lies in the picture (Liang and Barsky 1984).
func (l *lens) clip(a, b *corner) (from, to msg.Point, ok bool) {
	t0, t1 := 0., 1.
	dx, dy := b.x-a.x, b.y-a.y
	for _, e := range [4][2]float64{
		{-dx, a.x}, {dx, float64(l.WidthPx) - a.x}, {-dy, a.y}, {dy, float64(l.HeightPx) - a.y},
	} {
		switch t := e[1] / e[0]; {
		case e[0] == 0:
			if e[1] < 0 {
				return from, to, false
			}
		case e[0] < 0:
			t0 = max(t0, t)
		default:
			t1 = min(t1, t)
		}
	}
	if t0 >= t1 {
		return from, to, false
	}
	at := func(t float64) msg.Point {
		return msg.Point{X: float32(a.x + t*dx - 0.5), Y: float32(a.y + t*dy - 0.5)}
	}
	return at(t0), at(t1), true
}

// thin leaves out points that lie within a quarter of a pixel of the line without them (Ramer 1972, Douglas and Peucker
// 1973).
func thin(p []msg.Point) []msg.Point {
	const tolerancePx = 0.25
	if len(p) < 3 {
		return p
	}
	a, b := p[0], p[len(p)-1]
	worst, at := 0., 0
	for i := 1; i < len(p)-1; i++ {
		if d := apart(p[i], a, b); d > worst {
			worst, at = d, i
		}
	}
	if worst <= tolerancePx {
		return []msg.Point{a, b}
	}
	return append(slices.Clip(thin(p[:at+1])), thin(p[at:])[1:]...)
}

// apart is the distance of p from the segment a–b.
func apart(p, a, b msg.Point) float64 {
	dx, dy := float64(b.X-a.X), float64(b.Y-a.Y)
	px, py := float64(p.X-a.X), float64(p.Y-a.Y)
	if l := dx*dx + dy*dy; l > 0 {
		t := clamp((px*dx+py*dy)/l, 0, 1)
		px, py = px-t*dx, py-t*dy
	}
	return math.Hypot(px, py)
}

func length(p []msg.Point) float64 {
	var l float64
	for i := 1; i < len(p); i++ {
		l += math.Hypot(float64(p[i].X-p[i-1].X), float64(p[i].Y-p[i-1].Y))
	}
	return l
}
