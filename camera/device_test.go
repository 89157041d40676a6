package camera

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

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

// fakeStream is a V4L2 device that gives frames from a list.
type fakeStream struct {
	mode   v4l2.Mode
	stride int
	frames []v4l2.Frame
	next   int
	closed int
}

func (f *fakeStream) Name() string               { return "Fake camera at usb-1" }
func (f *fakeStream) Mode() v4l2.Mode            { return f.mode }
func (f *fakeStream) Stride() int                { return f.stride }
func (f *fakeStream) Next(context.Context) error { f.next++; return nil }
func (f *fakeStream) Frame() v4l2.Frame          { return f.frames[f.next-1] }
func (f *fakeStream) Close() error               { f.closed++; return nil }

// A webcam's MJPEG: decoded, passed through, damaged in one frame.
func TestDeviceMJPEG(t *testing.T) {
	good := encoded(t, msg.JPEG, 64, 48, 0).data
	other := encoded(t, msg.JPEG, 32, 24, 0).data
	for _, format := range []string{"rgb24", "jpeg"} {
		f := &fakeStream{mode: v4l2.Mode{Format: v4l2.MJPEG, Width: 64, Height: 48, FPS: 30}, frames: []v4l2.Frame{
			{Data: good, CaptureNs: 5e8}, {Data: good[:9], CaptureNs: 6e8, Lost: 2}, {Data: other, CaptureNs: 7e8}, {Data: good, Lost: 1},
			{Data: good, CaptureNs: 9e9},
		}}
		k := clock{monotonicNs: func() int64 { return 1e9 }, wall: func() time.Time { return time.Unix(100, 0) }}
		s, err := newDevice(Config{PixelFormat: format}, "/dev/video0", f, k)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := s.Format().String(), "/dev/video0 (MJPG 64×48 at 30 fps) → "+format+" 64×48 at 30 fps"; got != want {
			t.Errorf("format %s, want %s", got, want)
		}
		if got, want := s.Format().Camera, "Fake camera at usb-1, 64×48, turned by 0°"; got != want {
			t.Errorf("camera %s, want %s", got, want)
		}
		h, data := read(t, s)
		if h.CaptureNs != 5e8 || h.SourceNs != 0 || h.Timestamp != 99.5 {
			t.Errorf("captured at %d ns, %d ns into it, %v s", h.CaptureNs, h.SourceNs, h.Timestamp)
		}
		if format == "rgb24" {
			checkQuadrants(t, msg.RGB24, data, 64, 48, false, 6)
		} else if !slices.Equal(data, good) {
			t.Errorf("%d bytes of JPEG, want the %d that the device gave", len(data), len(good))
		}
		for _, says := range []string{"0×0", "32×24"} {
			if err := s.Grab(t.Context()); err != nil {
				t.Fatal(err)
			}
			err := s.Retrieve(&h, make([]byte, s.Format().DataBytes()))
			want := "capturing from /dev/video0: a JPEG picture that says " + says + " px: damaged picture"
			if !errors.Is(err, ErrDamaged) || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
		}
		if h, _ := read(t, s); h.CaptureNs != 1e9 || h.SourceNs != 5e8 {
			t.Errorf("without a stamp of the driver's: captured at %d ns, %d ns into it", h.CaptureNs, h.SourceNs)
		}
		if h, _ := read(t, s); h.CaptureNs != 1e9 {
			t.Errorf("stamped in advance: captured at %d ns, want now", h.CaptureNs)
		}
		if s.Lost() != 3 {
			t.Errorf("%d lost, want 3", s.Lost())
		}
		if err := errors.Join(s.Close(), s.Close()); err != nil || f.closed != 1 {
			t.Errorf("close: %v, %d times", err, f.closed)
		}
	}
}

// A picture that a format has no way to hold.
func TestDeviceOddSize(t *testing.T) {
	f := &fakeStream{mode: v4l2.Mode{Format: v4l2.RGB24, Width: 63, Height: 48}}
	_, err := newDevice(Config{PixelFormat: "nv12"}, "/dev/video0", f, clock{})
	if want := "camera size 63×48 px: even numbers expected for nv12"; err == nil || err.Error() != want || f.closed != 1 {
		t.Errorf("got %v, closed %d times, want %s", err, f.closed, want)
	}
}
