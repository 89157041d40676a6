package camera

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanekeeper/msg"
)

// recording is a Config that plays path as fast as it can be read.
func recording(source, path string) Config {
	return Config{Source: source, Path: path, PixelFormat: "rgb24", Pacing: PacingASAP}
}

func TestVideoFrames(t *testing.T) {
	s := opened(t, recording(SourceFile, writeClip(t, 64, 48, 12, 20)))
	if f := s.Format(); f.Width != 64 || f.Height != 48 || f.FPS != 20 || f.Pixel != msg.RGB24 {
		t.Errorf("format %v", f)
	}
	for i := range 12 {
		h, pixels := read(t, s)
		if want := int64(i) * 50e6; h.SourceNs != want || h.Flags != 0 {
			t.Errorf("frame %d at %d ns with flags %d, want %d, 0", i, h.SourceNs, h.Flags, want)
		}
		want := byte(10 * i)
		if err := near(pixels[:3], []byte{want, want, want}, 2); err != nil {
			t.Errorf("frame %d: %v", i, err)
		}
		if age := realClock().monotonicNs() - h.CaptureNs; age < 0 || age > int64(time.Minute) {
			t.Errorf("frame %d captured %d ns ago", i, age)
		}
		if off := float64(time.Now().UnixNano())/1e9 - h.Timestamp; off < 0 || off > 60 {
			t.Errorf("frame %d stamped %v s ago", i, off)
		}
	}
	for range 2 {
		if err := s.Grab(t.Context()); !errors.Is(err, io.EOF) {
			t.Errorf("after the last frame: %v", err)
		}
	}
}

func TestVideoLoops(t *testing.T) {
	c := recording(SourceFile, writeClip(t, 32, 32, 3, 10))
	c.Loop, c.PixelFormat = true, "gray8"
	s := opened(t, c)
	for i := range 9 {
		h, pixels := read(t, s)
		flags := uint32(0)
		if i > 0 && i%3 == 0 {
			flags = msg.FrameLoopStart
		}
		if want := int64(i%3) * 100e6; h.SourceNs != want || h.Flags != flags {
			t.Errorf("frame %d: at %d ns with flags %d, want %d, %d", i, h.SourceNs, h.Flags, want, flags)
		}
		if err := near(pixels[:1], []byte{byte(10 * (i % 3))}, 2); err != nil {
			t.Errorf("frame %d: %v", i, err)
		}
	}
}

func TestVideoStartScaleAndRate(t *testing.T) {
	c := recording(SourceFile, writeClip(t, 64, 48, 20, 20))
	c.Start, c.Width, c.Height, c.PixelFormat = 500*time.Millisecond, 31, 17, "bgr24"
	h, pixels := read(t, opened(t, c))
	if h.SourceNs != 500e6 || h.Width != 31 || h.Height != 17 {
		t.Errorf("first frame at %d ns, %d×%d px", h.SourceNs, h.Width, h.Height)
	}
	if err := near(pixels[:3], []byte{100, 100, 100}, 2); err != nil {
		t.Error(err)
	}
	c.Start, c.FPS = 0, 5
	s := opened(t, c)
	read(t, s)
	if h, _ := read(t, s); h.SourceNs != 200e6 || s.Format().FPS != 5 {
		t.Errorf("second frame of five a second at %d ns, rate %v", h.SourceNs, s.Format().FPS)
	}
}

