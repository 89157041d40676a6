package detect

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"strings"
	"testing"

	"lanekeeper/msg"
)

// colours are red, green, blue of the left and the right half of the test picture: asphalt and yellow paint.
var colours = [2][3]byte{{80, 82, 90}, {210, 170, 40}}

// halves makes the test picture in any format, its rows padded by some bytes.
func halves(t *testing.T, f msg.PixelFormat, w, h, pad int) (msg.FrameHeader, []byte) {
	t.Helper()
	side := func(x int) [3]byte { return colours[min(2*x/w, 1)] }
	yuv := func(x int) (y, u, v byte) { c := side(x); return color.RGBToYCbCr(c[0], c[1], c[2]) }
	hd := msg.NewFrameHeader(w, h, f)
	if f == msg.JPEG {
		img := image.NewRGBA(image.Rect(0, 0, w, h))
		for y := range h {
			for x := range w {
				c := side(x)
				img.SetRGBA(x, y, color.RGBA{c[0], c[1], c[2], 255})
			}
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 98}); err != nil {
			t.Fatal(err)
		}
		hd.DataBytes = uint32(b.Len())
		return hd, b.Bytes()
	}
	hd.Stride += uint32(pad)
	stride := int(hd.Stride)
	pix := make([]byte, f.DataBytes(w, h, stride))
	hd.DataBytes = uint32(len(pix))
	for y := range h {
		row := pix[y*stride:]
		for x := range w {
			c := side(x)
			l, u, v := yuv(x)
			switch f {
			case msg.RGB24:
				copy(row[3*x:], c[:])
			case msg.BGR24:
				row[3*x], row[3*x+1], row[3*x+2] = c[2], c[1], c[0]
			case msg.Gray8:
				row[x] = byte((int(c[0]) + int(c[1])) / 2)
			case msg.YUYV:
				row[2*x] = l
				if row[2*x+1] = u; x%2 == 1 {
					row[2*x+1] = v
				}
			case msg.NV12:
				row[x] = l
				if x%2 == 0 && y%2 == 0 {
					copy(pix[stride*(h+y/2)+x:], []byte{u, v})
				}
			}
		}
	}
	return hd, pix
}

func TestReduceFormats(t *testing.T) {
	const w, h = 320, 200
	for f := msg.RGB24; f <= msg.JPEG; f++ {
		hd, pix := halves(t, f, w, h, 12)
		var r reducer
		if err := r.take(&hd, pix, 160); err != nil {
			t.Errorf("%v: %v", f, err)
			continue
		}
		p := &r.pic
		if p.w != 160 || p.h != 100 || p.colour != (f != msg.Gray8) {
			t.Errorf("%v: %d×%d px, colour %v", f, p.w, p.h, p.colour)
		}
		for side, c := range colours {
			i := 50*p.w + 20 + side*120
			bright := (int(c[0]) + int(c[1])) / 2
			yellow := max(bright-int(c[2]), 0)
			if f == msg.Gray8 {
				yellow = 0
			}
			if b, y := int(p.bright[i]), int(p.yellow[i]); max(b-bright, bright-b) > 3 || max(y-yellow, yellow-y) > 6 {
				t.Errorf("%v, side %d: brightness %d and yellowness %d, want %d and %d", f, side, b, y, bright, yellow)
			}
		}
	}
}

func TestReduceSizes(t *testing.T) {
	for _, k := range []struct{ w, h, wantW, wantH int }{
		{640, 480, 224, 168}, {1920, 1080, 224, 126}, {160, 120, 160, 120}, {16, 16, 16, 16}, {225, 400, 224, 398}, {3000, 16, 224, 1},
	} {
		hd, pix := halves(t, msg.RGB24, k.w, k.h, 0)
		var r reducer
		if err := r.take(&hd, pix, 224); err != nil || r.pic.w != k.wantW || r.pic.h != k.wantH {
			t.Errorf("%d×%d: %d×%d, %v; want %d×%d", k.w, k.h, r.pic.w, r.pic.h, err, k.wantW, k.wantH)
		}
	}
}

