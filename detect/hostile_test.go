package detect

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"lanekeeper/calib"
	"lanekeeper/msg"
)

// patterns are pictures without a lane; some of them have what looks like a line.
var patterns = []struct {
	name string
	none int // width of a picture from which on no line may be claimed; 0 = never mind
	at   func(x, y int, rnd *rand.Rand) byte
}{
	{"black", 1, func(_, _ int, _ *rand.Rand) byte { return 0 }},
	{"white", 1, func(_, _ int, _ *rand.Rand) byte { return 255 }},
	{"noise of 10", 1, func(_, _ int, rnd *rand.Rand) byte { return byte(118 + rnd.IntN(21)) }},
	{"noise of 30", 320, func(_, _ int, rnd *rand.Rand) byte { return byte(98 + rnd.IntN(61)) }},
	{"noise of 127", 0, func(_, _ int, rnd *rand.Rand) byte { return byte(rnd.Uint32()) }},
	{"salt", 0, func(_, _ int, rnd *rand.Rand) byte { return byte(255 * (rnd.IntN(50) / 49)) }},
	{"stripes down", 0, func(x, _ int, _ *rand.Rand) byte { return byte(255 * (x / 5 % 2)) }},
	{"stripes across", 0, func(_, y int, _ *rand.Rand) byte { return byte(255 * (y / 5 % 2)) }},
	{"stripes aslant", 0, func(x, y int, _ *rand.Rand) byte { return byte(255 * ((x + y) / 7 % 2)) }},
	{"checkerboard", 0, func(x, y int, _ *rand.Rand) byte { return byte(255 * ((x/8 + y/8) % 2)) }},
	{"checkerboard of pixels", 0, func(x, y int, _ *rand.Rand) byte { return byte(255 * ((x + y) % 2)) }},
	{"one column", 0, func(x, _ int, _ *rand.Rand) byte { return byte(255 * (1 - min(x, 1))) }},
}

// grey makes a picture of any raw format of grey levels.
func grey(w, h int, f msg.PixelFormat, at func(x, y int) byte) (msg.FrameHeader, []byte) {
	hd := msg.NewFrameHeader(w, h, f)
	stride := int(hd.Stride)
	pix := bytes.Repeat([]byte{128}, f.DataBytes(w, h, stride))
	step := map[msg.PixelFormat]int{msg.RGB24: 3, msg.BGR24: 3, msg.Gray8: 1, msg.YUYV: 2, msg.NV12: 1}[f]
	for y := range h {
		for x := range w {
			for c := range step {
				if f != msg.YUYV || c == 0 {
					pix[y*stride+x*step+c] = at(x, y)
				}
			}
		}
	}
	return hd, pix
}

// TestPatterns holds in every raw format, and in pictures narrower than the one that is worked on, that nothing is claimed of
// black, white, and noise of up to 10 grey levels to either side, or 30 where the picture is reduced; that strong noise is never
// believed in full; and of other pictures without a lane no more than what is sound.
func TestPatterns(t *testing.T) {
	for _, size := range [][2]int{{320, 240}, {96, 72}} {
		for _, k := range patterns {
			for method, d := range both(t, DefaultParams()) {
				for i := range 2 * compareEvery {
					f := msg.RGB24 + msg.PixelFormat(i%5)
					rnd := rand.New(rand.NewPCG(uint64(i), 5))
					h, pix := grey(size[0], size[1], f, func(x, y int) byte { return k.at(x, y, rnd) })
					h.SourceNs = int64(i) * 4e7
					var out msg.Detection
					if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
						t.Fatal(err)
					}
					checkSound(t, &out)
					if strings.HasPrefix(k.name, "noise") && max(out.Left.Confidence, out.Right.Confidence) > 0.85 {
						t.Errorf("%s of %v, %s, %v, frame %d: confidence %.2f, %.2f", k.name, size, method, f, i, out.Left.Confidence, out.Right.Confidence)
					}
					if k.none > 0 && size[0] >= k.none && out.HasLeftLane+out.HasRightLane != 0 {
						t.Errorf("%s of %v, %s, %v, frame %d: left %+v, right %+v", k.name, size, method, f, i, out.LeftLane, out.RightLane)
					}
				}
			}
		}
	}
}

// TestOddSizes holds that frames of any shape are either refused or looked at.
func TestOddSizes(t *testing.T) {
	s := [][2]int{
		{0, 0}, {1, 1}, {15, 16}, {16, 15}, {-1, 5}, {3, 2000}, {2000, 3}, {16, 16}, {17, 17}, {16, 2000}, {2000, 16}, {17, 1999},
		{16384, 16}, {16, 16384}, {16385, 16}, {16, 16385}, {math.MaxInt32, math.MaxInt32}, {math.MinInt32, 16},
	}
	for method, d := range both(t, DefaultParams()) {
		for _, size := range s {
			w, h := size[0], size[1]
			refused := min(w, h) < minSide || max(w, h) > msg.MaxFrameSide
			for f := msg.RGB24; f <= msg.JPEG; f++ {
				hd, pix := msg.FrameHeader{Width: int32(w), Height: int32(h), PixelFormat: f, Stride: 48}, make([]byte, 4096)
				switch {
				case refused:
				case f == msg.JPEG:
					hd, pix = halves(t, f, w, h, 0)
				default:
					hd, pix = grey(w, h, f, func(x, y int) byte { return byte(x * y) })
				}
				err := d.Take(&hd, pix)
				if (err != nil) != refused {
					t.Errorf("%s: %d×%d px, %v: %v", method, w, h, f, err)
				}
				if err != nil {
					continue
				}
				var out msg.Detection
				if err := d.Detect(&out); err != nil {
					t.Fatal(err)
				}
				checkSound(t, &out)
			}
		}
	}
}

