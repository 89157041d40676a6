package picture

import (
	"bytes"
	"errors"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"lanekeeper/msg"
)

// halves is a frame that is red on the left and blue on the right, with padded rows.
func halves(t *testing.T, f msg.PixelFormat, w, h, pad int) (msg.FrameHeader, []byte) {
	t.Helper()
	hd := msg.NewFrameHeader(w, h, f)
	if f == msg.JPEG {
		bgr, pixels := halves(t, msg.BGR24, w, h, 0)
		e := New(95, 1)
		defer e.Close()
		if err := e.Take(&bgr, pixels); err != nil {
			t.Fatal(err)
		}
		data, _, _, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		hd.DataBytes = uint32(len(data))
		return hd, append([]byte(nil), data...)
	}
	stride := f.RowBytes(w) + pad
	hd.Stride = uint32(stride)
	pixels := make([]byte, f.DataBytes(w, h, stride))
	hd.DataBytes = uint32(len(pixels))
	for y := range h {
		for x := range w {
			red := x < w/2
			at := pixels[y*stride:]
			switch f {
			case msg.RGB24:
				at[x*3], at[x*3+2] = pick(red, 255, 0), pick(red, 0, 255)
			case msg.BGR24:
				at[x*3], at[x*3+2] = pick(red, 0, 255), pick(red, 255, 0)
			case msg.Gray8:
				at[x] = pick(red, 200, 40)
			case msg.YUYV: // ITU-R BT.601
				at[x*2] = pick(red, 82, 41)
				at[x*2+1] = pick(x%2 == 0, pick(red, 90, 240), pick(red, 240, 110))
			case msg.NV12:
				at[x] = pick(red, 82, 41)
				if y%2 == 0 && x%2 == 0 && x+1 < f.RowBytes(w) {
					uv := pixels[(h+y/2)*stride+x:]
					uv[0], uv[1] = pick(red, 90, 240), pick(red, 240, 110)
				}
			}
		}
	}
	return hd, pixels
}

func pick(first bool, a, b byte) byte {
	if first {
		return a
	}
	return b
}

// TestFormats: each kind of frame becomes a picture of its colours and of the size asked for.
func TestFormats(t *testing.T) {
	for f := msg.RGB24; f <= msg.JPEG; f++ {
		for _, size := range [][2]int{{64, 48}, {65, 49}} {
			for _, scale := range []float64{1, 0.5, 0.25} {
				for _, pad := range []int{0, 7} {
					name := f.String() + " " + strconv.Itoa(size[0]) + " " + strconv.FormatFloat(scale, 'g', -1, 64) + " " + strconv.Itoa(pad)
					h, pixels := halves(t, f, size[0], size[1], pad)
					e := New(90, scale)
					if err := e.Take(&h, pixels); err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					clear(pixels) // Encode looks at a copy
					data, w, ht, err := e.Encode()
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					m, err := jpeg.Decode(bytes.NewReader(data))
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					b := m.Bounds()
					if b.Dx() != w || b.Dy() != ht || w < int(float64(size[0]-1)*scale) || w > int(float64(size[0])*scale+1) {
						t.Errorf("%s: %v, told as %d×%d", name, b, w, ht)
					}
					left, right := color.RGBAModel.Convert(m.At(w/4, ht/2)).(color.RGBA), color.RGBAModel.Convert(m.At(w*3/4, ht/2)).(color.RGBA)
					if f == msg.Gray8 {
						if left.R < 180 || right.R > 60 || left.R != left.B {
							t.Errorf("%s: %v, %v", name, left, right)
						}
					} else if left.R < 200 || left.B > 60 || right.B < 200 || right.R > 60 {
						t.Errorf("%s: left %v, right %v: red and blue expected", name, left, right)
					}
					if err := e.Close(); err != nil {
						t.Error(err)
					}
				}
			}
		}
	}
}

