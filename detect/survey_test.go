package detect

import (
	"math"
	"testing"

	"lanekeeper/calib"
	"lanekeeper/msg"
)

// calibrationOf is the file that a scene's camera would have.
func calibrationOf(s *scene) *calib.Calibration {
	ground := s.camera.ground()
	return &calib.Calibration{Camera: calib.FromHFOV(s.camera.HFOVDeg, s.w, s.h), Ground: &ground}
}

// TestCalibration holds when a calibration is used, when it is refused, and what stands in for what it lacks.
func TestCalibration(t *testing.T) {
	s := tape(0.05, 0.05, 0)
	h, pix := s.render()
	const uncalibrated, refused = msg.DetectionUncalibrated, msg.DetectionUncalibrated | msg.DetectionCalibrationRefused
	good := calibrationOf(&s)
	good.Camera.ID = 7
	lens := *good
	lens.Ground = nil
	small := *calibrationOf(&scene{camera: s.camera, w: 320, h: 240})
	for _, k := range []struct {
		name        string
		calibration *calib.Calibration
		camera      Camera
		cameraID    uint64
		want        uint32
	}{
		{"nothing known", nil, Camera{}, 7, uncalibrated},
		{"described", nil, s.camera, 7, 0},
		{"its camera", good, Camera{}, 7, 0},
		{"a camera that does not say", good, Camera{}, 0, 0},
		{"another camera", good, Camera{}, 8, refused},
		{"another camera, described too", good, s.camera, 8, refused},
		{"another size of equal shape", &small, s.camera, 0, refused},
		{"the file before the description", good, Camera{HFOVDeg: 20, HeightM: 3, PitchDeg: 60}, 7, 0},
		{"no ground part", &lens, Camera{}, 7, uncalibrated},
		{"the ground from the description", &lens, Camera{HFOVDeg: 20, HeightM: s.camera.HeightM, PitchDeg: s.camera.PitchDeg}, 7, 0},
	} {
		p := DefaultParams()
		p.Camera = k.camera
		d, err := New("cv", Options{Params: p, Calibration: k.calibration})
		if err != nil {
			t.Fatal(err)
		}
		h.CameraID = k.cameraID
		if err := d.Take(&h, pix); err != nil {
			t.Fatal(err)
		}
		var out msg.Detection
		if err := d.Detect(&out); err != nil {
			t.Fatal(err)
		}
		if got := out.Flags & refused; got != k.want {
			t.Errorf("%s: flags %#x, want %#x", k.name, got, k.want)
		}
		want, tolerance := 0.35, 0.01
		if k.want != 0 {
			want = 1
		}
		if !(math.Abs(out.LaneWidthM-want) <= tolerance) {
			t.Errorf("%s: a lane %v wide, want %v", k.name, out.LaneWidthM, want)
		}
	}
}

// TestCalibrationOfSomeFrames changes from frames that the calibration fits to others, and back: what was learned in
// metres is not taken for lane widths.
func TestCalibrationOfSomeFrames(t *testing.T) {
	s := tape(0.05, 0, 0)
	h, pix := s.render()
	c := calibrationOf(&s)
	c.Camera.ID = 7
	d, err := New("cv", Options{Params: DefaultParams(), Calibration: c})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		h.CameraID, h.SourceNs = 7, int64(i)*33_000_000
		want := 0.35
		if i/3%2 == 1 {
			h.CameraID, want = 8, 1
		}
		if err := d.Take(&h, pix); err != nil {
			t.Fatal(err)
		}
		var out msg.Detection
		if err := d.Detect(&out); err != nil {
			t.Fatal(err)
		}
		if !(math.Abs(out.LaneWidthM-want) < 0.02*want) {
			t.Errorf("frame %d: a lane %v wide, want %v", i, out.LaneWidthM, want)
		}
	}
}

func TestBadCalibration(t *testing.T) {
	s := tape(0, 0, 0)
	c := calibrationOf(&s)
	c.Camera.FX = math.NaN()
	if _, err := New("cv", Options{Params: DefaultParams(), Calibration: c}); err == nil ||
		err.Error() != "setting up the detector: calibration: camera.fx: NaN, 1 to 1e+06 expected" {
		t.Errorf("%v", err)
	}
}
