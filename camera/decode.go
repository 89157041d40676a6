package camera

import (
	"encoding/binary"
	"fmt"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// decodeImage decodes a JPEG or PNG picture. The size is looked at first, since OpenCV ends the process when a damaged
// header claims an absurd one.
func decodeImage(data []byte, flags gocv.IMReadFlag) (gocv.Mat, error) {
	width, height := imageSize(data)
	if width < 1 || height < 1 || width > msg.MaxFrameSide || height > msg.MaxFrameSide {
		return gocv.Mat{}, fmt.Errorf("decoding a picture of %d bytes: neither a whole JPEG header nor PNG: %w", len(data), ErrDamaged)
	}
	m, err := gocv.IMDecode(data, flags)
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("decoding a picture: %w: %w", err, ErrDamaged)
	}
	if m.Empty() {
		m.Close()
		return gocv.Mat{}, fmt.Errorf("decoding a picture of %d×%d px: %w", width, height, ErrDamaged)
	}
	return m, nil
}

// imageSize reads the size from the header of a JPEG or PNG picture; zeros when there is none.
func imageSize(data []byte) (width, height int) {
	const pngHead = "\x89PNG\r\n\x1a\n"
	if len(data) >= 24 && string(data[:8]) == pngHead { // the first chunk is IHDR
		return int(binary.BigEndian.Uint32(data[16:])), int(binary.BigEndian.Uint32(data[20:]))
	}
	if len(data) < 4 || data[0] != 0xff || data[1] != 0xd8 {
		return 0, 0
	}
	for at := 2; at+9 <= len(data) && data[at] == 0xff; {
		marker := data[at+1]
		switch {
		case marker == 0xff: // fill byte
			at++
			continue
		case marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc: // start of frame
			return int(binary.BigEndian.Uint16(data[at+7:])), int(binary.BigEndian.Uint16(data[at+5:]))
		}
		at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
	}
	return 0, 0
}
