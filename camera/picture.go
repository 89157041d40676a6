package camera

import (
	"fmt"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// picture is pixels as a source has them.
type picture struct {
	format        msg.PixelFormat
	width, height int // px
	stride        int // bytes; 0 for JPEG
	data          []byte
}

// matPicture is the picture that a Mat holds, whose memory it shares: three channels are BGR, one is grey.
func matPicture(m *gocv.Mat) (picture, error) {
	p := picture{width: m.Cols(), height: m.Rows()}
	switch m.Type() {
	case gocv.MatTypeCV8UC3:
		p.format = msg.BGR24
	case gocv.MatTypeCV8UC1:
		p.format = msg.Gray8
	default:
		return picture{}, fmt.Errorf("picture of OpenCV type %v: BGR or grey of 8 bits expected", m.Type())
	}
	p.stride = p.format.RowBytes(p.width)
	var err error
	p.data, err = m.DataPtrUint8()
	return p, err
}

// mat shares the picture's memory. The rows must not be padded. NV12's two planes are one Mat of one channel.
func (p picture) mat() (gocv.Mat, error) {
	rows, kind := p.height, gocv.MatTypeCV8UC1
	switch p.format {
	case msg.RGB24, msg.BGR24:
		kind = gocv.MatTypeCV8UC3
	case msg.YUYV:
		kind = gocv.MatTypeCV8UC2
	case msg.NV12:
		rows += (p.height + 1) / 2
	}
	if need := p.format.DataBytes(p.width, p.height, p.stride); len(p.data) < need {
		return gocv.Mat{}, fmt.Errorf("%v picture of %d×%d px: %d bytes, %d needed", p.format, p.width, p.height, len(p.data), need)
	}
	return gocv.NewMatFromBytes(rows, p.width, kind, p.data)
}

// padded says whether there is something between the rows.
func (p picture) padded() bool { return p.format != msg.JPEG && p.stride != p.format.RowBytes(p.width) }

// copyRows writes the picture to dst without padding.
func (p picture) copyRows(dst []byte) error {
	row := p.format.RowBytes(p.width)
	rows := p.format.DataBytes(1, p.height, 1) // rows of all planes
	if len(p.data) < (rows-1)*p.stride+row || len(dst) < rows*row {
		return fmt.Errorf("copying %d rows of %d bytes: have %d, room for %d: %w", rows, row, len(p.data), len(dst), ErrDamaged)
	}
	if p.stride == row {
		copy(dst, p.data[:rows*row])
		return nil
	}
	for y := range rows {
		copy(dst[y*row:(y+1)*row], p.data[y*p.stride:])
	}
	return nil
}
