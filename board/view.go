package board

import (
	"errors"
	"fmt"
	"math"
)

// View is the board as one picture shows it.
type View struct {
	Name    string // of the picture, for people
	Corners []Point
}

// Placed is a view with where a calibration says the board was.
type Placed struct {
	View
	RMSPx     float64 // px: how far the corners are seen from where they should be
	DistanceM float64 // m, from the camera to the board's first corner
	normal    [3]float64
}

// TiltDeg is the angle between the board's face and the picture's plane, in degrees.
func (p *Placed) TiltDeg() float64 { return math.Acos(min(math.Abs(p.normal[2]), 1)) * 180 / math.Pi }

// apartDeg is the angle between two boards' faces.
func (p *Placed) apartDeg(q *Placed) float64 {
	dot := 0.0
	for i := range p.normal {
		dot += p.normal[i] * q.normal[i]
	}
	return math.Acos(min(math.Abs(dot), 1)) * 180 / math.Pi
}

// check says why the corners cannot be a board's: OpenCV would end the process, or make something of nothing.
func (v *View) check(width, height int, p Pattern) error {
	if len(v.Corners) != p.Corners() {
		return fmt.Errorf("%s: %d corners, %d expected", v.Name, len(v.Corners), p.Corners())
	}
	for _, c := range v.Corners {
		if !(c.U >= -0.5 && c.V >= -0.5 && c.U <= float64(width) && c.V <= float64(height)) {
			return fmt.Errorf("%s: a corner at (%v, %v), outside of the picture", v.Name, c.U, c.V)
		}
	}
	// The outermost corners span an area, and in it no two neighbours are in one place.
	a, b := v.Corners[0], v.Corners[p.Cols-1]
	c, d := v.Corners[p.Corners()-1], v.Corners[p.Corners()-p.Cols]
	area := math.Abs((c.U-a.U)*(d.V-b.V)-(c.V-a.V)*(d.U-b.U)) / 2
	if !(area >= float64(p.Corners())) {
		return errors.New(v.Name + ": the corners lie in one line or place")
	}
	return nil
}
