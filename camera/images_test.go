package camera

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanekeeper/msg"
)

func TestImagesInNaturalOrder(t *testing.T) {
	dir := writeImages(t, 16, 12, map[string]int{"f10.png": 100, "f2.png": 20, "f1.png": 10, "F3.PNG": 3})
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("by hand"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := recording(SourceImages, dir)
	c.PixelFormat, c.FPS = "gray8", 4
	s := opened(t, c)
	var got []byte
	for i := range 4 {
		h, pixels := read(t, s)
		got = append(got, pixels[0])
		if h.SourceNs != int64(i)*250e6 {
			t.Errorf("image %d at %d ns", i, h.SourceNs)
		}
	}
	if want := []byte{3, 10, 20, 100}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
	if err := s.Grab(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("after the last: %v", err)
	}
}

// What cannot be read is told of and passed over; the size is that of the first that can be.
func TestImagesUnreadable(t *testing.T) {
	dir := writeImages(t, 16, 12, map[string]int{"b.png": 20, "d.png": 40})
	for name, data := range map[string]string{"a.jpg": "text", "c.png": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := recording(SourceImages, dir)
	c.Loop = true
	s := opened(t, c)
	if f := s.Format(); f.Width != 16 || f.Height != 12 || f.FPS != 30 {
		t.Errorf("format %v", f)
	}
	var story []string
	for range 8 {
		if err := s.Grab(t.Context()); err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Fatal(err)
			}
			story = append(story, strings.ReplaceAll(err.Error(), dir, "DIR"))
			continue
		}
		var h msg.FrameHeader
		dst := make([]byte, s.Format().DataBytes())
		if err := s.Retrieve(&h, dst); err != nil {
			t.Fatal(err)
		}
		story = append(story, string('0'+rune(dst[0]/10))+map[uint32]string{0: "", msg.FrameLoopStart: " again"}[h.Flags])
	}
	const a = "reading DIR/a.jpg: decoding a picture of 4 bytes: neither a whole JPEG header nor PNG: damaged picture"
	const c0 = "reading DIR/c.png: decoding a picture of 0 bytes: neither a whole JPEG header nor PNG: damaged picture"
	if want := []string{a, "2", c0, "4", a, "2 again", c0, "4"}; !slices.Equal(story, want) {
		t.Errorf("story\n got %q\nwant %q", story, want)
	}
}

func TestImagesOfOtherSizesAreScaled(t *testing.T) {
	dir := writeImages(t, 16, 12, map[string]int{"a.png": 50})
	other := writeImages(t, 40, 20, map[string]int{"b.png": 70})
	if err := os.Rename(filepath.Join(other, "b.png"), filepath.Join(dir, "b.png")); err != nil {
		t.Fatal(err)
	}
	s := opened(t, recording(SourceImages, dir))
	read(t, s)
	if h, pixels := read(t, s); h.Width != 16 || h.Height != 12 || pixels[len(pixels)-1] != 70 {
		t.Errorf("second image: %d×%d px, value %d", h.Width, h.Height, pixels[len(pixels)-1])
	}
}

func TestImagesInRealTime(t *testing.T) {
	c := recording(SourceImages, writeImages(t, 8, 8, map[string]int{"1.png": 1, "2.png": 2}))
	c.Loop, c.Pacing, c.FPS = true, PacingRealtime, 8
	synctest.Test(t, func(t *testing.T) {
		s, err := openImages(c, testClock())
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		start := time.Now()
		for i := range 7 {
			read(t, s)
			if got, want := time.Since(start), time.Duration(i)*125*time.Millisecond; got != want {
				t.Errorf("image %d after %v, want %v", i, got, want)
			}
		}
	})
}

func TestImagesErrors(t *testing.T) {
	empty, broken := t.TempDir(), t.TempDir()
	for path, data := range map[string]string{empty + "/readme.txt": "x", broken + "/1.jpg": "x"} {
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		dir, want string
		is        error
	}{
		{empty, "opening the folder of images: none in DIR: files named .jpg, .jpeg or .png expected, 1 other entries found", nil},
		{empty + "/gone", "opening the folder of images: open DIR/gone: no such file or directory", fs.ErrNotExist},
		{broken, "opening the folder of images: none of 1 can be read: reading DIR/1.jpg: decoding a picture of 1 bytes: neither " +
			"a whole JPEG header nor PNG: damaged picture", ErrDamaged},
	} {
		_, err := Open(recording(SourceImages, c.dir))
		got := ""
		if err != nil {
			got = strings.NewReplacer(empty, "DIR", broken, "DIR").Replace(err.Error())
		}
		if got != c.want || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("got\n%s, want\n%s", got, c.want)
		}
	}
}

// A folder that is emptied while it plays, and images that vanish.
func TestImagesRemoved(t *testing.T) {
	dir := writeImages(t, 8, 8, map[string]int{"1.png": 1, "2.png": 2})
	c := recording(SourceImages, dir)
	c.Loop = true
	s := opened(t, c)
	read(t, s)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := s.Grab(t.Context()); !errors.Is(err, ErrDamaged) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an image that is gone: %v", err)
	}
	if err := s.Grab(t.Context()); !errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrDamaged) {
		t.Errorf("a folder that is gone: %v", err)
	}
}

func TestNaturalOrder(t *testing.T) {
	want := []string{"1.png", "2.png", "10.png", "a", "a01", "a1", "a2b3", "a2b10", "a10", "frame_99.jpg", "frame_100.jpg", "z"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, naturalCompare)
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
