package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gocv.io/x/gocv"

	"lanekeeper/calib"
	"lanekeeper/msg"
	"lanekeeper/sim"
)

// command runs lanectl and gives what it prints.
func command(args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	code = exitCode(run(context.Background(), args, &out, &errs), &errs)
	return out.String(), errs.String(), code
}

// straight draws the simulated camera's pictures along the first straight of a scenario, as files in a folder.
func straight(t *testing.T, s *sim.Scenario) (dir string) {
	t.Helper()
	w, err := sim.New(s, 0)
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	room := (s.Lane.WidthM - s.Vehicle.WidthM) / 2
	for i := range 12 {
		a := float64(i) * math.Pi / 6
		w.Place(s.Course.Segments[0].LengthM*0.2*float64(i)/12, 0.6*room*math.Sin(a), 0.02*math.Cos(3*a))
		if err := w.Export(dir, fmt.Sprintf("%02d", i)); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "images")
}

// TestGroundBySimulator calibrates on rendered pictures, of which the truth is known, by the width of the lane.
func TestGroundBySimulator(t *testing.T) {
	for _, k := range []struct {
		scenario      string
		height, pitch float64 // relative, and in degrees
	}{{"road", 0.01, 0.1}, {"worn", 0.02, 0.3}, {"tape", 0.01, 0.2}} {
		s, err := sim.Load(k.scenario)
		if err != nil {
			t.Fatal(err)
		}
		s.Course.Segments[0].LengthM *= 2 // so that what is seen is straight
		file := filepath.Join(t.TempDir(), "calibration.yaml")
		out, errs, code := command("calibrate", "ground", "--out", file, "--hfov", fmt.Sprint(s.Camera.HFOVDeg), "--lane-width", fmt.Sprint(s.Lane.WidthM),
			"--forward", fmt.Sprint(s.Camera.ForwardM), straight(t, s))
		c, err := calib.Load(file)
		if code != 0 || err != nil {
			t.Errorf("%s: code %d, %v\n%s%s", k.scenario, code, err, out, errs)
			continue
		}
		g := c.Ground
		t.Logf("%s: height %.4f m (%.4f), pitch %.2f° (%.2f), yaw %.2f°, %d pictures", k.scenario, g.HeightM, s.Camera.HeightM, g.PitchDeg, s.Camera.PitchDeg, g.YawDeg, g.Points)
		if math.Abs(g.HeightM/s.Camera.HeightM-1) > k.height || math.Abs(g.PitchDeg-s.Camera.PitchDeg) > k.pitch || math.Abs(g.YawDeg) > 1 ||
			g.ForwardM != s.Camera.ForwardM || c.Camera.Width != s.Camera.WidthPx {
			t.Errorf("%s: %+v\n%s", k.scenario, g, out)
		}
	}
}

// TestGroundByPoints goes through the command line, and keeps the lens that is in the file.
func TestGroundByPoints(t *testing.T) {
	file := filepath.Join(t.TempDir(), "calibration.yaml")
	lens := calib.FromHFOV(70, 640, 480)
	lens.Name, lens.Pictures, lens.K1 = "measured", 12, -0.1
	if err := (&calib.Calibration{Camera: lens}).Save(file); err != nil {
		t.Fatal(err)
	}
	want := calib.Ground{HeightM: 0.2, PitchDeg: 25, RollDeg: 2, YawDeg: -3, ForwardM: 0.1, LeftM: 0.01}
	v := calib.NewView(&lens, &want)
	args := []string{"calibrate", "ground", "--out", file}
	for _, p := range [][2]float64{{100, 450}, {520, 460}, {250, 250}, {420, 260}, {320, 350}} {
		x, y, _ := v.Ground(p[0], p[1])
		args = append(args, "--point", fmt.Sprintf("%v,%v,%.5f,%.5f", p[0], p[1], x, y))
	}
	out, errs, code := command(args...)
	c, err := calib.Load(file)
	if code != 0 || err != nil {
		t.Fatalf("code %d, %v\n%s%s", code, err, out, errs)
	}
	g := c.Ground
	if c.Camera != lens || math.Abs(g.HeightM-0.2) > 1e-3 || math.Abs(g.PitchDeg-25) > 0.1 || math.Abs(g.RollDeg-2) > 0.1 || math.Abs(g.YawDeg+3) > 0.1 ||
		math.Abs(g.ForwardM-0.1) > 1e-3 || g.Method != "points" || g.Points != 5 {
		t.Errorf("%+v %+v\n%s", c.Camera, g, out)
	}
	if !strings.Contains(out, "point 5  (320.0, 350.0) px is (") || !strings.Contains(out, "written to "+file) {
		t.Errorf("%s", out)
	}
}

