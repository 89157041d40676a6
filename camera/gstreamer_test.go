package camera

import (
	"errors"
	"strings"
	"testing"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// needGStreamer skips where OpenCV cannot play GStreamer's own test picture.
func needGStreamer(t *testing.T) {
	t.Helper()
	capture, err := gocv.VideoCaptureFileWithAPI("videotestsrc num-buffers=1 ! videoconvert ! appsink", gocv.VideoCaptureGstreamer)
	if err := errors.Join(err, capture.Close()); err != nil {
		t.Skip("needs gstreamer1.0-plugins-base, and an OpenCV with GStreamer: ", err)
	}
}

func TestGStreamer(t *testing.T) {
	needGStreamer(t)
	for _, c := range []struct {
		caps   string
		format string
		want   []byte
	}{
		{"BGR", "rgb24", []byte{0, 0, 255}}, {"BGR", "bgr24", []byte{255, 0, 0}}, {"BGR", "yuyv", []byte{41, 240, 41, 110}},
		{"GRAY8", "rgb24", []byte{29, 29, 29}},
	} {
		s, err := Open(Config{
			Source: SourceGStreamer, PixelFormat: c.format, Pacing: PacingRealtime,
			Pipeline: "videotestsrc pattern=blue ! video/x-raw,width=64,height=48,framerate=200/1 ! videoconvert ! video/x-raw,format=" +
				c.caps + " ! " + appsink,
		})
		if err != nil {
			t.Fatal(err)
		}
		if f := s.Format(); f.Width != 64 || f.Height != 48 || f.FPS != 200 {
			t.Errorf("format %v", f)
		}
		last := int64(-1)
		for range 5 {
			h, pixels := read(t, s)
			if h.SourceNs <= last {
				t.Errorf("a frame at %d ns after one at %d", h.SourceNs, last)
			}
			last = h.SourceNs
			if err := near(pixels[:len(c.want)], c.want, 13); err != nil { // grey is of limited range in some versions
				t.Errorf("%s to %s: %v", c.caps, c.format, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestGStreamerEndsAndErrors(t *testing.T) {
	needGStreamer(t)
	c := Config{Source: SourceGStreamer, PixelFormat: "rgb24", Pacing: PacingRealtime}
	c.Pipeline = "videotestsrc num-buffers=3 ! video/x-raw,width=16,height=16 ! videoconvert ! video/x-raw,format=BGR ! appsink sync=false"
	s, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		read(t, s)
	}
	want := "capturing from the pipeline: it ended or failed; try it with: gst-launch-1.0 " + c.Pipeline
	if err := s.Grab(t.Context()); err == nil || err.Error() != want {
		t.Errorf("after the last frame: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	c.Pipeline = "nosuchelement ! appsink"
	if _, err := Open(c); err == nil || !strings.HasSuffix(err.Error(), "try it with: gst-launch-1.0 nosuchelement ! appsink") {
		t.Errorf("an element that does not exist: %v", err)
	}
}

// A pipeline that ends is started anew.
func TestKeeperRestartsAPipeline(t *testing.T) {
	needGStreamer(t)
	c := Config{Source: SourceGStreamer, PixelFormat: "gray8", Pacing: PacingRealtime,
		Pipeline: "videotestsrc num-buffers=2 ! video/x-raw,width=16,height=16 ! videoconvert ! video/x-raw,format=BGR ! appsink sync=false"}
	var kinds []EventKind
	k := &Keeper{Open: func() (Source, error) { return Open(c) }, Notify: func(e Event) { kinds = append(kinds, e.Kind) }}
	var h msg.FrameHeader
	dst := make([]byte, 256)
	for i := range 3 {
		if err := k.Grab(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := k.Retrieve(&h, dst); err != nil {
			t.Fatal(err)
		}
		if again := h.Flags == msg.FrameLoopStart; again != (i == 2) {
			t.Errorf("frame %d: flags %d", i, h.Flags)
		}
	}
	if len(kinds) != 3 || kinds[0] != EventOpened || kinds[1] != EventFailed || kinds[2] != EventOpened {
		t.Errorf("events %v", kinds)
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
}
