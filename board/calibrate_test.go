package board

import (
	"errors"
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gocv.io/x/gocv"

	"lanekeeper/calib"
)

// TestKnownLens draws the board through a lens with distortion and finds that lens again.
func TestKnownLens(t *testing.T) {
	want := knownCamera()
	s := newStudio(t, want)
	var views []View
	for i, at := range session() {
		m := s.draw(t, nine, at, 3, uint64(i))
		corners, err := Find(m, nine)
		m.Close()
		if err != nil {
			t.Logf("pose %d: %v", i, err)
			continue
		}
		views = append(views, View{Name: fmt.Sprint(i), Corners: corners})
	}
	if len(views) < 12 {
		t.Fatalf("the board is found in %d pictures only", len(views))
	}
	r, err := Calibrate(views, want.Width, want.Height, nine)
	if err != nil {
		t.Fatal(err)
	}
	got := r.Camera
	t.Logf("%d views, %d left out, rms %.3f px, %+v", len(r.Used), len(r.LeftOut), got.RMSPx, got)
	for _, k := range []struct {
		name                 string
		got, want, tolerance float64
	}{
		{"fx", got.FX, want.FX, 2}, {"fy", got.FY, want.FY, 2}, {"cx", got.CX, want.CX, 2}, {"cy", got.CY, want.CY, 2},
		{"k1", got.K1, want.K1, 0.02}, {"p1", got.P1, want.P1, 0.001}, {"p2", got.P2, want.P2, 0.001}, {"rms", got.RMSPx, 0, 0.15},
	} {
		if !(math.Abs(k.got-k.want) <= k.tolerance) {
			t.Errorf("%s: %v, want %v ± %v", k.name, k.got, k.want, k.tolerance)
		}
	}
	// What counts is where pixels look. The corners of the picture are beyond what the boards reached.
	a, b := got.Rays(), want.Rays()
	for v := 35.0; v < 450; v += 30 {
		for u := 40.0; u < 610; u += 30 {
			x, y, _ := a.Ray(u, v)
			if bu, bv, ok := b.Pixel(x, y); !ok || math.Hypot(bu-u, bv-v) > 1 {
				t.Errorf("(%v, %v) is taken for (%.2f, %.2f)", u, v, bu, bv)
			}
		}
	}
}

// exact are views without the detour of pictures.
func exact(c calib.Camera, poses []pose) []View {
	rays := c.Rays()
	var views []View
	for i, at := range poses {
		r := rodrigues(at.turn)
		v := View{Name: fmt.Sprint(i)}
		for k := range nine.Corners() {
			x, y := (float64(k%nine.Cols)-4)*nine.SquareM, (float64(k/nine.Cols)-2.5)*nine.SquareM
			px, py, pz := r[0][0]*x+r[0][1]*y+at.x, r[1][0]*x+r[1][1]*y+at.y, r[2][0]*x+r[2][1]*y+at.z
			u, w, _ := rays.Pixel(px/pz, py/pz)
			v.Corners = append(v.Corners, Point{u, w})
		}
		views = append(views, v)
	}
	return views
}

