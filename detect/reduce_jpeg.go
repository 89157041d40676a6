package detect

import (
	"errors"
	"fmt"

	"gocv.io/x/gocv"
)

// jpegSource decodes JPEG frames. The compressed bytes are copied first: the decoder must not see them change after
// the size in them was checked.
type jpegSource struct {
	buf []byte
}

// pixels decodes a picture, whose size must be w×h, and hands its pixels to use: BGR, without padding, valid until it returns.
func (s *jpegSource) pixels(data []byte, w, h int, use func(bgr []byte)) error {
	m, err := s.decode(data, w, h)
	if err != nil {
		return err
	}
	defer m.Close()
	bgr, err := m.DataPtrUint8()
	if err != nil {
		return fmt.Errorf("decoding a jpeg frame: %w", err)
	}
	use(bgr)
	return nil
}

// decode gives the picture, in BGR, whose size must be w×h. The caller closes it.
func (s *jpegSource) decode(data []byte, w, h int) (gocv.Mat, error) {
	s.buf = append(s.buf[:0], data...)
	gotW, gotH, err := jpegSize(s.buf)
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("decoding a jpeg frame: %w", err)
	}
	if gotW != w || gotH != h {
		return gocv.Mat{}, fmt.Errorf("decoding a jpeg frame: it is %d×%d px, its header says %d×%d", gotW, gotH, w, h)
	}
	m, err := gocv.IMDecode(s.buf, gocv.IMReadColor|gocv.IMReadIgnoreOrientation)
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("decoding a jpeg frame: %w", err)
	}
	if m.Cols() != w || m.Rows() != h || m.Type() != gocv.MatTypeCV8UC3 {
		_ = m.Close()
		return gocv.Mat{}, errors.New("decoding a jpeg frame: its data is damaged")
	}
	return m, nil
}

var errNotJPEG = errors.New("not a jpeg picture")

// jpegSize reads the size from the frame header (SOF) of a JPEG picture, ITU-T T.81 B.2.2.
func jpegSize(b []byte) (w, h int, err error) {
	if len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
		return 0, 0, errNotJPEG
	}
	for i := 2; i+9 < len(b); {
		if b[i] != 0xff {
			return 0, 0, errNotJPEG
		}
		marker := b[i+1]
		if marker == 0xff { // fill byte
			i++
			continue
		}
		// SOF0…SOF15, without DHT, JPG and DAC, which lie among them.
		if marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc {
			return int(b[i+7])<<8 | int(b[i+8]), int(b[i+5])<<8 | int(b[i+6]), nil
		}
		if marker == 0xd9 || marker == 0xda {
			return 0, 0, errNotJPEG
		}
		i += 2 + (int(b[i+2])<<8 | int(b[i+3]))
	}
	return 0, 0, errNotJPEG
}