func TestCalibrateErrors(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string, data []byte) {
		if err := os.WriteFile(path(name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save := func(name string, cols, rows int) {
		m := gocv.NewMatWithSize(rows, cols, gocv.MatTypeCV8UC3)
		defer m.Close()
		if !gocv.IMWrite(path(name), m) {
			t.Fatal("no picture written")
		}
	}
	save("dot.png", 1, 1)
	save("black.png", 320, 240)
	write("bad.yaml", []byte("version: 1\ncamera: {fx: .nan}\n"))
	write("empty.yaml", nil)
	write("cut.jpg", []byte("\xff\xd8\xff\xe0"))
	if err := os.Mkdir(path("none"), 0o755); err != nil {
		t.Fatal(err)
	}
	lens := calib.Calibration{Camera: calib.FromHFOV(70, 640, 480)}
	lens.Camera.Pictures = 9
	if err := lens.Save(path("good.yaml")); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path("good.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	four := []string{"--point", "100,400,1,0.2", "--point", "500,400,1,-0.2", "--point", "250,300,2,0.2", "--point", "390,300,2,-0.2"}
	for _, k := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"calibrate"}, 2, "calibrate: one of camera, ground expected after it"},
		{[]string{"calibrate", "lens"}, 2, "calibrate: one of camera, ground expected after it"},
		{[]string{"calibrate", "camera"}, 2, "pictures expected, or --live"},
		{[]string{"calibrate", "camera", "--live", "a.jpg"}, 2, "pictures expected, or --live"},
		{[]string{"calibrate", "camera", "--board", "9", "a.jpg"}, 2, `--board "9": two numbers with an x between them expected`},
		{[]string{"calibrate", "camera", "--board", "2x2", "a.jpg"}, 2, "a board of 2×2 inner corners: 3 to 50 expected"},
		{[]string{"calibrate", "camera", "--square-mm", "NaN", "a.jpg"}, 2, "squares of NaN mm"},
		{[]string{"calibrate", "camera", "--camera-id", "7", "a.jpg"}, 2, `--camera-id "7": 0x and up to 16 hexadecimal digits expected`},
		{[]string{"calibrate", "camera", "--count", "1", "--live"}, 2, "--count 1: 3 to 500 expected"},
		{[]string{"calibrate", "camera", "--out", path("no/such.yaml"), "a.jpg"}, 1, "name another place with --out"},
		{[]string{"calibrate", "camera", "--out", dir, "a.jpg"}, 1, "a file expected"},
		{[]string{"calibrate", "camera", "--out", path("bad.yaml"), "a.jpg"}, 1, "line 2: camera.name: missing; name another file with --out, or write it anew with --replace"},
		{[]string{"calibrate", "camera", "--out", path("empty.yaml"), "a.jpg"}, 1, "empty: write it with lanectl calibrate camera; name another"},
		{
			[]string{"calibrate", "camera", "--out", path("x.yaml"), path("dot.png"), path("black.png"), path("cut.jpg"), path("none"), path("gone.jpg")}, 1,
			"0 usable pictures, at least 3 needed",
		},
		{[]string{"calibrate", "camera", "--out", path("x.yaml"), "--live", "--shm-dir", dir}, 1, "no frame in camera_feed: is camerad running?"},
		{[]string{"calibrate", "ground"}, 2, "points expected (--point), or a lane (--lane-width), and not both"},
		{append([]string{"calibrate", "ground", "--lane-width", "3"}, four...), 2, "and not both"},
		{[]string{"calibrate", "ground", "--point", "1,2,3"}, 2, "four numbers u,v,x,y expected"},
		{[]string{"calibrate", "ground", "--point", "1,2,3,Inf"}, 2, `"Inf": a number expected`},
		{[]string{"calibrate", "ground", "--lane-width", "NaN", "a.jpg"}, 2, "--lane-width NaN: 0.05 to 20 m expected"},
		{[]string{"calibrate", "ground", "--lane-width", "3"}, 2, "pictures of a straight lane expected, or --live"},
		{append([]string{"calibrate", "ground", "--out", path("x.yaml")}, four...), 1, "there is no such file: run lanectl calibrate camera first, or give --hfov"},
		{append([]string{"calibrate", "ground", "--out", path("bad.yaml")}, four...), 1, "line 2: camera.name: missing"},
		{append([]string{"calibrate", "ground", "--out", path("x.yaml"), "--hfov", "5"}, four...), 2, "--hfov 5: 10 to 170 degrees expected"},
		{append([]string{"calibrate", "ground", "--out", path("x.yaml"), "--hfov", "70"}, four...), 2, `--size "": two numbers`},
		{append([]string{"calibrate", "ground", "--out", path("good.yaml"), "--point", "0,400,1,0.2"}, four...), 1, "the points contradict each other"},
		{[]string{"calibrate", "ground", "--out", path("good.yaml"), "--lane-width", "3", path("black.png")}, 1, "frames of 320×240 px came"},
		{[]string{"calibrate", "ground", "--out", path("x.yaml"), "--hfov", "70", "--lane-width", "3", path("black.png")}, 1, "no picture of 1 shows both lines of a lane"},
		{[]string{"trial", "--pictures", "0"}, 2, "--pictures 0: 1 or more expected"},
		{[]string{"trial", "moon"}, 2, `scenario "moon": not built in`},
		{[]string{"detect", "--calibration", path("bad.yaml"), path("black.png")}, 1, "camera.name: missing"},
	} {
		out, errs, code := command(k.args...)
		if code != k.code || !strings.Contains(errs, k.want) {
			t.Errorf("%s: code %d, want %d\n%s%s\nwant %s", strings.Join(k.args, " "), code, k.code, out, errs, k.want)
		}
	}
	if after, err := os.ReadFile(path("good.yaml")); err != nil || !bytes.Equal(after, before) {
		t.Errorf("a refused calibration changed the file: %v\n%s", err, after)
	}
	if _, err := os.Stat(path("x.yaml")); err == nil {
		t.Error("a refused calibration made a file")
	}
	out, _, _ := command("calibrate", "camera", "--out", path("x.yaml"), path("dot.png"), path("black.png"), path("cut.jpg"), path("none"), path("gone.jpg"))
	for _, want := range []string{
		"dot.png: 1×1 px: picture too small for the board", "black.png: no board, or not all of it", "cut.jpg: damaged or cut short",
		"none: a folder without images", "gone.jpg: no such file",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
}

// TestDetectCalibrated has lengths in metres for pictures that the calibration fits, and says once that it fits no others.
func TestDetectCalibrated(t *testing.T) {
	s, err := sim.Load("road")
	if err != nil {
		t.Fatal(err)
	}
	pictures := straight(t, s)
	for _, k := range []struct {
		width, height int
		unit, says    string
	}{
		{s.Camera.WidthPx, s.Camera.HeightPx, " m ", ""},
		{s.Camera.WidthPx / 2, s.Camera.HeightPx / 2, " lane ", "is for pictures of 400×300 px, frames of 800×600 px came"},
	} {
		c := calib.Calibration{Camera: calib.FromHFOV(s.Camera.HFOVDeg, k.width, k.height), Ground: &calib.Ground{
			HeightM: s.Camera.HeightM, PitchDeg: s.Camera.PitchDeg, ForwardM: s.Camera.ForwardM,
		}}
		file := filepath.Join(t.TempDir(), "c.yaml")
		if err := c.Save(file); err != nil {
			t.Fatal(err)
		}
		out, errs, code := command("detect", "--calibration", file, pictures)
		if code != 0 || !strings.Contains(out, k.unit) || !strings.Contains(errs, k.says) || strings.Count(errs, "\n") > 1 || k.says == "" && errs != "" {
			t.Errorf("code %d\n%s%s", code, out, errs)
		}
	}
}

// TestKeepGround keeps the ground part for the same camera, and refuses to mix it with another's lens.
func TestKeepGround(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.yaml")
	before := calib.Calibration{Camera: calib.FromHFOV(70, 640, 480), Ground: &calib.Ground{HeightM: 1}}
	before.Camera.ID = 1
	if err := before.Save(file); err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct {
		id      uint64
		width   int
		replace bool
		want    string
		ground  bool
	}{
		{1, 640, false, "", true},
		{0, 640, false, "", true},
		{2, 640, false, "has a ground part, and the calibration is for the camera", false},
		{1, 641, false, "has a ground part, and the calibration of", false},
		{2, 641, true, "", false},
	} {
		var out bytes.Buffer
		j := lensJob{out: file, replace: k.replace, stdout: &out}
		c := calib.Calibration{Camera: calib.FromHFOV(70, k.width, 480)}
		c.Camera.ID = k.id
		err := j.keepGround(&c)
		if (err == nil) != (k.want == "") || err != nil && !strings.Contains(err.Error(), k.want) || (c.Ground != nil) != k.ground ||
			k.ground != strings.Contains(out.String(), "run lanectl calibrate ground again") {
			t.Errorf("%+v: %v, %+v, %s", k, err, c.Ground, out.String())
		}
	}
}

func TestGreyOf(t *testing.T) {
	pixels := map[msg.PixelFormat][]byte{
		msg.RGB24: {255, 0, 0, 10, 20, 30, 9, 9, 0, 0, 255, 255, 255, 255, 9, 9},
		msg.BGR24: {0, 0, 255, 30, 20, 10, 9, 9, 255, 0, 0, 255, 255, 255, 9, 9},
		msg.Gray8: {76, 18, 9, 29, 255, 9},
		msg.YUYV:  {76, 1, 18, 2, 9, 29, 1, 255, 2, 9},
		msg.NV12:  {76, 18, 9, 29, 255, 9, 1, 2, 9},
	}
	for f, stride := range map[msg.PixelFormat]uint32{msg.RGB24: 8, msg.BGR24: 8, msg.Gray8: 3, msg.YUYV: 5, msg.NV12: 3} {
		h := msg.NewFrameHeader(2, 2, f)
		h.Stride = stride
		m, err := greyOf(&h, pixels[f])
		if err != nil {
			t.Fatal(err)
		}
		if got := m.ToBytes(); !bytes.Equal(got, []byte{76, 18, 29, 255}) {
			t.Errorf("%v: %v", f, got)
		}
		m.Close()
	}
	white := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(255, 255, 255, 0), 8, 8, gocv.MatTypeCV8UC3)
	defer white.Close()
	data, err := gocv.IMEncode(gocv.JPEGFileExt, white)
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	h := msg.NewFrameHeader(8, 8, msg.JPEG)
	m, err := greyOf(&h, data.GetBytes())
	if err != nil || m.Size()[0] != 8 || m.Mean().Val1 != 255 {
		t.Errorf("%v, %v", m.Size(), err)
	}
	m.Close()
	if _, err := greyOf(&h, []byte{1, 2, 3}); err == nil {
		t.Error("no JPEG was taken for one")
	}
}