// TestSameModel holds that OpenCV and package calib mean the same by every number: corners that calib projects are
// explained by OpenCV's calibration to the last thousandth of a pixel, k3 included.
func TestSameModel(t *testing.T) {
	want := knownCamera()
	want.K3 = 0.01
	r, err := Calibrate(exact(want, inside()), want.Width, want.Height, nine)
	if err != nil {
		t.Fatal(err)
	}
	got := r.Camera
	if got.RMSPx > 1e-3 || math.Abs(got.FX-want.FX) > 0.05 || math.Abs(got.CX-want.CX) > 0.05 || math.Abs(got.K3-want.K3) > 0.005 ||
		math.Abs(got.P1-want.P1) > 1e-4 {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	for _, p := range r.Used {
		if want := 0.22; p.DistanceM < want-0.15 || p.DistanceM > want+0.3 {
			t.Errorf("%s: %v m away", p.Name, p.DistanceM)
		}
	}
}

// inside is the part of session that lies within the picture.
func inside() []pose {
	var poses []pose
	c := knownCamera()
	for _, at := range session() {
		if v := exact(c, []pose{at}); v[0].check(c.Width, c.Height, nine) == nil {
			poses = append(poses, at)
		}
	}
	return poses
}

// TestOutliers spoils two views.
func TestOutliers(t *testing.T) {
	c := knownCamera()
	views := exact(c, inside())
	for i := range views {
		for k := range views[i].Corners { // as if found to a tenth of a pixel
			views[i].Corners[k].U += 0.1 * math.Sin(float64(i+7*k))
		}
	}
	for k := range views[3].Corners {
		views[3].Corners[k].U += 3 * math.Sin(float64(k))
		views[5].Corners[k].V += 2 * math.Cos(float64(2*k))
	}
	r, err := Calibrate(views, c.Width, c.Height, nine)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.LeftOut) != 2 || r.LeftOut[0].Name != "3" || r.LeftOut[1].Name != "5" || len(r.Used) != len(views)-2 {
		t.Errorf("left out: %+v", r.LeftOut)
	}
	if math.Abs(r.Camera.FX-c.FX) > 2 {
		t.Errorf("fx %v, want %v", r.Camera.FX, c.FX)
	}
}

func TestDegenerate(t *testing.T) {
	c := knownCamera()
	good := exact(c, inside())
	alike := exact(c, []pose{{0, 0, 0.3, [3]float64{}}, {0.02, 0, 0.3, [3]float64{}}, {0, 0.02, 0.35, [3]float64{}}, {0, 0, 0.4, [3]float64{}}})
	short := View{Name: "short", Corners: good[0].Corners[:10]}
	line := View{Name: "line", Corners: make([]Point, nine.Corners())}
	for i := range line.Corners {
		line.Corners[i] = Point{float64(i), float64(i)}
	}
	lost := View{Name: "lost", Corners: make([]Point, nine.Corners())}
	lost.Corners[7].U = math.NaN()
	far := View{Name: "far", Corners: make([]Point, nine.Corners())}
	far.Corners[7].U = 1e9
	for _, k := range []struct {
		name  string
		views []View
		p     Pattern
		want  string
	}{
		{"none", nil, nine, "0 usable pictures, at least 3 needed"},
		{"one", good[:1], nine, "1 usable pictures, at least 3 needed"},
		{"alike", alike, nine, "the pictures do not determine the lens"},
		{"one three times", []View{good[2], good[2], good[2]}, nine, "the pictures do not determine the lens"},
		{"cut", append([]View{short}, good[:3]...), nine, "short: 10 corners, 54 expected"},
		{"in a line", append([]View{line}, good[:3]...), nine, "line: the corners lie in one line or place"},
		{"not a number", append([]View{lost}, good[:3]...), nine, "lost: a corner at (NaN, 0), outside of the picture"},
		{"far", append([]View{far}, good[:3]...), nine, "far: a corner at (1e+09, 0), outside of the picture"},
		{"no board", good, Pattern{2, 2, 1}, "a board of 2×2 inner corners"},
		{"square board", good, Pattern{7, 7, 0.02}, "print one that is not square"},
		{"no size", good, Pattern{9, 6, 0}, "squares of 0 mm"},
	} {
		if _, err := Calibrate(k.views, c.Width, c.Height, k.p); err == nil || !strings.Contains(err.Error(), k.want) {
			t.Errorf("%s: %v, want %q", k.name, err, k.want)
		}
	}
}

