package camera

import (
	"errors"
	"fmt"
	"testing"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// What the four colours are in each format, at the middle of each quadrant: red, green, blue, grey. YUV by hand from
// ITU-R BT.601 for limited range: Y = 16 + (65.738 R + 129.057 G + 25.064 B)/256 and so on.
var wantPixels = map[msg.PixelFormat][4][]byte{
	msg.RGB24: {{200, 20, 40}, {30, 180, 60}, {10, 50, 220}, {120, 120, 120}},
	msg.BGR24: {{40, 20, 200}, {60, 180, 30}, {220, 50, 10}, {120, 120, 120}},
	msg.Gray8: {{76}, {121}, {57}, {120}}, // 0.299 R + 0.587 G + 0.114 B
	msg.YUYV:  {{81, 110, 81, 206}, {120, 98, 120, 71}, {65, 208, 65, 98}, {119, 128, 119, 128}},
	msg.NV12:  {{81, 110, 206}, {120, 98, 71}, {65, 208, 98}, {119, 128, 128}},
}

// pixelAt reads what is stored for the pixel at even x and y.
func pixelAt(f msg.PixelFormat, data []byte, width, height, x, y int) []byte {
	switch f {
	case msg.RGB24, msg.BGR24:
		return data[3*(y*width+x):][:3]
	case msg.YUYV:
		return data[2*(y*width+x):][:4]
	case msg.NV12:
		uv := data[width*height+y/2*width+x:]
		return []byte{data[y*width+x], uv[0], uv[1]}
	}
	return data[y*width+x:][:1]
}

func checkQuadrants(t *testing.T, f msg.PixelFormat, data []byte, width, height int, turned bool, tolerance int) {
	t.Helper()
	for i, want := range wantPixels[f] {
		column, row := i%2, i/2
		if turned {
			column, row = 1-column, 1-row
		}
		x, y := (width/4+column*width/2)&^1, (height/4+row*height/2)&^1
		if err := near(pixelAt(f, data, width, height, x, y), want, tolerance); err != nil {
			t.Errorf("%v at (%d, %d): %v", f, x, y, err)
		}
	}
}

// encoded is the quadrants picture in the given format, with padded rows where pad > 0.
func encoded(t *testing.T, f msg.PixelFormat, width, height, pad int) picture {
	t.Helper()
	m := quadrants(t, width, height)
	defer m.Close()
	bgr, err := matPicture(&m)
	if err != nil {
		t.Fatal(err)
	}
	c := newConverter(Format{Width: width, Height: height, Pixel: f}, 0)
	defer c.close()
	var h msg.FrameHeader
	data := make([]byte, c.to.DataBytes())
	if err := c.write(bgr, &h, data); err != nil {
		t.Fatal(err)
	}
	data = data[:h.DataBytes]
	row := f.RowBytes(width)
	if f == msg.JPEG || pad == 0 {
		return picture{f, width, height, row, data}
	}
	var padded []byte
	for at := 0; at < len(data); at += row {
		padded = append(append(padded, data[at:at+row]...), make([]byte, pad)...)
	}
	return picture{f, width, height, row + pad, padded[:len(padded)-pad]} // the last row of some drivers ends at its pixels
}

// Every format into every other, at its own size, scaled either way, turned, with padded rows.
func TestConvert(t *testing.T) {
	for from := msg.RGB24; from <= msg.JPEG; from++ {
		if from == msg.Gray8 {
			continue // has no colours to compare; below
		}
		for to := msg.RGB24; to < msg.JPEG; to++ {
			for _, c := range []struct{ width, height, rotate, pad int }{
				{64, 48, 0, 0}, {64, 48, 180, 0}, {32, 24, 0, 0}, {96, 80, 180, 0}, {64, 48, 0, 20}, {32, 24, 180, 7},
			} {
				t.Run(fmt.Sprintf("%v to %v %d×%d turned %d padded %d", from, to, c.width, c.height, c.rotate, c.pad), func(t *testing.T) {
					p := encoded(t, from, 64, 48, c.pad)
					v := newConverter(Format{Width: c.width, Height: c.height, Pixel: to}, c.rotate)
					defer v.close()
					dst := make([]byte, v.to.DataBytes()+1)
					dst[len(dst)-1] = 0xa5
					var h msg.FrameHeader
					if err := v.write(p, &h, dst); err != nil {
						t.Fatal(err)
					}
					want := msg.NewFrameHeader(c.width, c.height, to)
					if h != want {
						t.Errorf("header %+v, want %+v", h, want)
					}
					if dst[len(dst)-1] != 0xa5 {
						t.Error("wrote beyond the frame")
					}
					tolerance := 0
					switch {
					case from == msg.JPEG:
						tolerance = 6
					case from == msg.YUYV || from == msg.NV12:
						tolerance = 2
					case to == msg.YUYV || to == msg.NV12 || to == msg.Gray8:
						tolerance = 1 // the table is rounded
					}
					if to == msg.Gray8 && (from == msg.YUYV || from == msg.NV12) {
						tolerance = 16 // luma of limited range stands in for grey: 16…235
					}
					checkQuadrants(t, to, dst, c.width, c.height, c.rotate == 180, tolerance)
				})
			}
		}
	}
}

func TestConvertFromGrey(t *testing.T) {
	data := []byte{0, 0, 50, 50, 0, 0, 50, 50}
	for _, c := range []struct {
		to   msg.PixelFormat
		want []byte
	}{
		{msg.Gray8, data},
		{msg.RGB24, []byte{0, 0, 0, 0, 0, 0, 50, 50, 50, 50, 50, 50, 0, 0, 0, 0, 0, 0, 50, 50, 50, 50, 50, 50}},
		{msg.YUYV, []byte{16, 128, 16, 128, 59, 128, 59, 128, 16, 128, 16, 128, 59, 128, 59, 128}},
		{msg.NV12, []byte{16, 16, 59, 59, 16, 16, 59, 59, 128, 128, 128, 128}},
	} {
		v := newConverter(Format{Width: 4, Height: 2, Pixel: c.to}, 0)
		dst := make([]byte, v.to.DataBytes())
		err := v.write(picture{msg.Gray8, 4, 2, 4, data}, &msg.FrameHeader{}, dst)
		if err == nil {
			err = near(dst, c.want, 0)
		}
		if err != nil {
			t.Errorf("%v: %v", c.to, err)
		}
		v.close()
	}
}

func TestConvertToJPEG(t *testing.T) {
	for _, from := range []msg.PixelFormat{msg.BGR24, msg.YUYV, msg.JPEG} {
		for _, width := range []int{64, 32} {
			p := encoded(t, from, 64, 48, 0)
			v := newConverter(Format{Width: width, Height: width * 3 / 4, Pixel: msg.JPEG}, 0)
			dst := make([]byte, v.to.DataBytes())
			var h msg.FrameHeader
			if err := v.write(p, &h, dst); err != nil {
				t.Fatal(err)
			}
			m, err := gocv.IMDecode(dst[:h.DataBytes], gocv.IMReadColor)
			if err != nil {
				t.Fatal(err)
			}
			if m.Cols() != width || m.Rows() != width*3/4 || h.Stride != 0 {
				t.Errorf("%v: %d×%d px, stride %d", from, m.Cols(), m.Rows(), h.Stride)
			}
			data, err := m.DataPtrUint8()
			if err != nil {
				t.Fatal(err)
			}
			checkQuadrants(t, msg.BGR24, data, m.Cols(), m.Rows(), false, 6)
			if passed := from == msg.JPEG && width == 64; passed != (string(dst[:h.DataBytes]) == string(p.data)) {
				t.Errorf("%v to %d px: passed through as it is: %v, want %v", from, width, !passed, passed)
			}
			m.Close()
			v.close()
		}
	}
}

// Odd sizes are no matter where the format allows them.
func TestConvertOddSizes(t *testing.T) {
	for _, to := range []msg.PixelFormat{msg.RGB24, msg.BGR24, msg.Gray8} {
		v := newConverter(Format{Width: 37, Height: 23, Pixel: to}, 180)
		dst := make([]byte, v.to.DataBytes())
		if err := v.write(encoded(t, msg.BGR24, 61, 47, 0), &msg.FrameHeader{}, dst); err != nil {
			t.Fatal(err)
		}
		checkQuadrants(t, to, dst, 37, 23, true, 1)
		v.close()
	}
}

func TestConvertErrors(t *testing.T) {
	v := newConverter(Format{Width: 8, Height: 4, Pixel: msg.RGB24}, 0)
	defer v.close()
	jpeg := encoded(t, msg.JPEG, 64, 48, 0).data
	absurd := append([]byte{}, jpeg...)
	for i := range absurd {
		if absurd[i] == 0xff && absurd[i+1] == 0xc0 {
			copy(absurd[i+5:], []byte{0xff, 0xff, 0xff, 0xff})
			break
		}
	}
	for _, c := range []struct {
		name    string
		p       picture
		room    int
		damaged bool
		want    string
	}{
		{"no room", picture{msg.RGB24, 8, 4, 24, make([]byte, 96)}, 95, false,
			"writing a rgb24 frame of 8×4 px: room for 95 bytes, 96 needed"},
		{"short", picture{msg.RGB24, 8, 4, 24, make([]byte, 95)}, 96, true,
			"copying 4 rows of 24 bytes: have 95, room for 96: damaged picture"},
		{"short, to be converted", picture{msg.NV12, 8, 4, 8, make([]byte, 47)}, 96, true,
			"nv12 picture of 8×4 px: 47 bytes, 48 needed: damaged picture"},
		{"JPEG cut in its header", picture{msg.JPEG, 8, 4, 0, jpeg[:20]}, 96, true,
			"decoding a picture of 20 bytes: neither a whole JPEG header nor PNG: damaged picture"},
		{"JPEG that says 65535×65535", picture{msg.JPEG, 8, 4, 0, absurd}, 96, true,
			fmt.Sprintf("decoding a picture of %d bytes: neither a whole JPEG header nor PNG: damaged picture", len(absurd))},
		{"empty", picture{msg.JPEG, 8, 4, 0, nil}, 96, true,
			"decoding a picture of 0 bytes: neither a whole JPEG header nor PNG: damaged picture"},
	} {
		err := v.write(c.p, &msg.FrameHeader{}, make([]byte, c.room))
		if err == nil || err.Error() != c.want || errors.Is(err, ErrDamaged) != c.damaged {
			t.Errorf("%s\n got %v\nwant %s", c.name, err, c.want)
		}
	}
}

func TestConvertAllocatesLittle(t *testing.T) {
	for from := msg.RGB24; from <= msg.NV12; from++ {
		p := encoded(t, from, 64, 48, 0)
		v := newConverter(Format{Width: 64, Height: 48, Pixel: msg.RGB24}, 0)
		dst, h := make([]byte, v.to.DataBytes()), msg.FrameHeader{}
		allocs := testing.AllocsPerRun(50, func() {
			if err := v.write(p, &h, dst); err != nil {
				t.Fatal(err)
			}
		})
		if allocs > 3 { // the names that OpenCV's matrices have in Go; never pixels
			t.Errorf("%v: %v allocations a frame", from, allocs)
		}
		v.close()
	}
}
