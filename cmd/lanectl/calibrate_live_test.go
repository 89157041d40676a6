package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lanekeeper/calib"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/sim"
)

// held is how a board is held before a camera: its middle in metres, right, down and ahead, and how it is turned about the
// camera's axes to the right and down.
type held struct{ x, y, z, pitch, yaw float64 }

// whole says whether the picture shows the whole board, its border too.
func (h held) whole(c *calib.Camera) bool {
	sp, cp := math.Sincos(h.pitch)
	sy, cy := math.Sincos(h.yaw)
	for _, corner := range [4][2]float64{{-0.14, -0.1}, {0.14, -0.1}, {-0.14, 0.1}, {0.14, 0.1}} {
		x, y := corner[0], corner[1]
		z := h.z - x*sy + y*cy*sp
		u, v := c.CX+c.FX*(h.x+x*cy+y*sy*sp)/z, c.CY+c.FY*(h.y+y*cp)/z
		if u < 2 || v < 2 || u > float64(c.Width-3) || v > float64(c.Height-3) {
			return false
		}
	}
	return true
}

// drawBoard is the picture, grey, of a board of 9×6 inner corners with squares of 25 mm, without distortion.
func drawBoard(c *calib.Camera, at held) []byte {
	sp, cp := math.Sincos(at.pitch)
	sy, cy := math.Sincos(at.yaw)
	right, down := [3]float64{cy, 0, -sy}, [3]float64{sy * sp, cp, cy * sp}
	normal := [3]float64{sy * cp, -sp, cy * cp}
	d := normal[0]*at.x + normal[1]*at.y + normal[2]*at.z
	const sub = 3
	pixels := make([]byte, 0, c.Width*c.Height)
	for v := range c.Height {
		for u := range c.Width {
			sum := 0
			for k := range sub * sub {
				rx := (float64(u) + (float64(k%sub)+0.5)/sub - 0.5 - c.CX) / c.FX
				ry := (float64(v) + (float64(k/sub)+0.5)/sub - 0.5 - c.CY) / c.FY
				far := d / (normal[0]*rx + normal[1]*ry + normal[2])
				px, py, pz := far*rx-at.x, far*ry-at.y, far-at.z
				col := (right[0]*px+right[1]*py+right[2]*pz)/0.025 + 5
				row := (down[0]*px+down[1]*py+down[2]*pz)/0.025 + 3.5
				switch {
				case col > 0 && row > 0 && col < 10 && row < 7:
					sum += 30 + 190*((int(col)+int(row))%2)
				case col > -0.7 && row > -0.7 && col < 10.7 && row < 7.7:
					sum += 220
				default:
					sum += 120
				}
			}
			pixels = append(pixels, byte(sum/(sub*sub)))
		}
	}
	return pixels
}

// liveCamera publishes what next gives, again and again, until ctx ends; a tenth of a second passes from frame to frame by
// the frames' own clock.
func liveCamera(ctx context.Context, t *testing.T, dir string, h msg.FrameHeader, next func() []byte) {
	t.Helper()
	out, err := shm.Create(shm.WriterOptions{
		Dir: dir, Name: msg.CameraFeed, Kind: msg.KindFrame, Slots: 8, PayloadBytes: msg.FrameHeaderBytes + int(h.DataBytes),
	})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() {
		<-ended
		if err := out.Close(); err != nil {
			t.Error(err)
		}
	})
	go func() {
		defer close(ended)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			<-tick.C
			h.FrameID++
			h.CaptureNs += 100_000_000
			h.SourceNs = h.CaptureNs
			if err := out.Write(append(bytes.Clone(h.Bytes()), next()...)); err != nil {
				t.Error(err)
				return
			}
		}
	}()
}