// TestPassThrough: what is a picture already is not encoded again.
func TestPassThrough(t *testing.T) {
	h, pixels := halves(t, msg.JPEG, 64, 48, 0)
	e := New(10, 1)
	defer e.Close()
	if err := e.Take(&h, pixels); err != nil {
		t.Fatal(err)
	}
	if data, w, ht, err := e.Encode(); err != nil || !bytes.Equal(data, pixels) || w != 64 || ht != 48 {
		t.Errorf("%d bytes of %d, %d×%d, %v", len(data), len(pixels), w, ht, err)
	}
}

// TestQuality: more of it takes more bytes.
func TestQuality(t *testing.T) {
	h := msg.NewFrameHeader(64, 48, msg.BGR24)
	pixels, rnd := make([]byte, h.DataBytes), rand.New(rand.NewPCG(1, 2))
	for i := range pixels {
		pixels[i] = byte(rnd.IntN(256))
	}
	last := 0
	for _, quality := range []int{10, 50, 95} {
		e := New(quality, 1)
		if err := e.Take(&h, pixels); err != nil {
			t.Fatal(err)
		}
		data, _, _, err := e.Encode()
		if err != nil || len(data) <= last {
			t.Errorf("quality %d: %d bytes after %d, %v", quality, len(data), last, err)
		}
		last = len(data)
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestDamagedPictures(t *testing.T) {
	e := New(80, 0.5)
	defer e.Close()
	h, pixels := halves(t, msg.JPEG, 64, 48, 0)
	larger := h
	larger.Width = 128
	for name, k := range map[string]struct {
		h    msg.FrameHeader
		data []byte
		want string
	}{
		"text":  {h, []byte("hello"), "invalid JPEG"},
		"empty": {h, nil, "EOF"},
		"size":  {larger, pixels, "is of 64×48 px, its header says 128×48"},
	} {
		err := e.Take(&k.h, k.data)
		if err == nil {
			_, _, _, err = e.Encode()
		}
		if err == nil || !strings.Contains(err.Error(), k.want) {
			t.Errorf("%s: %v, want %q", name, err, k.want)
		}
	}
	one := msg.NewFrameHeader(1, 1, msg.NV12)
	if err := e.Take(&one, make([]byte, 8)); err == nil {
		t.Error("one pixel of NV12 was taken")
	}
}

// TestMemory holds that pictures leave nothing behind in OpenCV, whose memory the collector does not know.
func TestMemory(t *testing.T) {
	const w, h, frames = 96, 64, 4000
	for _, f := range []msg.PixelFormat{msg.RGB24, msg.YUYV, msg.JPEG} {
		e := New(80, 0.5)
		hd, pixels := halves(t, f, w, h, 0)
		run := func(n int) {
			for range n {
				if err := e.Take(&hd, pixels); err != nil {
					t.Fatal(err)
				}
				if _, _, _, err := e.Encode(); err != nil {
					t.Fatal(err)
				}
			}
		}
		run(frames / 10)
		before := residentKiB(t)
		run(frames)
		if grown, most := residentKiB(t)-before, frames*w*h*3>>12; grown > most {
			t.Errorf("%v: %d KiB more after %d frames, at most %d expected", f, grown, frames, most)
		}
		if err := errors.Join(e.Close()); err != nil {
			t.Error(err)
		}
	}
}

func residentKiB(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	if err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize() / 1024
}

func BenchmarkEncode(b *testing.B) {
	h := msg.NewFrameHeader(640, 480, msg.RGB24)
	pixels := make([]byte, h.DataBytes)
	for i := range pixels {
		pixels[i] = byte(i / 997)
	}
	e := New(75, 0.5)
	defer e.Close()
	for b.Loop() {
		if err := e.Take(&h, pixels); err != nil {
			b.Fatal(err)
		}
		if _, _, _, err := e.Encode(); err != nil {
			b.Fatal(err)
		}
	}
}
