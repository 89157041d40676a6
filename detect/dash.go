package detect

import "math"

// What is a dash.
const (
	minDashRows = 5
	minDashLong = 1.6  // widths
	maxDashLong = 6.0  // widths: of a longer strip the ends do not matter
	flattestRun = 0.3  // vertical share of its direction, at least
	dashRough   = 0.25 // widths, rms: what strays more from its axis is bent
)

// straighten puts the spots of a dash, all of which are there, on its axis. A dash ends square to its axis and not along a
// row, so that the middles of its rows lie aside of it towards the ends, and lead astray who goes on from there.
func straighten(spots []spot) {
	if len(spots) < minDashRows {
		return
	}
	axis, long, width := principal(spots)
	if long < minDashLong || long > maxDashLong || -axis.dy < flattestRun {
		return
	}
	sum := 0.0
	for i := range spots {
		d := axis.distance(spots[i].x, spots[i].y)
		sum += d * d
	}
	if math.Sqrt(sum/float64(len(spots))) > dashRough*width {
		return
	}
	for i := range spots {
		if x, ok := axis.at(spots[i].y); ok {
			spots[i].x = x
		}
	}
}

// principal is the principal axis of a strip's pixels, with its length in widths and its width in pixels.
func principal(spots []spot) (axis heading, long, width float64) {
	var n, mx, my float64
	for i := range spots {
		l := spots[i].length
		n, mx, my = n+l, mx+l*spots[i].x, my+l*spots[i].y
	}
	mx, my = mx/n, my/n
	var xx, xy, yy float64
	for i := range spots {
		l, dx, dy := spots[i].length, spots[i].x-mx, spots[i].y-my
		xx += l * (dx*dx + (l*l-1)/12)
		xy += l * dx * dy
		yy += l * dy * dy
	}
	half, mean := math.Hypot((xx-yy)/2, xy), (xx+yy)/2
	minor := max(mean-half, 1e-9)
	return along(mx, my, xx, xy, yy), math.Sqrt((mean + half) / minor), math.Sqrt(12 * minor / n)
}
