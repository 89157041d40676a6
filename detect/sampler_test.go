package detect

import (
	"testing"

	"lanekeeper/msg"
)

// TestSampleFormats holds the colours of both halves of a picture, of all formats, larger and smaller than the network's.
func TestSampleFormats(t *testing.T) {
	for _, size := range [][2]int{{640, 200}, {320, 192}, {160, 120}, {33, 17}} {
		for f := msg.RGB24; f <= msg.JPEG; f++ {
			h, pix := halves(t, f, size[0], size[1], 12)
			s := newSampler(320, 192)
			if err := s.take(&h, pix); err != nil {
				t.Errorf("%v: %v", f, err)
				continue
			}
			for side, c := range colours {
				r, g, b := s.channels(100)
				got := [3]byte{r[40+side*240], g[40+side*240], b[40+side*240]}
				if f == msg.Gray8 {
					grey := byte((int(c[0]) + int(c[1])) / 2)
					c = [3]byte{grey, grey, grey}
				}
				for i := range c {
					if d := int(got[i]) - int(c[i]); d < -6 || d > 6 {
						t.Errorf("%v of %v px, side %d: %v, want %v", f, size, side, got, c)
						break
					}
				}
			}
		}
	}
}

// TestStretch holds that the mean of both taps, in the frame's pixels, is the cell's middle, up to the picture's borders.
func TestStretch(t *testing.T) {
	for _, k := range [][2]int{{640, 320}, {480, 192}, {800, 320}, {600, 192}, {320, 320}, {160, 320}, {500, 320}, {16384, 16}, {16, 4096}} {
		for i, c := range stretch(k[0], k[1]) {
			if c.a < 0 || c.b < c.a || int(c.b) >= k[0] || c.share < 0 || c.share > 256 {
				t.Fatalf("%v: cell %d at %+v", k, i, c)
			}
			got := float64(c.a) + 0.5 + float64(c.b-c.a)*float64(c.share)/256
			want := min(max((float64(i)+0.5)*float64(k[0])/float64(k[1]), 0.5), float64(k[0])-0.5)
			if d := got - want; d < -0.05-float64(c.b-c.a)/256 || d > 0.05 {
				t.Errorf("%v: cell %d has its middle at %.3f, want %.3f", k, i, got, want)
			}
		}
	}
}

// TestScale holds that a ramp stays one, however it is scaled.
func TestScale(t *testing.T) {
	for _, k := range [][4]int{{320, 192, 160, 120}, {512, 288, 160, 90}, {40, 24, 160, 120}, {160, 120, 160, 120}} {
		src := make([]float32, k[0]*k[1])
		for i := range src {
			src[i] = (float32(i%k[0])+0.5)/float32(k[0]) + 2*(float32(i/k[0])+0.5)/float32(k[1])
		}
		var s scaler
		s.prepare(k[0], k[1], k[2], k[3])
		for y := range k[3] {
			for x, got := range s.row(src, y) {
				want := (float32(x)+0.5)/float32(k[2]) + 2*(float32(y)+0.5)/float32(k[3])
				// Beyond the outermost middles there is nothing to go by.
				if d := got - want; (d < -1e-3 || d > 1e-3) && k[0] >= k[2] || d < -0.07 || d > 0.07 {
					t.Fatalf("%v: %v at (%d, %d), want %v", k, got, x, y, want)
				}
			}
		}
	}
}