func TestFindRefuses(t *testing.T) {
	s := newStudio(t, calib.FromHFOV(70, 320, 240))
	at := pose{0, 0, 0.35, [3]float64{0.2, 0.2, 0}}
	good := s.draw(t, nine, at, 2, 1)
	defer good.Close()
	if _, err := Find(good, nine); err != nil {
		t.Fatalf("a good one: %v", err)
	}
	blurred := gocv.NewMat()
	defer blurred.Close()
	gocv.GaussianBlur(good, &blurred, image.Point{}, 3.2, 3.2, gocv.BorderDefault)
	empty := gocv.NewMat()
	defer empty.Close()
	deep := gocv.NewMatWithSize(200, 200, gocv.MatTypeCV16U)
	defer deep.Close()
	for name, k := range map[string]struct {
		m    gocv.Mat
		p    Pattern
		want error
	}{
		"blurred":       {blurred, nine, ErrBlurred},
		"another board": {good, Pattern{8, 6, 0.025}, ErrNoBoard},
		"empty":         {empty, nine, nil},
		"16 bits":       {deep, nine, nil},
	} {
		if _, err := Find(k.m, k.p); err == nil || k.want != nil && !errors.Is(err, k.want) {
			t.Errorf("%s: %v, want %v", name, err, k.want)
		}
	}
	// OpenCV ends the process on pictures that are too small for it.
	for _, size := range [][2]int{{1, 1}, {1, 1000}, {2, 2}, {20, 20}, {60, 41}, {61, 43}, {80, 60}, {97, 61}} {
		for _, grey := range []float64{0, 128} {
			m := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(grey, grey, grey, 0), size[1], size[0], gocv.MatTypeCV8UC3)
			_, err := Find(m, nine)
			m.Close()
			if small := size[0] < 60 || size[1] < 42; small != errors.Is(err, ErrSmall) || err == nil {
				t.Errorf("%v: %v", size, err)
			}
		}
	}
}

// TestPhotographs calibrates the camera of the pictures that many a tutorial uses.
func TestPhotographs(t *testing.T) {
	dir := os.Getenv("LANE_DATA")
	if dir == "" {
		t.Skip("LANE_DATA is not set: no photographs to look at")
	}
	files, err := filepath.Glob(filepath.Join(dir, "roads/camera_cal/*.jpg"))
	if err != nil || len(files) != 20 {
		t.Fatalf("%d pictures, %v", len(files), err)
	}
	var views []View
	for _, f := range files {
		m := gocv.IMRead(f, gocv.IMReadGrayScale)
		corners, err := Find(m, nine)
		if m.Cols() != 1280 {
			err = errors.New("another size")
		}
		m.Close()
		if err != nil {
			t.Logf("%s: %v", filepath.Base(f), err)
			continue
		}
		views = append(views, View{Name: filepath.Base(f), Corners: corners})
	}
	r, err := Calibrate(views, 1280, 720, nine)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(r.Used, r.LeftOut...) {
		t.Logf("%s: %.2f px, tilted by %.0f°", p.Name, p.RMSPx, p.TiltDeg())
	}
	c := Cover(views, 1280, 720)
	t.Logf("left out %d, rms %.3f px, %+v\n%s%v\n%q", len(r.LeftOut), r.Camera.RMSPx, r.Camera, c.Text(), c.Missing(), r.Warnings())
	if n := len(r.Used); n < 12 || r.Camera.RMSPx > 1 || math.Abs(r.Camera.FX-1157) > 25 || math.Abs(r.Camera.CX-667) > 20 ||
		math.Abs(r.Camera.CY-387) > 20 || math.Abs(r.Camera.K1+0.24) > 0.05 {
		t.Errorf("%d used: %+v", n, r.Camera)
	}
}

// TestNonsense hands over corners that are no board's, but pass for some: OpenCV must not end the process.
func TestNonsense(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for round := range 40 {
		var views []View
		for i := range 3 + round%4 {
			v := View{Name: fmt.Sprint(i)}
			for k := range nine.Corners() {
				p := Point{640 * rnd.Float64(), 480 * rnd.Float64()}
				switch round % 3 {
				case 1: // a few places, again and again
					p = Point{float64(100 * (k % 4)), float64(100 * (k % 3))}
				case 2: // a line that turns back
					p = Point{float64(k * 11 % 600), float64(k * 11 % 300)}
				}
				v.Corners = append(v.Corners, p)
			}
			views = append(views, v)
		}
		if r, err := Calibrate(views, 640, 480, nine); err == nil {
			t.Errorf("round %d: a lens from nonsense: %+v", round, r.Camera)
		}
	}
}