// TestCalibrateCameraLive moves a board as it is told to, whenever a picture was taken.
func TestCalibrateCameraLive(t *testing.T) {
	c := calib.FromHFOV(60, 480, 360)
	var session []held
	for i := range 500 {
		a, tilt, far := float64(i)*2.4, 0.55*float64(i%3)/2, 0.28+0.04*float64(i%5)
		at := held{
			0.42 * far * math.Cos(a) * float64(1+i%4) / 4, 0.3 * far * math.Sin(a) * float64(1+i%5) / 5, far,
			tilt * math.Sin(1.7*a), tilt * math.Cos(1.3*a),
		}
		if at.whole(&c) {
			session = append(session, at)
		}
	}
	var shown atomic.Pointer[[]byte]
	show := func(i int) {
		p := drawBoard(&c, session[i%len(session)])
		shown.Store(&p)
	}
	show(0)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	dir := t.TempDir()
	h := msg.NewFrameHeader(c.Width, c.Height, msg.Gray8)
	h.CameraID = 0xabc
	frames, stop := context.WithCancel(ctx)
	liveCamera(frames, t, dir, h, func() []byte { return *shown.Load() })
	defer stop()

	file := filepath.Join(dir, "calibration.yaml")
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"calibrate", "camera", "--live", "--shm-dir", dir, "--out", file, "--count", "10"}, in, io.Discard)
		in.Close()
	}()
	var said strings.Builder
	i := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		line := lines.Text()
		fmt.Fprintln(&said, line)
		if strings.HasPrefix(line, "picture ") || strings.HasPrefix(line, "seen already") || strings.HasPrefix(line, "hold the whole board") {
			i++
			show(i)
		}
	}
	if err := <-done; err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	got, err := calib.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	k := got.Camera
	if k.ID != 0xabc || k.Name != "camera 0x0000000000000abc" || k.Pictures < 8 || math.Abs(k.FX-c.FX) > 4 || math.Abs(k.CX-c.CX) > 4 || k.RMSPx > 0.3 {
		t.Errorf("%+v, fx %.1f expected\n%s", k, c.FX, said.String())
	}
}

// TestGroundLive takes frames of the simulated camera out of shared memory.
func TestGroundLive(t *testing.T) {
	s, err := sim.Load("tape")
	if err != nil {
		t.Fatal(err)
	}
	s.Course.Segments[0].LengthM *= 2
	w, err := sim.New(s, 0)
	if err != nil {
		t.Fatal(err)
	}
	h := s.Frame(msg.RGB24)
	pixels, n := make([]byte, h.DataBytes), 0
	ctx, stop := context.WithCancel(t.Context())
	dir := t.TempDir()
	liveCamera(ctx, t, dir, h, func() []byte {
		n++
		w.Place(0.05*float64(n%16), 0.05*math.Sin(float64(n)), 0)
		if err := w.Render(pixels, int(h.Stride), h.PixelFormat); err != nil {
			t.Error(err)
		}
		return pixels
	})
	defer stop()
	file := filepath.Join(dir, "c.yaml")
	args := []string{
		"calibrate", "ground", "--live", "--frames", "12", "--shm-dir", dir, "--out", file, "--lane-width", fmt.Sprint(s.Lane.WidthM),
		"--hfov", fmt.Sprint(s.Camera.HFOVDeg),
	}
	out, errs, code := command(args...)
	c, err := calib.Load(file)
	if code != 0 || err != nil {
		t.Fatalf("code %d, %v\n%s%s", code, err, out, errs)
	}
	if g := c.Ground; c.Camera.ID != h.CameraID || math.Abs(g.HeightM/s.Camera.HeightM-1) > 0.02 || math.Abs(g.PitchDeg-s.Camera.PitchDeg) > 0.4 {
		t.Errorf("%+v %+v\n%s", c.Camera, g, out)
	}
	// Another camera's lens is not mixed with these frames.
	c.Camera.ID, c.Camera.Pictures = 7, 9
	if err := c.Save(file); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := command(args...); code != 1 || !strings.Contains(errs, "frames of another came") {
		t.Errorf("code %d: %s", code, errs)
	}
}
