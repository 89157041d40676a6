package e2e

import (
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanekeeper/msg"
	"lanekeeper/sim"
)

// clip is a folder of pictures of a drive down the middle of the road scenario's lane.
type clip struct{ dir string }

// makeClip draws a second and a half at 30 pictures a second.
func makeClip(t *testing.T) clip {
	t.Helper()
	s, err := sim.Load("road")
	if err != nil {
		t.Fatal(err)
	}
	w, err := sim.New(s, 0)
	if err != nil {
		t.Fatal(err)
	}
	c := clip{dir: t.TempDir()}
	h := s.Frame(msg.RGB24)
	pixels := make([]byte, h.DataBytes)
	for i := range 45 {
		w.Step(time.Second/30, 0, 0.3, 0)
		if err := w.Render(pixels, int(h.Stride), msg.RGB24); err != nil {
			t.Fatal(err)
		}
		picture := image.NewRGBA(image.Rect(0, 0, int(h.Width), int(h.Height)))
		for k := range int(h.Width) * int(h.Height) {
			copy(picture.Pix[4*k:4*k+3], pixels[3*k:])
			picture.Pix[4*k+3] = 255
		}
		f, err := os.Create(filepath.Join(c.dir, fmt.Sprintf("%04d.jpg", i)))
		if err != nil {
			t.Fatal(err)
		}
		if err := jpeg.Encode(f, picture, nil); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// args make camerad play the clip over and over.
func (c clip) args() []string {
	return []string{"--source", "images", "--path", c.dir, "--fps", "30", "--loop=true"}
}
