package camera

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"lanekeeper/camera/v4l2"
	"lanekeeper/msg"
)

func TestPreference(t *testing.T) {
	for _, c := range []struct {
		to   msg.PixelFormat
		want []v4l2.FourCC
	}{
		{msg.RGB24, []v4l2.FourCC{v4l2.RGB24, v4l2.BGR24, v4l2.NV12, v4l2.YUYV, v4l2.MJPEG, v4l2.JPEG, v4l2.GREY}},
		{msg.Gray8, []v4l2.FourCC{v4l2.GREY, v4l2.RGB24, v4l2.BGR24, v4l2.NV12, v4l2.YUYV, v4l2.MJPEG, v4l2.JPEG}},
		{msg.JPEG, []v4l2.FourCC{v4l2.MJPEG, v4l2.JPEG, v4l2.RGB24, v4l2.BGR24, v4l2.NV12, v4l2.YUYV, v4l2.GREY}},
	} {
		if got := preference(c.to); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.to, got, c.want)
		}
	}
}

func TestNoSuchDevice(t *testing.T) {
	c := DefaultConfig()
	c.Device = "/dev/video-that-is-not-there"
	before := countDescriptors(t)
	_, err := Open(c)
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "opening /dev/video-that-is-not-there: file does not exist; ") {
		t.Errorf("got %v", err)
	}
	c.Device = "/dev/null"
	if _, err := Open(c); !errors.Is(err, v4l2.ErrNotCapture) {
		t.Errorf("/dev/null: %v", err)
	}
	if n := countDescriptors(t); n != before {
		t.Errorf("%d descriptors, %d before", n, before)
	}
}
