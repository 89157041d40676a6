package camera

import (
	"fmt"
	"image"
	"unsafe"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// jpegQuality of encoded frames, 0…100: little enough loss for thin lane markings.
const jpegQuality = 92

// converter writes pictures out in another pixel format, size and orientation. Up to four passes, each only where it is
// needed: colour, scale, turn, pack. The last one needed writes to the destination itself, those before it to memory
// that is kept from frame to frame. A picture that is right already is copied.
type converter struct {
	to     Format
	turn   bool        // by 180°
	unpad  []byte      // the picture without padding
	stages [3]gocv.Mat // results of colour, scale, turn where something follows
}

func newConverter(to Format, rotate int) *converter {
	return &converter{
		to: to, turn: rotate == 180, stages: [3]gocv.Mat{gocv.NewMat(), gocv.NewMat(), gocv.NewMat()},
	}
}

func (c *converter) close() error {
	for i := range c.stages {
		if err := c.stages[i].Close(); err != nil {
			return err
		}
	}
	return nil
}

// write converts p into dst and describes the result in h.
func (c *converter) write(p picture, h *msg.FrameHeader, dst []byte) error {
	if need := c.to.DataBytes(); len(dst) < need {
		return fmt.Errorf("writing a %v frame of %d×%d px: room for %d bytes, %d needed", c.to.Pixel, c.to.Width, c.to.Height, len(dst), need)
	}
	frameID, sourceID := h.FrameID, h.SourceID
	*h = msg.NewFrameHeader(c.to.Width, c.to.Height, c.to.Pixel)
	h.FrameID, h.SourceID = frameID, sourceID
	asWanted := p.format == c.to.Pixel && !c.turn && p.width == c.to.Width && p.height == c.to.Height
	if p.format == msg.JPEG && asWanted {
		if len(p.data) > len(dst) {
			return fmt.Errorf("writing a JPEG picture of %d bytes: room for %d: %w", len(p.data), len(dst), ErrDamaged)
		}
		h.DataBytes = uint32(copy(dst, p.data))
		return nil
	}
	if p.format == msg.JPEG {
		return c.writeDecoded(p, h, dst)
	}
	return c.writePixels(p, h, dst)
}

// writeDecoded is write for a JPEG picture.
func (c *converter) writeDecoded(p picture, h *msg.FrameHeader, dst []byte) error {
	flags := gocv.IMReadColor
	if c.to.Pixel == msg.Gray8 {
		flags = gocv.IMReadGrayScale
	}
	m, err := decodeImage(p.data, flags)
	if err != nil {
		return err
	}
	defer m.Close()
	decoded, err := matPicture(&m)
	if err != nil {
		return err
	}
	return c.writePixels(decoded, h, dst)
}

func (c *converter) writePixels(p picture, h *msg.FrameHeader, dst []byte) error {
	work := c.to.Pixel // the format that scaling and turning work on
	if work != msg.RGB24 && work != msg.Gray8 {
		work = msg.BGR24
	}
	scale := p.width != c.to.Width || p.height != c.to.Height
	if p.format == c.to.Pixel && !scale && !c.turn {
		return p.copyRows(dst)
	}
	if p.format == msg.NV12 && work == msg.Gray8 { // its first plane is the grey picture
		p.format = msg.Gray8
		if !scale && !c.turn {
			return p.copyRows(dst)
		}
	}
	if p.padded() {
		need := p.format.DataBytes(p.width, p.height, p.format.RowBytes(p.width))
		if len(c.unpad) < need {
			c.unpad = make([]byte, need)
		}
		if err := p.copyRows(c.unpad); err != nil {
			return err
		}
		p.data, p.stride = c.unpad, p.format.RowBytes(p.width)
	}
	source, err := p.mat()
	if err != nil {
		return fmt.Errorf("%w: %w", err, ErrDamaged)
	}
	defer source.Close()
	passes := [3]bool{p.format != work, scale, c.turn}
	last := -1 // index of the pass that writes to dst; −1 when packing does
	if work == c.to.Pixel {
		for i, on := range passes {
			if on {
				last = i
			}
		}
	}
	current, result := source, gocv.Mat{}
	if last >= 0 {
		if result, err = (picture{work, c.to.Width, c.to.Height, work.RowBytes(c.to.Width), dst}).mat(); err != nil {
			return err
		}
		defer result.Close()
	}
	for i, on := range passes {
		if !on {
			continue
		}
		out := &c.stages[i]
		if i == last {
			out = &result
		}
		switch i {
		case 0:
			gocv.CvtColor(current, out, colorCode(p.format, work))
		case 1:
			gocv.Resize(current, out, image.Pt(c.to.Width, c.to.Height), 0, 0, interpolation(p, c.to))
		case 2:
			gocv.Flip(current, out, -1)
		}
		current = *out
	}
	if last >= 0 {
		return liesAt(&result, dst)
	}
	return c.pack(current, h, dst)
}

// pack writes a BGR picture of the final size in a format that OpenCV does not convert to.
func (c *converter) pack(bgr gocv.Mat, h *msg.FrameHeader, dst []byte) error {
	if c.to.Pixel == msg.JPEG {
		encoded, err := gocv.IMEncodeWithParams(gocv.JPEGFileExt, bgr, []int{gocv.IMWriteJpegQuality, jpegQuality})
		if err != nil {
			return fmt.Errorf("encoding a JPEG picture: %w", err)
		}
		defer encoded.Close()
		data := encoded.GetBytes()
		if len(data) == 0 || len(data) > len(dst) {
			return fmt.Errorf("encoding a JPEG picture: %d bytes, room for %d: %w", len(data), len(dst), ErrDamaged)
		}
		h.DataBytes = uint32(copy(dst, data))
		return nil
	}
	pixels, err := bgr.DataPtrUint8()
	if err != nil {
		return err
	}
	if c.to.Pixel == msg.NV12 {
		bgrToNV12(pixels, dst, c.to.Width, c.to.Height)
	} else {
		bgrToYUYV(pixels, dst, c.to.Width, c.to.Height)
	}
	return nil
}

// liesAt makes sure that OpenCV wrote where it was told to: it moves a result elsewhere, without a word, when the size
// or type is not the one it computed.
func liesAt(m *gocv.Mat, dst []byte) error {
	data, err := m.DataPtrUint8()
	if err != nil {
		return err
	}
	if unsafe.SliceData(data) != unsafe.SliceData(dst) {
		return fmt.Errorf("converting a picture: OpenCV made %d×%d px of type %v elsewhere", m.Cols(), m.Rows(), m.Type())
	}
	return nil
}

func interpolation(p picture, to Format) gocv.InterpolationFlags {
	if p.width >= 2*to.Width || p.height >= 2*to.Height {
		return gocv.InterpolationArea // averages, so that thin lines do not fall between the pixels
	}
	return gocv.InterpolationLinear // ten times as fast
}
