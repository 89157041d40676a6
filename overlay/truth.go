package overlay

import (
	"image"
	"image/color"

	"gocv.io/x/gocv"
)

// truthColour is that of what is known to be true.
func truthColour() color.RGBA { return color.RGBA{R: 255, B: 255} }

// Truth draws a line that is known to be there onto m, a BGR picture. Its points are pixels of a frame of width×height px,
// of which m may be a smaller picture. A line that bounds the vehicle's lane is thick.
func Truth(m *gocv.Mat, line [][2]float64, width, height int, thick bool) {
	if m.Empty() || width < 1 || height < 1 {
		return
	}
	w := max(1, m.Cols()/320)
	if thick {
		w *= 2
	}
	fx, fy := float64(m.Cols())/float64(width), float64(m.Rows())/float64(height)
	at := func(p [2]float64) image.Point { return image.Pt(int(p[0]*fx), int(p[1]*fy)) }
	for i := 1; i < len(line); i++ {
		gocv.Line(m, at(line[i-1]), at(line[i]), truthColour(), w)
	}
}

// TruePixel marks a pixel that is known to belong to a line; it is one of a frame of width×height px.
func TruePixel(m *gocv.Mat, x, y, width, height int) {
	if m.Empty() || width < 1 || height < 1 {
		return
	}
	col, row := x*m.Cols()/width, y*m.Rows()/height
	if col < 0 || col >= m.Cols() || row < 0 || row >= m.Rows() {
		return
	}
	c := truthColour()
	for i, v := range []uint8{c.B, c.G, c.R} {
		m.SetUCharAt(row, col*3+i, v)
	}
}