// Frames come when they are due, on a virtual clock; a pause of the reader is not made up for.
func TestVideoInRealTime(t *testing.T) {
	c := recording(SourceFile, writeClip(t, 32, 32, 3, 10))
	c.Loop, c.Pacing = true, PacingRealtime
	synctest.Test(t, func(t *testing.T) {
		s, err := openVideo(c, testClock())
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		start := time.Now()
		for i, wait := range []time.Duration{0, 0, 0, 0, 20 * time.Millisecond, 130 * time.Millisecond, 0, time.Second, 0, 0} {
			time.Sleep(wait)
			h, _ := read(t, s)
			want := time.Duration(i) * 100 * time.Millisecond
			switch {
			case i == 5:
				want = 530 * time.Millisecond // 30 ms late
			case i == 7:
				want = 1600 * time.Millisecond // 900 ms late: goes on from here
			case i > 7:
				want += 900 * time.Millisecond
			}
			if got := time.Since(start); got != want || h.CaptureNs != 1e9+int64(want) {
				t.Errorf("frame %d after %v, captured at %d ns, want %v", i, got, h.CaptureNs, want)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := s.Grab(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("grab with a context that ends: %v", err)
		}
	})
}

func TestVideoErrors(t *testing.T) {
	dir := t.TempDir()
	clip, err := os.ReadFile(writeClip(t, 64, 48, 12, 20))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"empty.mp4": nil, "text.mp4": []byte(strings.Repeat("no video at all\n", 500)), "head.avi": clip[:40],
		"binary.mp4": []byte(strings.Repeat("\x00\x01no video at all", 500)),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const unreadable = "opening the video: DIR/%[1]s is not a video that FFmpeg can read, or only its beginning (see: ffprobe DIR/%[1]s)"
	for _, c := range []struct {
		name, want string
		is         error
	}{
		{"missing.mp4", "opening the video: stat DIR/missing.mp4: no such file or directory", fs.ErrNotExist},
		{"", "opening the video: DIR/ is a folder: use source images for a folder of images", nil},
		{"empty.mp4", "opening the video: DIR/empty.mp4 is empty", nil},
		{"text.mp4", "opening the video: DIR/text.mp4 is a text file", nil},
		{"binary.mp4", fmt.Sprintf(unreadable, "binary.mp4"), nil},
		{"head.avi", fmt.Sprintf(unreadable, "head.avi"), nil},
	} {
		before := countDescriptors(t)
		_, err := Open(recording(SourceFile, dir+"/"+c.name))
		if err == nil || strings.ReplaceAll(err.Error(), dir, "DIR") != c.want || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s\n got %v\nwant %s", c.name, err, c.want)
		}
		if n := countDescriptors(t); n != before {
			t.Errorf("%s: %d descriptors, %d before", c.name, n, before)
		}
	}
}

// A file that was cut off gives the frames that are there, and then says how many are missing.
func TestVideoCutOff(t *testing.T) {
	path := writeClip(t, 64, 48, 100, 20)
	clip, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, clip[:len(clip)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	s := opened(t, recording(SourceFile, path))
	frames := 0
	for err = s.Grab(t.Context()); err == nil; err = s.Grab(t.Context()) {
		frames++
	}
	want := fmt.Sprintf("playing %s: only %d of 100 frames are there (cut off?): EOF", path, frames)
	if frames < 30 || frames > 60 || err.Error() != want || !errors.Is(err, io.EOF) {
		t.Errorf("%d frames, then %v, want %s", frames, err, want)
	}
}

// A file that is removed while it plays is played to its end; then the loop says what is wrong.
func TestVideoRemoved(t *testing.T) {
	c := recording(SourceFile, writeClip(t, 32, 32, 3, 10))
	c.Loop = true
	s := opened(t, c)
	read(t, s)
	if err := os.Remove(c.Path); err != nil {
		t.Fatal(err)
	}
	read(t, s)
	read(t, s)
	if err := s.Grab(t.Context()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after the last frame: %v", err)
	}
	if err := s.Grab(t.Context()); !errors.Is(err, os.ErrClosed) {
		t.Errorf("after the error: %v", err)
	}
}

func TestRealVideo(t *testing.T) {
	dir := os.Getenv("LANE_DATA")
	if dir == "" {
		t.Skip("LANE_DATA names no folder of real recordings")
	}
	s := opened(t, recording(SourceFile, filepath.Join(dir, "roads", "solidWhiteRight.mp4")))
	if f := s.Format(); f.Width != 960 || f.Height != 540 || f.FPS != 25 {
		t.Errorf("format %v", f)
	}
	dst, h, frames := make([]byte, s.Format().DataBytes()), msg.FrameHeader{}, 0
	var err error
	for err = s.Grab(t.Context()); err == nil; err = s.Grab(t.Context()) {
		if err := s.Retrieve(&h, dst); err != nil {
			t.Fatal(err)
		}
		if want := int64(frames) * 40e6; h.SourceNs != want {
			t.Errorf("frame %d at %d ns, want %d", frames, h.SourceNs, want)
		}
		frames++
	}
	if !errors.Is(err, io.EOF) || frames != 221 {
		t.Errorf("%d frames, then %v, want 221, then EOF", frames, err)
	}
}
