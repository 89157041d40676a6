package board

import (
	"math"
	"slices"
)

// plane is a grey picture.
type plane struct {
	pixels        []byte
	width, height int
}

// at is the grey level between pixels, bilinear.
func (p plane) at(u, v float64) float64 {
	u, v = min(max(u, 0), float64(p.width-1)), min(max(v, 0), float64(p.height-1))
	x, y := min(int(u), max(p.width-2, 0)), min(int(v), max(p.height-2, 0))
	fu, fv := u-float64(x), v-float64(y)
	right, below := min(x+1, p.width-1), min(y+1, p.height-1)
	g := func(x, y int) float64 { return float64(p.pixels[y*p.width+x]) }
	return (g(x, y)*(1-fu)+g(right, y)*fu)*(1-fv) + (g(x, below)*(1-fu)+g(right, below)*fu)*fv
}

// edgeWidth is how far it is, in pixels, from a tenth to nine tenths of the way from black to white across the edges of
// the board's squares: the median over the edges between neighbours in a row, looked at halfway between them. NaN where
// no edge can be told.
func edgeWidth(p plane, corners []Point, b Pattern) float64 {
	var widths []float64
	for row := range b.Rows {
		for col := range b.Cols - 1 {
			i := row*b.Cols + col
			a, c := corners[i], corners[i+1]
			j, sign := i+b.Cols, 1.0
			if row == b.Rows-1 {
				j, sign = i-b.Cols, -1
			}
			across := Point{sign * (corners[j].U - a.U), sign * (corners[j].V - a.V)}
			if w := p.rise(Point{(a.U + c.U) / 2, (a.V + c.V) / 2}, across); w > 0 {
				widths = append(widths, w)
			}
		}
	}
	if len(widths) == 0 {
		return math.NaN()
	}
	slices.Sort(widths)
	return widths[len(widths)/2]
}

// rise is the width of one edge through m, looked at along a square's side to either half; 0 where there is none.
func (p plane) rise(m, side Point) float64 {
	const step = 0.25 // px
	length := math.Hypot(side.U, side.V)
	n := int(0.4 * length / step)
	if n < 4 {
		return 0
	}
	du, dv := side.U/length*step, side.V/length*step
	profile := make([]float64, 0, 2*n+1)
	for k := -n; k <= n; k++ {
		profile = append(profile, p.at(m.U+float64(k)*du, m.V+float64(k)*dv))
	}
	first, last := profile[0], profile[len(profile)-1]
	if math.Abs(last-first) < 20 {
		return 0
	}
	from, to := 0, len(profile)-1
	for i, v := range profile {
		switch share := (v - first) / (last - first); {
		case share <= 0.1:
			from = i
		case share >= 0.9:
			to = min(to, i)
		}
	}
	// Noise may leave the far side once more; the edge is where the middle is crossed.
	return float64(max(to-min(from, to), 1)) * step
}
