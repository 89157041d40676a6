package board

import (
	"fmt"
	"strings"
)

const coverCols, coverRows = 12, 8

// Coverage counts the corners in each part of the picture.
type Coverage [coverRows][coverCols]int

// Cover counts the corners of pictures of width×height px.
func Cover(views []View, width, height int) Coverage {
	var c Coverage
	for _, v := range views {
		c.add(v.Corners, width, height)
	}
	return c
}

func (c *Coverage) add(corners []Point, width, height int) {
	for _, k := range corners {
		col, row := int((k.U+0.5)/float64(width)*coverCols), int((k.V+0.5)/float64(height)*coverRows)
		c[min(max(row, 0), coverRows-1)][min(max(col, 0), coverCols-1)]++
	}
}

// Share is the share of the parts that hold at least one corner.
func (c *Coverage) Share() float64 {
	n := 0
	for _, row := range c {
		for _, k := range row {
			if k > 0 {
				n++
			}
		}
	}
	return float64(n) / (coverCols * coverRows)
}

// Text is the picture as characters: a dot where there was no corner, else the number of binary digits of how many there
// were, so 1 for one and 6 for 32 to 63.
func (c *Coverage) Text() string {
	var b strings.Builder
	for _, row := range c {
		for _, k := range row {
			mark := byte('.')
			for n := 0; k > 0; k /= 2 {
				n++
				mark = byte('0' + min(n, 9))
			}
			b.WriteByte(mark)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Missing names the ninths of the picture that hold next to nothing, such as "top left".
func (c *Coverage) Missing() []string {
	var missing []string
	for i, vertical := range []string{"top", "middle", "bottom"} {
		for j, horizontal := range []string{"left", "middle", "right"} {
			n, cells := 0, 0
			for row := i * coverRows / 3; row < (i+1)*coverRows/3; row++ {
				for col := j * coverCols / 3; col < (j+1)*coverCols/3; col++ {
					if cells++; c[row][col] > 0 {
						n++
					}
				}
			}
			if 3*n >= cells {
				continue
			}
			name := fmt.Sprintf("%s %s", vertical, horizontal)
			if vertical == horizontal {
				name = vertical
			}
			missing = append(missing, name)
		}
	}
	return missing
}
