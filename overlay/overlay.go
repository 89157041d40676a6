// Package overlay draws detected lanes onto pictures, for people to look at.
package overlay

import (
	"image"
	"image/color"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// Options are what is drawn beside the lane.
type Options struct {
	Text []string // lines for the top left corner; ASCII, since OpenCV's fonts have no more
}

// The colours, as gocv takes them for pictures in BGR.
func leftColour() color.RGBA  { return color.RGBA{R: 255, G: 64, B: 32} }
func rightColour() color.RGBA { return color.RGBA{R: 32, G: 160, B: 255} }
func laneColour() color.RGBA  { return color.RGBA{G: 200, B: 60} }

// laneOpacity is that of the filled lane between the lines.
const laneOpacity = 0.25

// Draw draws the lane of d onto m, a BGR picture of any size: the lane filled where both lines are known, the lines in
// colours of their own, thick where they were seen and thin where they were extrapolated.
func Draw(m *gocv.Mat, d *msg.Detection, o Options) {
	if m.Empty() || d.Width < 1 || d.Height < 1 {
		return
	}
	s := scale{float64(m.Cols()) / float64(d.Width), float64(m.Rows()) / float64(d.Height)}
	if d.HasLeftLane != 0 && d.HasRightLane != 0 {
		fill(m, d, s)
	}
	thick := max(2, m.Cols()/160)
	if d.HasLeftLane != 0 {
		drawLine(m, &d.Left, s, leftColour(), thick)
	}
	if d.HasRightLane != 0 {
		drawLine(m, &d.Right, s, rightColour(), thick)
	}
	size := float64(m.Cols()) / 640
	for i, t := range o.Text {
		at := image.Pt(int(8*size), int((float64(i)*20+18)*size))
		gocv.PutText(m, t, at, gocv.FontHersheySimplex, 0.5*size, color.RGBA{}, max(2, int(3*size)))
		gocv.PutText(m, t, at, gocv.FontHersheySimplex, 0.5*size, color.RGBA{R: 255, G: 255, B: 255}, max(1, int(size)))
	}
}

// scale takes points of the frame that was evaluated to the picture that is drawn on.
type scale struct{ x, y float64 }

func (s scale) point(p msg.Point) image.Point {
	return image.Pt(int(float64(p.X)*s.x), int(float64(p.Y)*s.y))
}

func drawLine(m *gocv.Mat, l *msg.Line, s scale, c color.RGBA, thick int) {
	for i := 1; i < int(min(l.Count, msg.MaxPoints)); i++ {
		w := thick
		if (l.Extrapolated>>i|l.Extrapolated>>(i-1))&1 != 0 || l.Flags&(msg.LineTracked|msg.LineInferred) != 0 {
			w = max(1, thick/3)
		}
		gocv.Line(m, s.point(l.Points[i-1]), s.point(l.Points[i]), c, w)
	}
}

// fill tints the lane.
func fill(m *gocv.Mat, d *msg.Detection, s scale) {
	var outline []image.Point
	for _, p := range d.Left.Points[:min(d.Left.Count, msg.MaxPoints)] {
		outline = append(outline, s.point(p))
	}
	for i := int(min(d.Right.Count, msg.MaxPoints)) - 1; i >= 0; i-- {
		outline = append(outline, s.point(d.Right.Points[i]))
	}
	if len(outline) < 3 {
		return
	}
	tinted := m.Clone()
	defer tinted.Close()
	poly := gocv.NewPointsVectorFromPoints([][]image.Point{outline})
	defer poly.Close()
	gocv.FillPoly(&tinted, poly, laneColour())
	gocv.AddWeighted(tinted, laneOpacity, *m, 1-laneOpacity, 0, m)
}
