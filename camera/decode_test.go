package camera

import (
	"testing"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

func TestImageSize(t *testing.T) {
	for _, c := range []struct {
		name          string
		data          string
		width, height int
	}{
		{"baseline JPEG", "\xff\xd8\xff\xc0\x00\x11\x08\x01\x02\x03\x04", 0x304, 0x102},
		{"progressive, behind another segment", "\xff\xd8\xff\xe0\x00\x04ab\xff\xc2\x00\x11\x08\x00\x20\x00\x40", 64, 32},
		{"fill bytes", "\xff\xd8\xff\xff\xff\xc0\x00\x11\x08\x00\x20\x00\x40", 64, 32},
		{"a Huffman table is no frame", "\xff\xd8\xff\xc4\x00\x11\x08\x00\x20\x00\x40", 0, 0},
		{"cut", "\xff\xd8\xff\xc0\x00\x11\x08\x00\x20\x00", 0, 0},
		{"segment of no length", "\xff\xd8\xff\xe0\x00\x00\x00\x00\x00\x00\x00\x00\x00", 0, 0},
		{"PNG", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x01\x00\x00\x00\x00\x80", 256, 128},
		{"neither", "GIF89a\x00\x01\x00\x01", 0, 0},
		{"empty", "", 0, 0},
	} {
		if w, h := imageSize([]byte(c.data)); w != c.width || h != c.height {
			t.Errorf("%s: %d×%d, want %d×%d", c.name, w, h, c.width, c.height)
		}
	}
}

// Whatever a camera or a file says, decoding ends with a picture or an error.
func FuzzDecode(f *testing.F) {
	m := gocv.NewMatWithSize(16, 24, gocv.MatTypeCV8UC3)
	defer m.Close()
	for _, ext := range []gocv.FileExt{gocv.JPEGFileExt, gocv.PNGFileExt} {
		buf, err := gocv.IMEncode(ext, m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(append([]byte{}, buf.GetBytes()...))
		buf.Close()
	}
	f.Add([]byte("\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if w, h := imageSize(data); w*h > 1<<20 {
			t.Skip("a size that is allowed, but takes long")
		}
		m, err := decodeImage(data, gocv.IMReadColor)
		if err != nil {
			return
		}
		defer m.Close()
		if m.Cols() < 1 || m.Rows() < 1 || m.Cols() > msg.MaxFrameSide || m.Rows() > msg.MaxFrameSide {
			t.Errorf("%d×%d px", m.Cols(), m.Rows())
		}
	})
}
