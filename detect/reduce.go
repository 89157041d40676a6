package detect

import (
	"fmt"

	"lanekeeper/msg"
)

// minSide is the least width and height of a frame, px.
const minSide = 16

// reducer makes pictures of frames in one pass. Each pixel of the picture is the mean of four of the frame, which
// stand at the centres of the quarters of the square that it covers: nearly as good as the mean over the square,
// while only a part of the frame is read.
type reducer struct {
	srcW, srcH int
	maxW       int
	pic        picture
	cols       []int32 // for each column of the picture, two columns of the frame
	rows       []int32 // for each row of the picture, two rows of the frame
	jpeg       jpegSource
}

// prepare sets the reducer up for frames of this size. A frame narrower than maxW keeps its size.
func (r *reducer) prepare(srcW, srcH, maxW int) {
	if r.srcW == srcW && r.srcH == srcH && r.maxW == maxW {
		return
	}
	w := min(srcW, maxW)
	h := max(1, (srcH*w+srcW/2)/srcW)
	r.srcW, r.srcH, r.maxW = srcW, srcH, maxW
	r.pic.resize(w, h)
	r.cols, r.rows = taps(srcW, w), taps(srcH, h)
}

// taps are the places in 0…src−1 that each of n cells is sampled at: a quarter and three quarters through the cell.
func taps(src, n int) []int32 {
	t := make([]int32, 2*n)
	for i := range t {
		t[i] = int32((2*i + 1) * src / (4 * n))
	}
	return t
}

// rgb reduces three bytes a pixel; red and blue are the places of the channels among them.
func (r *reducer) rgb(pix []byte, stride, red, blue int) {
	for y := range r.pic.h {
		a := pix[int(r.rows[2*y])*stride:][:r.srcW*3]
		b := pix[int(r.rows[2*y+1])*stride:][:r.srcW*3]
		bright, yellow := r.pic.bright[y*r.pic.w:][:r.pic.w], r.pic.yellow[y*r.pic.w:][:r.pic.w]
		cols := r.cols[:2*len(bright)]
		for x := range bright {
			i, j := int(cols[2*x])*3, int(cols[2*x+1])*3
			ai, aj, bi, bj := a[i:i+3:i+3], a[j:j+3:j+3], b[i:i+3:i+3], b[j:j+3:j+3]
			rg := int(ai[red]) + int(aj[red]) + int(bi[red]) + int(bj[red]) + int(ai[1]) + int(aj[1]) + int(bi[1]) + int(bj[1])
			bl := int(ai[blue]) + int(aj[blue]) + int(bi[blue]) + int(bj[blue])
			bright[x] = byte(rg >> 3)
			yellow[x] = byte(max(rg-2*bl, 0) >> 3)
		}
	}
	r.pic.colour = true
}

// gray reduces one byte a pixel.
func (r *reducer) gray(pix []byte, stride int) {
	for y := range r.pic.h {
		a := pix[int(r.rows[2*y])*stride:][:r.srcW]
		b := pix[int(r.rows[2*y+1])*stride:][:r.srcW]
		bright := r.pic.bright[y*r.pic.w:][:r.pic.w]
		cols := r.cols[:2*len(bright)]
		for x := range bright {
			i, j := cols[2*x], cols[2*x+1]
			bright[x] = byte((int(a[i]) + int(a[j]) + int(b[i]) + int(b[j])) >> 2)
		}
	}
	clear(r.pic.yellow)
	r.pic.colour = false
}

// checkFrame says what is wrong with a header, which is not trusted to fit the pixels.
func checkFrame(h *msg.FrameHeader, pix []byte) error {
	w, ht, stride := int(h.Width), int(h.Height), int(h.Stride)
	if w < minSide || ht < minSide || w > msg.MaxFrameSide || ht > msg.MaxFrameSide {
		return fmt.Errorf("a picture of %d×%d px: %d to %d px a side expected", w, ht, minSide, msg.MaxFrameSide)
	}
	if h.PixelFormat == msg.JPEG {
		return nil
	}
	if stride < h.PixelFormat.RowBytes(w) || len(pix) < h.PixelFormat.DataBytes(w, ht, stride) {
		return fmt.Errorf("a %d×%d px %v picture with a stride of %d in %d bytes: too few", w, ht, h.PixelFormat, stride, len(pix))
	}
	return nil
}

// take makes the picture of a frame.
func (r *reducer) take(h *msg.FrameHeader, pix []byte, maxW int) error {
	if err := checkFrame(h, pix); err != nil {
		return err
	}
	w, ht, stride := int(h.Width), int(h.Height), int(h.Stride)
	if h.PixelFormat == msg.JPEG {
		return r.jpeg.pixels(pix, w, ht, func(bgr []byte) {
			r.prepare(w, ht, maxW)
			r.rgb(bgr, w*3, 2, 0)
		})
	}
	r.prepare(w, ht, maxW)
	switch h.PixelFormat {
	case msg.RGB24:
		r.rgb(pix, stride, 0, 2)
	case msg.BGR24:
		r.rgb(pix, stride, 2, 0)
	case msg.Gray8:
		r.gray(pix, stride)
	case msg.YUYV:
		r.yuyv(pix, stride)
	case msg.NV12:
		r.nv12(pix, stride)
	default:
		return fmt.Errorf("a picture of %v: no known pixel format", h.PixelFormat)
	}
	return nil
}
