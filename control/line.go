package control

import (
	"math"
	"math/bits"

	"lanekeeper/msg"
)

// What is believed of a line that was not seen whole.
const (
	trackedShare      = 0.5 // of a line carried on from earlier frames
	extrapolatedShare = 0.5 // of one whose every point is extrapolated
)

// maxRangeM bounds how far away a line may be said to lie.
const maxRangeM = 500

// groundLine is a lane line on the ground, in metres.
type groundLine struct {
	poly         [4]float64
	fromM, toM   float64
	confidence   float64
	there, drawn bool // found in the picture; found, and placed on the ground
}

// newGroundLine reads a line whose lengths are in units of scaleM. ok is false when a number in it cannot be.
func newGroundLine(l *msg.Line, scaleM float64) (g groundLine, ok bool) {
	if !(l.Confidence >= 0 && l.Confidence <= 1) || l.Count > msg.MaxPoints {
		return g, false
	}
	g.there = true
	if l.Flags&msg.LineInferred != 0 {
		// It repeats what the other line says.
		return groundLine{}, true
	}
	g.confidence = l.Confidence
	if l.Flags&msg.LineTracked != 0 {
		g.confidence *= trackedShare
	}
	if l.Count > 0 {
		guessed := bits.OnesCount64(l.Extrapolated << (msg.MaxPoints - l.Count))
		g.confidence *= 1 - (1-extrapolatedShare)*float64(guessed)/float64(l.Count)
	}
	if l.ToM == 0 && l.Poly == [4]float64{} {
		return g, true
	}
	unit := scaleM
	for i, c := range l.Poly {
		// y/scale is a polynomial of x/scale.
		g.poly[i] = c * unit
		unit /= scaleM
	}
	g.fromM, g.toM, g.drawn = l.FromM*scaleM, l.ToM*scaleM, true
	if !(g.fromM >= -maxRangeM && g.fromM < g.toM && g.toM <= maxRangeM) {
		return g, false
	}
	for _, x := range [...]float64{g.fromM, (g.fromM + g.toM) / 2, g.toM} {
		if y, slope := g.at(x); !(math.Abs(y) <= maxRangeM) || !finite(slope) {
			return g, false
		}
	}
	return g, true
}

// at is the line's y and dy/dx at x.
func (g *groundLine) at(xM float64) (yM, slope float64) {
	p := &g.poly
	return p[0] + xM*(p[1]+xM*(p[2]+xM*p[3])), p[1] + xM*(2*p[2]+xM*3*p[3])
}
