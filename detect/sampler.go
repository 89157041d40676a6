package detect

import (
	"fmt"

	"lanekeeper/msg"
)

// sampler makes a network's picture of frames: of a fixed size, whatever the frame's shape, since networks are trained on
// pictures squeezed into theirs. Like the reducer, it reads four pixels for each of its own, and mixes them such that their
// mean lies in its middle.
type sampler struct {
	w, h       int
	planes     []byte // red, then green, then blue, each w×h
	srcW, srcH int
	cols, rows []tap
	jpeg       jpegSource
}

// tap is where one pixel is sampled along an axis: two places, and the share of the second, of 256.
type tap struct{ a, b, share int32 }

func newSampler(w, h int) *sampler {
	return &sampler{w: w, h: h, planes: make([]byte, 3*w*h)}
}

// stretch are the taps of n cells on src pixels.
func stretch(src, n int) []tap {
	t := make([]tap, n)
	for i := range t {
		if src >= 2*n { // a quarter and three quarters through the cell, such that their mean is its middle
			a, b := (4*i+1)*src/(4*n), (4*i+3)*src/(4*n)
			at := (2*i+1)*src*128/n - 128 - a<<8
			t[i] = tap{int32(a), int32(b), int32(at / (b - a))}
			continue
		}
		at := max((2*i+1)*src*128/n-128, 0) // the cell's middle, from that of the first pixel, in 1/256
		t[i] = tap{int32(at >> 8), int32(min(at>>8+1, src-1)), int32(at & 255)}
	}
	return t
}

// mix is the value between four samples, of the row a at the places i and j and of the row b.
func mix(ai, aj, bi, bj byte, across, down int32) int32 {
	top := int32(ai)<<8 + across*(int32(aj)-int32(ai))
	bottom := int32(bi)<<8 + across*(int32(bj)-int32(bi))
	return (top<<8 + down*(bottom-top) + 1<<15) >> 16
}

// take makes the picture of a frame.
func (s *sampler) take(h *msg.FrameHeader, pix []byte) error {
	if err := checkFrame(h, pix); err != nil {
		return err
	}
	w, ht, stride := int(h.Width), int(h.Height), int(h.Stride)
	if s.srcW != w || s.srcH != ht {
		s.srcW, s.srcH = w, ht
		s.cols, s.rows = stretch(w, s.w), stretch(ht, s.h)
	}
	switch h.PixelFormat {
	case msg.RGB24:
		s.rgb(pix, stride, 0, 2)
	case msg.BGR24:
		s.rgb(pix, stride, 2, 0)
	case msg.Gray8:
		s.gray(pix, stride)
	case msg.YUYV:
		// The last pixel of an odd width has no second chroma sample of its own.
		s.yuv(pix, stride, 2, &chroma{pix: pix, stride: stride, step: 4, u: 1, v: 3, last: max(w/2-1, 0)})
	case msg.NV12:
		s.yuv(pix, stride, 1, &chroma{pix: pix[stride*ht:], stride: stride, step: 2, u: 0, v: 1, last: max(w/2-1, 0), halved: 1})
	case msg.JPEG:
		return s.jpeg.pixels(pix, w, ht, func(bgr []byte) { s.rgb(bgr, w*3, 2, 0) })
	default:
		return fmt.Errorf("a picture of %v: no known pixel format", h.PixelFormat)
	}
	return nil
}

// channels are row y of the three planes.
func (s *sampler) channels(y int) (r, g, b []byte) {
	n, at := s.w*s.h, y*s.w
	return s.planes[at:][:s.w], s.planes[n+at:][:s.w], s.planes[2*n+at:][:s.w]
}

// rgb samples three bytes a pixel; red and blue are the places of the channels among them.
func (s *sampler) rgb(pix []byte, stride, red, blue int) {
	for y, row := range s.rows {
		a, b := pix[int(row.a)*stride:][:s.srcW*3], pix[int(row.b)*stride:][:s.srcW*3]
		pr, pg, pb := s.channels(y)
		for x, c := range s.cols {
			i, j := int(c.a)*3, int(c.b)*3
			ai, aj, bi, bj := a[i:i+3:i+3], a[j:j+3:j+3], b[i:i+3:i+3], b[j:j+3:j+3]
			pr[x] = byte(mix(ai[red], aj[red], bi[red], bj[red], c.share, row.share))
			pg[x] = byte(mix(ai[1], aj[1], bi[1], bj[1], c.share, row.share))
			pb[x] = byte(mix(ai[blue], aj[blue], bi[blue], bj[blue], c.share, row.share))
		}
	}
}

// gray samples one byte a pixel.
func (s *sampler) gray(pix []byte, stride int) {
	for y, row := range s.rows {
		a, b := pix[int(row.a)*stride:][:s.srcW], pix[int(row.b)*stride:][:s.srcW]
		pr, pg, pb := s.channels(y)
		for x, c := range s.cols {
			v := byte(mix(a[c.a], a[c.b], b[c.a], b[c.b], c.share, row.share))
			pr[x], pg[x], pb[x] = v, v, v
		}
	}
}
