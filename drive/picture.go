package drive

import (
	"encoding/csv"
	"fmt"
	"image"
	"image/color"
	"io"
	"os"
	"strconv"

	"gocv.io/x/gocv"

	"lanekeeper/sim"
)

// Sizes of the picture of a drive, in px.
const (
	mapSide     = 960
	mapMargin   = 40
	stillWidth  = 320
	stillHeight = 240
	stillColumn = 4 // stills one below the other
)

// picture draws the way driven against the lane, where there is a map, and stills beside it.
func picture(path string, course *sim.Chart, driven [][2]float64, stills []image.Image, caption []string) error {
	left := 0
	if course != nil {
		left = mapSide
	}
	columns := max((len(stills)+stillColumn-1)/stillColumn, 1)
	m := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(250, 250, 250, 0), stillColumn*stillHeight, left+columns*stillWidth, gocv.MatTypeCV8UC3)
	defer m.Close()
	if course != nil {
		drawMap(&m, course, driven)
	}
	for i, s := range stills {
		if err := paste(&m, s, image.Pt(left+i/stillColumn*stillWidth, i%stillColumn*stillHeight)); err != nil {
			return err
		}
	}
	if course != nil {
		for i, text := range caption {
			gocv.PutTextWithParams(&m, text, image.Pt(12, 24+22*i), gocv.FontHersheySimplex, 0.55, ink(60, 60, 60), 1, gocv.LineAA, false)
		}
	}
	if !gocv.IMWrite(path, m) {
		return fmt.Errorf("writing %s: the folder must be writable and the disk have room", path)
	}
	return nil
}

func paste(m *gocv.Mat, s image.Image, at image.Point) error {
	still, err := gocv.ImageToMatRGB(s)
	if err != nil {
		return fmt.Errorf("drawing a still: %w", err)
	}
	defer still.Close()
	size := image.Pt(stillWidth, stillHeight)
	room := m.Region(image.Rectangle{Min: at, Max: at.Add(size)})
	defer room.Close()
	gocv.Resize(still, &room, size, 0, 0, gocv.InterpolationArea)
	return nil
}

// drawMap shows the lane's lines, its centre and the way driven, north up.
func drawMap(m *gocv.Mat, c *sim.Chart, driven [][2]float64) {
	const room = mapSide - 2*mapMargin
	scale := float64(room) / max(c.MaxM[0]-c.MinM[0], c.MaxM[1]-c.MinM[1])
	at := func(p [2]float64) image.Point {
		return image.Pt(mapMargin+int((p[0]-c.MinM[0])*scale), mapSide-mapMargin-int((p[1]-c.MinM[1])*scale))
	}
	polyline := func(points [][2]float64, closed bool, colour color.RGBA, thick int) {
		for i := range points {
			if i == 0 && !closed {
				continue
			}
			before := points[(i+len(points)-1)%len(points)]
			gocv.Line(m, at(before), at(points[i]), colour, thick)
		}
	}
	polyline(c.Left, true, ink(150, 150, 150), 2)
	polyline(c.Right, true, ink(150, 150, 150), 2)
	polyline(c.Centre, true, ink(70, 130, 220), 1)
	polyline(driven, false, ink(220, 60, 30), 1)
	if len(driven) > 0 {
		gocv.Circle(m, at(driven[0]), 6, ink(0, 140, 60), 2)
		gocv.Circle(m, at(driven[len(driven)-1]), 5, ink(220, 60, 30), -1)
	}
}

func ink(r, g, b uint8) color.RGBA { return color.RGBA{R: r, G: g, B: b, A: 255} }

// readTrace is the way driven, from the simulator's trace.
func readTrace(path string) ([][2]float64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the trace: %w", err)
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.ReuseRecord = true
	if _, err := in.Read(); err != nil {
		return nil, fmt.Errorf("reading the trace: %w", err)
	}
	const x, y = 2, 3 // columns
	var way [][2]float64
	for {
		rec, err := in.Read()
		if err == io.EOF {
			return way, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the trace: %w", err)
		}
		px, errX := strconv.ParseFloat(rec[x], 64)
		py, errY := strconv.ParseFloat(rec[y], 64)
		if errX != nil || errY != nil {
			return nil, fmt.Errorf("reading the trace: a position of %q, %q", rec[x], rec[y])
		}
		way = append(way, [2]float64{px, py})
	}
}