// TestTruncated holds that a frame of fewer bytes than its header needs is an error that leaves the picture before in place.
func TestTruncated(t *testing.T) {
	for method, d := range both(t, DefaultParams()) {
		for f := msg.RGB24; f <= msg.JPEG; f++ {
			h, pix := halves(t, f, 64, 48, 0)
			h.FrameID = 7
			if err := d.Take(&h, pix); err != nil {
				t.Fatalf("%s, %v: %v", method, f, err)
			}
			for _, n := range []int{0, 1, len(pix) / 2, len(pix) - 1} {
				if f == msg.JPEG && n > len(pix)/2 {
					continue // a picture of which the last rows are missing is decoded
				}
				short := h
				short.FrameID = 8
				if err := d.Take(&short, pix[:n:n]); err == nil && f != msg.JPEG {
					t.Errorf("%s, %v: %d of %d bytes were taken", method, f, n, len(pix))
				} else if err == nil {
					continue
				}
				var out msg.Detection
				if err := d.Detect(&out); err != nil || f != msg.JPEG && out.FrameID != 7 {
					t.Errorf("%s, %v: frame %d, %v", method, f, out.FrameID, err)
				}
			}
		}
	}
}

// TestFlood alternates sizes, formats, sources and cameras, with times that go back, leap and stand still.
func TestFlood(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 11))
	p := DefaultParams()
	p.Camera = tapeCamera
	times := []int64{0, 1, -1, math.MaxInt64, math.MinInt64, 4e7, 8e7, 12e7, 2e7, math.MaxInt64, math.MinInt64, math.MinInt64 + 1}
	type frame struct {
		h   msg.FrameHeader
		pix []byte
	}
	var frames []frame
	for f := msg.RGB24; f <= msg.JPEG; f++ {
		for _, size := range [][2]int{{64, 48}, {320, 240}, {48, 300}, {301, 17}} {
			h, pix := halves(t, f, size[0], size[1], 0)
			frames = append(frames, frame{h, pix})
		}
	}
	s := tape(0, 0, 0)
	h, pix := s.render()
	frames = append(frames, frame{h, pix})
	for method, d := range both(t, p) {
		for i := range 600 {
			k := frames[rnd.IntN(len(frames))]
			k.h.SourceNs, k.h.CaptureNs = times[rnd.IntN(len(times))], times[rnd.IntN(len(times))]
			k.h.SourceID, k.h.CameraID, k.h.Flags = uint64(rnd.IntN(2)), uint64(rnd.IntN(2)), uint32(rnd.IntN(4))
			if rnd.IntN(8) == 0 {
				p.WorkWidth, p.SearchTop = 96+rnd.IntN(385), 0.9*rnd.Float64()
				if err := d.SetParams(p); err != nil {
					t.Fatal(err)
				}
			}
			var out msg.Detection
			if err := errors.Join(d.Take(&k.h, k.pix), d.Detect(&out)); err != nil {
				t.Fatalf("%s, frame %d: %v", method, i, err)
			}
			checkSound(t, &out)
		}
	}
}

// TestCalibrationOfNonsense is refused before it can meet a frame.
func TestCalibrationOfNonsense(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e300} {
		for i, change := range []func(*calib.Calibration){
			func(c *calib.Calibration) { c.Camera.FX = v },
			func(c *calib.Calibration) { c.Camera.FY = v },
			func(c *calib.Calibration) { c.Camera.CX = v },
			func(c *calib.Calibration) { c.Camera.CY = v },
			func(c *calib.Calibration) { c.Camera.K1 = v },
			func(c *calib.Calibration) { c.Camera.K2 = v },
			func(c *calib.Calibration) { c.Camera.K3 = v },
			func(c *calib.Calibration) { c.Camera.P1 = v },
			func(c *calib.Calibration) { c.Camera.P2 = v },
			func(c *calib.Calibration) { c.Ground.HeightM = v },
			func(c *calib.Calibration) { c.Ground.PitchDeg = v },
			func(c *calib.Calibration) { c.Ground.RollDeg = v },
			func(c *calib.Calibration) { c.Ground.YawDeg = v },
			func(c *calib.Calibration) { c.Ground.ForwardM = v },
		} {
			s := tape(0, 0, 0)
			c := calibrationOf(&s)
			change(c)
			if _, err := New("cv", Options{Params: DefaultParams(), Calibration: c}); err == nil {
				t.Errorf("%s: a calibration with %v was taken", fmt.Sprint("change ", i), v)
			}
		}
	}
}
