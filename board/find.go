package board

import (
	"errors"
	"fmt"
	"image"
	"math"

	"gocv.io/x/gocv"
)

// The reasons why a picture cannot be used.
var (
	ErrNoBoard = errors.New("no board, or not all of it, in the picture")
	ErrBlurred = errors.New("blurred")
	ErrSmall   = errors.New("picture too small for the board")
)

const (
	minSquarePx = 6   // of the side of a square in a picture that the board fills
	maxEdgePx   = 5.0 // from black to white in a picture that is sharp enough
	windowShare = 0.3 // of the shortest side of a square: half the window that a corner is placed by
)

// Find finds the board's inner corners in a picture of 8 bits, grey or BGR, row by row from one of its corners: by the
// sector-based detector (A. Duda, U. Frese, Accurate Detection and Localization of Checkerboard Corners for Calibration,
// BMVC 2018), which finds more boards than the older one, and then, closer than either, where the grey level's gradients
// around a corner point to (W. Förstner, E. Gülch, ISPRS 1987).
func Find(picture gocv.Mat, p Pattern) ([]Point, error) {
	grey, done, err := greyOf(picture)
	if err != nil {
		return nil, err
	}
	defer done()
	long, short := max(grey.Cols(), grey.Rows()), min(grey.Cols(), grey.Rows())
	if long < minSquarePx*(max(p.Cols, p.Rows)+1) || short < minSquarePx*(min(p.Cols, p.Rows)+1) {
		return nil, fmt.Errorf("%d×%d px: %w", grey.Cols(), grey.Rows(), ErrSmall)
	}
	found := gocv.NewMat()
	defer found.Close()
	if !gocv.FindChessboardCornersSB(grey, image.Pt(p.Cols, p.Rows), &found, gocv.CalibCBNormalizeImage) || found.Total() != p.Corners() {
		return nil, ErrNoBoard
	}
	coarse, err := found.DataPtrFloat32()
	if err != nil {
		return nil, fmt.Errorf("reading the corners: %w", err)
	}
	half := int(min(max(windowShare*leastSide(coarse, p.Cols), 2), 11))
	if grey.Cols() < 2*half+5 || grey.Rows() < 2*half+5 {
		return nil, fmt.Errorf("%d×%d px: %w", grey.Cols(), grey.Rows(), ErrSmall)
	}
	for i := 0; i+1 < len(coarse); i += 2 { // OpenCV ends the process on a place outside of the picture
		if u, v := coarse[i], coarse[i+1]; !(u >= 0 && v >= 0 && u < float32(grey.Cols()) && v < float32(grey.Rows())) {
			return nil, ErrNoBoard
		}
	}
	gocv.CornerSubPix(grey, &found, image.Pt(half, half), image.Pt(-1, -1), gocv.NewTermCriteria(gocv.Count|gocv.EPS, 40, 0.001))
	numbers, err := found.DataPtrFloat32()
	if err != nil {
		return nil, fmt.Errorf("reading the corners: %w", err)
	}
	corners := make([]Point, p.Corners())
	for i := range corners {
		corners[i] = Point{float64(numbers[2*i]), float64(numbers[2*i+1])}
		if c := corners[i]; !(c.U >= 0 && c.V >= 0 && c.U < float64(grey.Cols()) && c.V < float64(grey.Rows())) {
			return nil, ErrNoBoard
		}
	}
	pixels, err := grey.DataPtrUint8()
	if err != nil {
		return nil, fmt.Errorf("reading the picture: %w", err)
	}
	if width := edgeWidth(plane{pixels, grey.Cols(), grey.Rows()}, corners, p); !(width <= maxEdgePx) {
		return nil, fmt.Errorf("%w: black turns to white over %.1f px, at most %.0f expected", ErrBlurred, width, maxEdgePx)
	}
	return corners, nil
}

// leastSide is the shortest distance between neighbours in a row of corners.
func leastSide(c []float32, cols int) float64 {
	least := math.Inf(1)
	for i := 0; i+3 < len(c); i += 2 {
		if (i/2+1)%cols != 0 {
			least = min(least, math.Hypot(float64(c[i+2]-c[i]), float64(c[i+3]-c[i+1])))
		}
	}
	return least
}

// greyOf is the picture in grey, in one piece.
func greyOf(m gocv.Mat) (grey gocv.Mat, done func(), err error) {
	if m.Empty() {
		return m, nil, errors.New("an empty picture")
	}
	switch {
	case m.Type() == gocv.MatTypeCV8UC3:
		grey = gocv.NewMat()
		gocv.CvtColor(m, &grey, gocv.ColorBGRToGray)
		return grey, func() { _ = grey.Close() }, nil
	case m.Type() == gocv.MatTypeCV8UC1 && m.IsContinuous():
		return m, func() {}, nil
	}
	return m, nil, fmt.Errorf("a picture of OpenCV type %v: grey or BGR of 8 bits expected", m.Type())
}
