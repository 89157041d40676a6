package sim

import "math"

// coverage fills polygons with exact area coverage: each edge leaves in every cell it crosses the signed area that it adds
// to the cells right of it, and the running sum of a row is the share of each pixel that the polygon covers. The method
// is that of Levien's font-rs (2016). Coordinates are those of pixel corners: the top left pixel covers 0…1 both ways.
type coverage struct {
	width, height int
	cells         []float32 // rows of width+2
	lo, hi        []int32   // cells touched of each row; lo > hi: none
	alpha         []uint8   // of the row last resolved
}

func newCoverage(width, height int) *coverage {
	c := &coverage{
		width: width, height: height, cells: make([]float32, height*(width+2)),
		lo: make([]int32, height), hi: make([]int32, height), alpha: make([]uint8, width),
	}
	for y := range height {
		c.lo[y], c.hi[y] = int32(width)+1, -1
	}
	return c
}

// edge adds one side of a polygon. What lies left or right of the picture counts as on its border.
func (c *coverage) edge(x0, y0, x1, y1 float64) {
	if y0 == y1 {
		return
	}
	dir := float32(1)
	if y0 > y1 {
		x0, y0, x1, y1, dir = x1, y1, x0, y0, -1
	}
	h, w := float64(c.height), float64(c.width)
	if y1 <= 0 || y0 >= h {
		return
	}
	slope := (x1 - x0) / (y1 - y0)
	if y0 < 0 {
		x0, y0 = x0-y0*slope, 0
	}
	if y1 > h {
		x1, y1 = x1+(h-y1)*slope, h
	}
	// Split at the picture's borders, the upper part first.
	for _, border := range [2]float64{0, w} {
		if (x0 < border) != (x1 < border) && x0 != border {
			y := y0 + (border-x0)/slope
			if y > y0 && y < y1 {
				c.inside(clampX(x0, w), y0, clampX(border, w), y, dir)
				x0, y0 = border, y
			}
		}
	}
	c.inside(clampX(x0, w), y0, clampX(x1, w), y1, dir)
}

func clampX(x, w float64) float64 { return min(max(x, 0), w) }

// inside adds an edge that runs downward within the picture.
func (c *coverage) inside(x0, y0, x1, y1 float64, dir float32) {
	if y1 <= y0 {
		return
	}
	slope := (x1 - x0) / (y1 - y0)
	x := x0
	for y := int(y0); y < c.height && float64(y) < y1; y++ {
		top, bottom := max(float64(y), y0), min(float64(y+1), y1)
		next := clampX(x+slope*(bottom-top), float64(c.width))
		c.cross(y, float32(x), float32(next), float32(bottom-top)*dir)
		x = next
	}
}

// cross adds the part of an edge in one row, from xa to xb, which spans the signed height d.
func (c *coverage) cross(y int, xa, xb, d float32) {
	row := c.cells[y*(c.width+2) : (y+1)*(c.width+2)]
	if xa > xb {
		xa, xb = xb, xa
	}
	first := int(xa)
	last := int(math.Ceil(float64(xb)))
	c.lo[y] = min(c.lo[y], int32(first))
	c.hi[y] = max(c.hi[y], int32(max(last, first+1)))
	x0, x1 := float32(first), float32(last)
	if last <= first+1 {
		right := (xa+xb)/2 - x0
		row[first] += d - d*right
		row[first+1] += d * right
		return
	}
	s := 1 / (xb - xa)
	a0 := s * (1 - (xa - x0)) * (1 - (xa - x0)) / 2
	an := s * (xb - x1 + 1) * (xb - x1 + 1) / 2
	row[first] += d * a0
	if last == first+2 {
		row[first+1] += d * (1 - a0 - an)
	} else {
		a1 := s * (1.5 - (xa - x0))
		row[first+1] += d * (a1 - a0)
		for i := first + 2; i < last-1; i++ {
			row[i] += d * s
		}
		a2 := a1 + float32(last-first-3)*s
		row[last-1] += d * (1 - a2 - an)
	}
	row[last] += d * an
}

// resolve sums row y up into alpha (0…255), clears it, and says which pixels lo ≤ x < hi may be covered.
func (c *coverage) resolve(y int) (lo, hi int) {
	if c.hi[y] < 0 {
		return 0, 0
	}
	lo, hi = int(c.lo[y]), int(c.hi[y])+1
	row := c.cells[y*(c.width+2) : (y+1)*(c.width+2)]
	var sum float32
	var a uint8
	end := min(hi, c.width)
	alpha := c.alpha[:end]
	for x := lo; x < end; x++ {
		if v := row[x]; v != 0 {
			sum += v
			a = uint8(min(max(sum, -sum), 1)*255 + 0.5)
			row[x] = 0
		}
		alpha[x] = a
	}
	clear(row[end:hi])
	c.lo[y], c.hi[y] = int32(c.width)+1, -1
	return min(lo, end), end
}
