package score

import (
	"math"
	"slices"
)

// Mask says which pixels of a picture belong to a painted line.
type Mask struct {
	width, height int
	rows          [][]int // of each row: the columns that are painted, ascending
}

// NewMask takes a picture of width×height px, row after row, a byte a pixel; 128 and more is paint. Fewer bytes are a
// picture without paint at its end.
func NewMask(width, height int, pixels []byte) *Mask {
	m := &Mask{width: max(width, 0), height: max(height, 0)}
	m.rows = make([][]int, m.height)
	for i, v := range pixels[:min(len(pixels), m.width*m.height)] {
		if v >= 128 {
			m.rows[i/m.width] = append(m.rows[i/m.width], i%m.width)
		}
	}
	return m
}

// Size is the picture's.
func (m *Mask) Size() (width, height int) { return m.width, m.height }

// Painted calls f for every pixel of paint.
func (m *Mask) Painted(f func(x, y int)) {
	for y, row := range m.rows {
		for _, x := range row {
			f(x, y)
		}
	}
}

// beside is how far the nearest paint in a row lies from x, sideways; ok is false in a row without.
func (m *Mask) beside(x float64, row int) (px float64, ok bool) {
	if row < 0 || row >= m.height || len(m.rows[row]) == 0 {
		return 0, false
	}
	columns := m.rows[row]
	i, _ := slices.BinarySearchFunc(columns, x, func(c int, x float64) int {
		switch {
		case float64(c) < x:
			return -1
		case float64(c) > x:
			return 1
		}
		return 0
	})
	px = math.Inf(1)
	for _, k := range []int{i - 1, i} {
		if k >= 0 && k < len(columns) {
			px = min(px, math.Abs(float64(columns[k])-x))
		}
	}
	return px, true
}

// nearest is how far the nearest paint lies from a place; ok is false where there is none at all.
func (m *Mask) nearest(x float64, row int) (px float64, ok bool) {
	px = math.Inf(1)
	for away := 0; away < m.height && float64(away) < px; away++ {
		for _, r := range [...]int{row - away, row + away} {
			if dx, there := m.beside(x, r); there {
				px, ok = min(px, math.Hypot(dx, float64(away))), true
			}
		}
	}
	return px, ok
}

// judge says whether a claimed line lies on paint. It goes by the rows in which the line was seen, and how far the nearest
// paint is there: of a line that is that across it.
func (m *Mask) judge(c *Claim) Judgement {
	if c == nil || len(c.Points) == 0 {
		return Judgement{Verdict: Nothing}
	}
	j := Judgement{Verdict: Unjudged}
	stretches := c.seen()
	compared, distance := 0, 0.0
	for row := rowsFrom(m.height); row < m.height; row += rowStep {
		y := float64(row)
		for _, s := range stretches {
			s = s.Near()
			x, ok := s.At(y)
			if !ok {
				continue
			}
			j.Rows++
			if px, ok := m.nearest(x, row); ok {
				d := across(px, 0, m.width)
				compared++
				distance += d
				if d <= tolerance {
					j.Within++
				}
			}
			break
		}
	}
	j.MeanPx = distance / float64(max(compared, 1))
	switch {
	case j.Rows == 0:
	case float64(j.Within) >= enough*float64(j.Rows):
		j.Verdict = Hit
	default:
		j.Verdict = Wrong
	}
	return j
}