func TestReduceRefuses(t *testing.T) {
	for name, k := range map[string]struct {
		f    msg.PixelFormat
		edit func(*msg.FrameHeader, []byte) []byte
		want string
	}{
		"short":      {msg.RGB24, func(_ *msg.FrameHeader, p []byte) []byte { return p[:len(p)-1] }, "too few"},
		"narrow":     {msg.RGB24, func(h *msg.FrameHeader, p []byte) []byte { h.Stride--; return p }, "too few"},
		"tiny":       {msg.Gray8, func(h *msg.FrameHeader, p []byte) []byte { h.Width = 3; return p }, "16 to 16384 px"},
		"huge":       {msg.Gray8, func(h *msg.FrameHeader, p []byte) []byte { h.Height = 1 << 30; return p }, "16 to 16384 px"},
		"negative":   {msg.Gray8, func(h *msg.FrameHeader, p []byte) []byte { h.Height = -1; return p }, "16 to 16384 px"},
		"unknown":    {msg.Gray8, func(h *msg.FrameHeader, p []byte) []byte { h.PixelFormat = 77; return p }, "no known pixel format"},
		"other size": {msg.JPEG, func(h *msg.FrameHeader, p []byte) []byte { h.Width = 64; return p }, "its header says 64×50"},
		"no jpeg":    {msg.JPEG, func(_ *msg.FrameHeader, p []byte) []byte { return p[2:] }, "not a jpeg"},
		"png":        {msg.JPEG, func(*msg.FrameHeader, []byte) []byte { return []byte("\x89PNG\r\n\x1a\n0123456789") }, "not a jpeg"},
		"empty jpeg": {msg.JPEG, func(*msg.FrameHeader, []byte) []byte { return nil }, "not a jpeg"},
	} {
		h, pix := halves(t, k.f, 80, 50, 0)
		var r reducer
		if err := r.take(&h, k.edit(&h, pix), 224); err == nil || !strings.Contains(err.Error(), k.want) {
			t.Errorf("%s: %v, want %q", name, err, k.want)
		}
	}
}

// TestDamagedJPEG overwrites parts of a picture, as a writer that laps its reader does.
func TestDamagedJPEG(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 3))
	h, good := halves(t, msg.JPEG, 96, 64, 0)
	d := newCV(t, DefaultParams())
	var out msg.Detection
	taken := 0
	for range 200 {
		pix := bytes.Clone(good)
		for range 1 + rnd.IntN(8) {
			pix[rnd.IntN(len(pix))] = byte(rnd.Uint32())
		}
		if rnd.IntN(4) == 0 {
			pix = pix[:rnd.IntN(len(pix))]
		}
		if err := d.Take(&h, pix); err != nil {
			continue
		}
		taken++
		if err := d.Detect(&out); err != nil {
			t.Fatal(err)
		}
		checkSound(t, &out)
	}
	if taken == 0 {
		t.Error("no damaged picture was taken at all")
	}
}

// FuzzTake holds that no header and no bytes make a detector fail otherwise than by an error.
func FuzzTake(f *testing.F) {
	f.Add(int32(64), int32(48), uint32(1), uint32(192), []byte("pixels"), int64(1))
	f.Add(int32(17), int32(16), uint32(5), uint32(17), bytes.Repeat([]byte{9}, 500), int64(-1))
	f.Add(int32(16), int32(16), uint32(6), uint32(0), []byte("\xff\xd8\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01"), int64(0))
	detectors := both(f, DefaultParams())
	f.Fuzz(func(t *testing.T, w, h int32, format, stride uint32, seed []byte, ns int64) {
		hd := msg.FrameHeader{Width: w % 400, Height: h % 400, PixelFormat: msg.PixelFormat(format % 8), Stride: stride % 2000, SourceNs: ns}
		pix := seed
		if n := int(hd.Stride) * 600; len(seed) > 0 && hd.PixelFormat != msg.JPEG {
			pix = bytes.Repeat(seed, n/len(seed)+1)
		}
		for _, d := range detectors {
			if d.Take(&hd, pix) != nil {
				continue
			}
			var out msg.Detection
			if err := d.Detect(&out); err != nil {
				t.Fatal(err)
			}
			checkSound(t, &out)
		}
	})
}
