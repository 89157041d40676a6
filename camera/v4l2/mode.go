package v4l2

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unsafe"
)

// Mode is a format, size and rate that a device offers, or that was settled on.
type Mode struct {
	Format        FourCC
	Width, Height int     // px
	FPS           float64 // 1/s, the highest at this size; 0 unknown
}

func (m Mode) String() string {
	if m.FPS == 0 {
		return fmt.Sprintf("%v %d×%d", m.Format, m.Width, m.Height)
	}
	return fmt.Sprintf("%v %d×%d at %.4g fps", m.Format, m.Width, m.Height, m.FPS)
}

// choose picks from what is offered the mode for a picture of want's size and rate. In this order of weight: a rate that
// is at least nearly reached, the same shape (else the picture is distorted when it is scaled), enough pixels with as few
// to spare as can be, the rate in full, and the place of the format in prefer.
func choose(offered []Mode, want Mode, prefer []FourCC) (Mode, error) {
	best, bestCost := -1, [5]float64{}
	for i, m := range offered {
		rank := slices.Index(prefer, m.Format)
		if rank < 0 {
			continue
		}
		cost := [5]float64{
			rateShortage(m, 0.8*want.FPS), shapeDifference(m, want), sizeDifference(m, want),
			rateShortage(m, 0.95*want.FPS), float64(rank), // 5 % is left for 29.97 and the like
		}
		if best < 0 || slices.Compare(cost[:], bestCost[:]) < 0 {
			best, bestCost = i, cost
		}
	}
	if best < 0 {
		return Mode{}, fmt.Errorf("%w: it offers %s; readable are %s", ErrFormat, names(offered), join(prefer))
	}
	return offered[best], nil
}

// rateShortage is 0 where the mode is as fast as fps.
func rateShortage(m Mode, fps float64) float64 {
	if m.FPS == 0 {
		return 0
	}
	return max(0, fps-m.FPS)
}

// shapeDifference is 0 where width : height is the one wanted to within 2 %, as 854×480 is 16 : 9.
func shapeDifference(m, want Mode) float64 {
	d := math.Abs(math.Log(float64(m.Width) * float64(want.Height) / (float64(m.Height) * float64(want.Width))))
	if d < 0.02 {
		return 0
	}
	return d
}

// sizeDifference grows slowly with pixels to spare and fast with pixels missing.
func sizeDifference(m, want Mode) float64 {
	ratio := float64(m.Width*m.Height) / float64(want.Width*want.Height)
	if ratio < 1 {
		return 100 / ratio
	}
	return ratio - 1
}

func names(modes []Mode) string {
	var seen []FourCC
	for _, m := range modes {
		if !slices.Contains(seen, m.Format) {
			seen = append(seen, m.Format)
		}
	}
	if len(seen) == 0 {
		return "none"
	}
	return join(seen)
}

func join(formats []FourCC) string {
	s := make([]string, len(formats))
	for i, f := range formats {
		s[i] = f.String()
	}
	return strings.Join(s, ", ")
}

// modes lists what the device offers. A range of sizes counts as the size in it that is nearest to want; a driver that
// does not list sizes counts as offering the wanted one.
func modes(fd int, k kernel, want Mode) []Mode {
	var found []Mode
	for _, f := range formats(fd, k) {
		before := len(found)
		for i := uint32(0); i < 256; i++ {
			e := frmSizeEnum{Index: i, PixelFormat: f}
			if k.ioctl(fd, vidiocEnumFramesizes, unsafe.Pointer(&e)) != nil {
				break
			}
			m := Mode{Format: f, Width: int(e.MinWidth), Height: int(e.MaxWidth)}
			if e.Type != sizeDiscrete {
				m.Width = nearest(want.Width, e.MinWidth, e.MaxWidth, e.StepWidth)
				m.Height = nearest(want.Height, e.MinHeight, e.MaxHeight, e.StepHeight)
			}
			m.FPS = rate(fd, k, m)
			found = append(found, m)
			if e.Type != sizeDiscrete {
				break
			}
		}
		if len(found) == before {
			found = append(found, Mode{Format: f, Width: want.Width, Height: want.Height})
		}
	}
	return found
}

// nearest is the value of the range lo, lo+step, … hi that is the smallest not below v, or hi.
func nearest(v int, lo, hi, step uint32) int {
	s := max(int(step), 1)
	steps := (max(v, int(lo)) - int(lo) + s - 1) / s
	return min(int(lo)+steps*s, int(hi))
}

// rate is the highest that the mode offers; 0 when the driver does not say.
func rate(fd int, k kernel, m Mode) float64 {
	fps := 0.0
	for i := uint32(0); i < 256; i++ {
		e := frmIvalEnum{Index: i, PixelFormat: m.Format, Width: uint32(m.Width), Height: uint32(m.Height)}
		if k.ioctl(fd, vidiocEnumFrameintervals, unsafe.Pointer(&e)) != nil {
			break
		}
		fps = max(fps, e.Min.rate())
		if e.Type != sizeDiscrete {
			break
		}
	}
	return fps
}

// rate is the number of such intervals in a second.
func (f fraction) rate() float64 {
	if f.Numerator == 0 {
		return 0
	}
	return float64(f.Denominator) / float64(f.Numerator)
}
