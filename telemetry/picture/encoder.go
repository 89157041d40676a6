// Package picture makes a small JPEG of a camera's frame, for people to look at. It alone of telemetry uses OpenCV.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"math"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// Encoder makes JPEG pictures of frames, one at a time: Take, while the frame lies in shared memory, then Encode. It is
// for one goroutine.
type Encoder struct {
	quality int
	scale   float64

	header msg.FrameHeader
	pixels []byte // of the frame, without padding, and cut to what can be converted
	width  int    // px, of pixels
	height int    // px
	out    []byte

	colour, small gocv.Mat
}

// New is an encoder of a quality from 1 to 100, for pictures of scale times the frame's size, over 0 and at most 1.
func New(quality int, scale float64) *Encoder {
	return &Encoder{quality: quality, scale: scale, colour: gocv.NewMat(), small: gocv.NewMat()}
}

// Close lets OpenCV's memory go.
func (e *Encoder) Close() error { return errors.Join(e.colour.Close(), e.small.Close()) }

// Take copies a frame: no more is done while it may be overwritten.
func (e *Encoder) Take(h *msg.FrameHeader, pixels []byte) error {
	e.header, e.width, e.height = *h, int(h.Width), int(h.Height)
	e.pixels = e.pixels[:0]
	if h.PixelFormat == msg.JPEG {
		e.pixels = append(e.pixels, pixels...)
		return nil
	}
	// Two pixels share their colour in these formats: an odd one at the edge is left out.
	if h.PixelFormat == msg.YUYV || h.PixelFormat == msg.NV12 {
		e.width &^= 1
	}
	rows, row := e.height, h.PixelFormat.RowBytes(e.width)
	if h.PixelFormat == msg.NV12 {
		e.height &^= 1
		rows = e.height
	}
	if e.width == 0 || e.height == 0 {
		return fmt.Errorf("taking a %v frame of %d×%d px: too small", h.PixelFormat, h.Width, h.Height)
	}
	e.rows(pixels, 0, rows, row)
	if h.PixelFormat == msg.NV12 {
		e.rows(pixels, int(h.Height), rows/2, row)
	}
	return nil
}

// rows appends n rows, from the one with number first, without what pads them.
func (e *Encoder) rows(pixels []byte, first, n, row int) {
	stride := int(e.header.Stride)
	if first == 0 && stride == row {
		e.pixels = append(e.pixels, pixels[:n*row]...)
		return
	}
	for y := first; y < first+n; y++ {
		e.pixels = append(e.pixels, pixels[y*stride:y*stride+row]...)
	}
}

// Encode is the frame's picture and its size; the picture is valid until the next call. A frame that is a JPEG picture
// already, and of the size that is wanted, is passed on as it is.
func (e *Encoder) Encode() (picture []byte, width, height int, err error) {
	if e.header.PixelFormat == msg.JPEG && e.scale == 1 {
		return e.pixels, e.width, e.height, nil
	}
	m, err := e.convert()
	if err != nil {
		return nil, 0, 0, fmt.Errorf("making a picture of a frame: %w", err)
	}
	if e.scale < 1 {
		size := image.Pt(scaled(m.Cols(), e.scale), scaled(m.Rows(), e.scale))
		gocv.Resize(m, &e.small, size, 0, 0, gocv.InterpolationArea)
		m = e.small
	}
	b, err := gocv.IMEncodeWithParams(gocv.JPEGFileExt, m, []int{gocv.IMWriteJpegQuality, e.quality})
	if err != nil {
		return nil, 0, 0, fmt.Errorf("making a picture of a frame: %w", err)
	}
	e.out = append(e.out[:0], b.GetBytes()...)
	b.Close()
	return e.out, m.Cols(), m.Rows(), nil
}

func scaled(px int, by float64) int { return max(1, int(math.Round(float64(px)*by))) }

// convert is the frame as OpenCV takes it for JPEG: BGR or grey. The result is the encoder's own.
func (e *Encoder) convert() (gocv.Mat, error) {
	rows, kind, code := e.height, gocv.MatTypeCV8UC3, gocv.ColorConversionCode(-1)
	switch e.header.PixelFormat {
	case msg.RGB24:
		code = gocv.ColorBGRToRGB // its own inverse
	case msg.BGR24:
	case msg.Gray8:
		kind = gocv.MatTypeCV8UC1
	case msg.YUYV:
		kind, code = gocv.MatTypeCV8UC2, gocv.ColorYUVToBGRYUY2
	case msg.NV12:
		rows, kind, code = e.height*3/2, gocv.MatTypeCV8UC1, gocv.ColorYUVToBGRNV12
	case msg.JPEG:
		return e.decode()
	default:
		return gocv.Mat{}, fmt.Errorf("%v", e.header.PixelFormat)
	}
	raw, err := gocv.NewMatFromBytes(rows, e.width, kind, e.pixels)
	if err != nil {
		return gocv.Mat{}, err
	}
	defer raw.Close()
	if code < 0 {
		raw.CopyTo(&e.colour)
	} else {
		gocv.CvtColor(raw, &e.colour, code)
	}
	if e.colour.Empty() {
		return gocv.Mat{}, errors.New("nothing came of it")
	}
	return e.colour, nil
}

// decode reads a compressed frame, no larger than it must be.
func (e *Encoder) decode() (gocv.Mat, error) {
	// Of what size it is, is looked at first: OpenCV would make room for whatever a damaged one says.
	c, err := jpeg.DecodeConfig(bytes.NewReader(e.pixels))
	if err != nil {
		return gocv.Mat{}, err
	}
	if c.Width != e.width || c.Height != e.height {
		return gocv.Mat{}, fmt.Errorf("a jpeg frame is of %d×%d px, its header says %d×%d", c.Width, c.Height, e.width, e.height)
	}
	m, err := gocv.IMDecode(e.pixels, gocv.IMReadColor|gocv.IMReadIgnoreOrientation)
	if err != nil {
		return gocv.Mat{}, err
	}
	defer m.Close()
	if m.Cols() != e.width || m.Rows() != e.height {
		return gocv.Mat{}, errors.New("a jpeg frame is damaged")
	}
	m.CopyTo(&e.colour)
	return e.colour, nil
}
