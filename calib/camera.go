package calib

import (
	"fmt"
	"math"
)

// Camera is a camera with its lens, for pictures of one size.
type Camera struct {
	Name          string  // for people
	ID            uint64  // msg.FrameHeader.CameraID of its frames; 0 unknown
	Width, Height int     // px
	FX, FY        float64 // px, focal lengths
	CX, CY        float64 // px, principal point
	K1, K2, P1    float64 // distortion; package comment
	P2, K3        float64

	// RMSPx, Pictures and Date say how it was found, for people. Pictures is 0 where the lens was not measured.
	RMSPx    float64 // px, root mean square of the reprojection error
	Pictures int     // that it rests on
	Date     string  // YYYY-MM-DD
}

// FromHFOV is the lens of an ideal camera of the given horizontal field of view, in degrees.
func FromHFOV(hfovDeg float64, width, height int) Camera {
	f := float64(width) / 2 / math.Tan(hfovDeg*math.Pi/360)
	return Camera{Width: width, Height: height, FX: f, FY: f, CX: float64(width-1) / 2, CY: float64(height-1) / 2}
}

// HFOVDeg is the horizontal field of view along the middle row, in degrees; NaN when the distortion leaves none.
func (c *Camera) HFOVDeg() float64 {
	l := newLens(c)
	left, _, okLeft := l.ray(-0.5, c.CY)
	right, _, okRight := l.ray(float64(c.Width)-0.5, c.CY)
	if !okLeft || !okRight {
		return math.NaN()
	}
	return (math.Atan(right) - math.Atan(left)) * 180 / math.Pi
}

// Rays is a picture's pixels as rays of the camera, and back.
func (c *Camera) Rays() Rays { return Rays{newLens(c)} }

// checkLens says what makes a lens unusable although each number is in its range: a principal point outside the picture,
// a picture wider than high in its pixels, and a distortion that folds the picture over.
func (c *Camera) checkLens() error {
	w, h := float64(c.Width), float64(c.Height)
	switch ratio := c.FX / c.FY; {
	case c.CX < 0 || c.CX > w:
		return &KeyError{"camera.cx", fmt.Sprintf("%v, a column of the picture, 0 to %v, expected", c.CX, w)}
	case c.CY < 0 || c.CY > h:
		return &KeyError{"camera.cy", fmt.Sprintf("%v, a row of the picture, 0 to %v, expected", c.CY, h)}
	case ratio < 0.25 || ratio > 4:
		return &KeyError{"camera.fy", fmt.Sprintf("%v with an fx of %v: pixels four times as wide as high are not believed", c.FY, c.FX)}
	case 2*math.Atan(w/2/c.FX) > 175*math.Pi/180:
		return &KeyError{"camera.fx", fmt.Sprintf("%v px for pictures %v px wide: a field of view beyond 175°", c.FX, c.Width)}
	}
	l := newLens(c)
	const steps = 32
	for i := range steps + 1 {
		t := float64(i) / steps
		for _, p := range [4][2]float64{{t * (w - 1), 0}, {t * (w - 1), h - 1}, {0, t * (h - 1)}, {w - 1, t * (h - 1)}} {
			if _, _, ok := l.ray(p[0], p[1]); !ok {
				return &KeyError{"camera.k1", fmt.Sprintf("with k1 to k3, p1 and p2 no ray is seen at pixel (%.0f, %.0f): the distortion folds "+
					"the picture over; calibrate with boards that reach into its corners", p[0], p[1])}
			}
		}
	}
	return nil
}
