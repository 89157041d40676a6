package v4l2

import (
	"errors"
	"testing"
)

func TestChoose(t *testing.T) {
	prefer := []FourCC{RGB24, YUYV, MJPEG}
	webcam := []Mode{
		{YUYV, 640, 480, 30}, {YUYV, 800, 600, 20}, {YUYV, 1280, 720, 10},
		{MJPEG, 640, 480, 30}, {MJPEG, 800, 600, 30}, {MJPEG, 1280, 720, 30}, {MJPEG, 1920, 1080, 30},
	}
	for _, c := range []struct {
		name    string
		offered []Mode
		want    Mode
		chosen  Mode
	}{
		{"uncompressed where it is fast enough", webcam, Mode{0, 640, 480, 30}, Mode{YUYV, 640, 480, 30}},
		{"compressed where only that is fast enough", webcam, Mode{0, 800, 600, 30}, Mode{MJPEG, 800, 600, 30}},
		{"the slow one will do", webcam, Mode{0, 800, 600, 15}, Mode{YUYV, 800, 600, 20}},
		{"no rate wanted", webcam, Mode{0, 1280, 720, 0}, Mode{YUYV, 1280, 720, 10}},
		{"larger of the same shape", webcam, Mode{0, 960, 540, 30}, Mode{MJPEG, 1280, 720, 30}},
		{"smaller of the same shape, rather than distorted", webcam, Mode{0, 1024, 768, 30}, Mode{MJPEG, 800, 600, 30}},
		{"as fast as there is", webcam, Mode{0, 640, 480, 60}, Mode{YUYV, 640, 480, 30}},
		{"a little slow, rather than distorted", []Mode{{YUYV, 640, 360, 40}, {YUYV, 640, 480, 25}}, Mode{0, 800, 600, 30},
			Mode{YUYV, 640, 480, 25}},
		{"distorted, rather than much too slow", []Mode{{YUYV, 640, 360, 40}, {YUYV, 640, 480, 15}}, Mode{0, 800, 600, 30},
			Mode{YUYV, 640, 360, 40}},
		{"as fast as asked, though compressed", []Mode{{YUYV, 640, 480, 25}, {MJPEG, 640, 480, 30}}, Mode{0, 640, 480, 30},
			Mode{MJPEG, 640, 480, 30}},
		{"29.97 is 30", []Mode{{MJPEG, 640, 480, 30}, {YUYV, 640, 480, 29.97}}, Mode{0, 640, 480, 30}, Mode{YUYV, 640, 480, 29.97}},
		{"unreadable ones are passed over", []Mode{{FourCC('H' | '2'<<8 | '6'<<16 | '4'<<24), 800, 600, 30}, {MJPEG, 640, 480, 30}},
			Mode{0, 800, 600, 30}, Mode{MJPEG, 640, 480, 30}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := choose(c.offered, c.want, prefer)
			if err != nil || got != c.chosen {
				t.Errorf("got %v, %v, want %v", got, err, c.chosen)
			}
		})
	}
}

func TestChooseNothing(t *testing.T) {
	h264 := FourCC('H' | '2'<<8 | '6'<<16 | '4'<<24)
	_, err := choose([]Mode{{h264, 800, 600, 30}, {h264, 640, 480, 30}}, Mode{0, 640, 480, 30}, []FourCC{YUYV, MJPEG})
	const want = "no pixel format that can be read: it offers H264; readable are YUYV, MJPG"
	if !errors.Is(err, ErrFormat) || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestNearest(t *testing.T) {
	for _, c := range []struct {
		v            int
		lo, hi, step uint32
		want         int
	}{
		{800, 16, 1920, 16, 800}, {801, 16, 1920, 16, 816}, {3000, 16, 1920, 16, 1920}, {1, 16, 1920, 2, 16},
		{17, 16, 1920, 0, 17}, {640, 640, 640, 0, 640}, {1000, 1, 1001, 3, 1000},
	} {
		if got := nearest(c.v, c.lo, c.hi, c.step); got != c.want {
			t.Errorf("nearest(%d in %d…%d by %d) = %d, want %d", c.v, c.lo, c.hi, c.step, got, c.want)
		}
	}
}

func TestFourCC(t *testing.T) {
	for _, c := range []struct {
		f    FourCC
		name string
		raw  bool
		row  int // bytes of a row of 10 px
		size int // bytes of 10×5 px
	}{
		{RGB24, "RGB3", false, 30, 150}, {BGR24, "BGR3", false, 30, 150}, {YUYV, "YUYV", false, 20, 100},
		{NV12, "NV12", false, 10, 80}, {GREY, "GREY", false, 10, 50}, {MJPEG, "MJPG", false, 0, 0},
		{FourCC('p' | 'R'<<8 | 'A'<<16 | 'A'<<24), "pRAA", true, 10, 50},
		{FourCC('R' | 'G'<<8 | '1'<<16 | '0'<<24), "RG10", true, 10, 50},
		{FourCC('B' | 'A'<<8 | '8'<<16 | '1'<<24), "BA81", true, 10, 50},
		{FourCC('Y' | '1'<<8 | '6'<<16 | ' '<<24), "Y16", false, 10, 50},
		{FourCC(1), "????", false, 10, 50},
	} {
		if got := c.f.String(); got != c.name {
			t.Errorf("%08x: name %q, want %q", uint32(c.f), got, c.name)
		}
		if got := c.f.Raw(); got != c.raw {
			t.Errorf("%v: raw %v, want %v", c.f, got, c.raw)
		}
		if got := c.f.rowBytes(10); got != c.row {
			t.Errorf("%v: row of %d bytes, want %d", c.f, got, c.row)
		}
		if got := c.f.dataBytes(5, c.f.rowBytes(10)); got != c.size {
			t.Errorf("%v: %d bytes, want %d", c.f, got, c.size)
		}
	}
}
