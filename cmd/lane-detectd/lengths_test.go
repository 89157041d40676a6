package main

import (
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"lanekeeper/calib"
	"lanekeeper/msg"
)

// TestRefusedCalibration is logged once while the same frames come, and again for others.
func TestRefusedCalibration(t *testing.T) {
	core, logs := observer.New(zap.InfoLevel)
	cfg := defaults()
	c := &calib.Calibration{Camera: calib.FromHFOV(60, 640, 480), Ground: &calib.Ground{HeightM: 1}}
	c.Camera.Name, c.Camera.ID = "cam", 1
	l := lengths{log: zap.New(core)}
	l.begin(c, &cfg)
	const refused = msg.DetectionUncalibrated | msg.DetectionCalibrationRefused
	size := "the calibration of cam is for pictures of 640×480 px, frames of 320×240 px came: calibrate at the size that the camera is run at"
	other := "the calibration is for the camera cam (0x0000000000000001), frames of another came (0x0000000000000002): calibrate that one, or name its file"
	for i, k := range []struct {
		width, height int32
		cameraID      uint64
		flags         uint32
		why           string
		logged        int
		unit          string
	}{
		{640, 480, 1, 0, "", 0, "metres"},
		{320, 240, 1, refused, size, 1, "lane widths"},
		{320, 240, 1, refused, size, 1, "lane widths"},
		{640, 480, 1, 0, "", 1, "metres"},
		{320, 240, 1, refused, size, 1, "lane widths"},
		{640, 480, 2, refused, other, 2, "lane widths"},
	} {
		l.frame(&msg.Detection{Width: k.width, Height: k.height, Flags: k.flags}, k.cameraID)
		if n := logs.FilterMessage("the calibration is for other frames").Len(); l.why != k.why || n != k.logged || l.unit() != k.unit {
			t.Errorf("frame %d: %q, logged %d times, lengths in %s, want %+v", i, l.why, n, l.unit(), k)
		}
	}
	if n := testing.AllocsPerRun(100, func() {
		l.frame(&msg.Detection{Width: 640, Height: 480, Flags: refused}, 2)
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func TestBeginTellsWhatIsKnown(t *testing.T) {
	lens := calib.FromHFOV(60, 640, 480)
	described := defaults()
	described.Detect.Camera.HFOVDeg = 60
	for want, k := range map[string]struct {
		c   *calib.Calibration
		cfg config
	}{
		"no calibration: lengths are in lane widths":  {nil, defaults()},
		"no calibration: lengths go by detect.camera": {nil, described},
		"calibrated": {&calib.Calibration{Camera: lens, Ground: &calib.Ground{}}, defaults()},
		"the calibration has no ground part: lengths are in lane widths until lanectl calibrate ground has added it": {
			&calib.Calibration{Camera: lens}, defaults(),
		},
	} {
		core, logs := observer.New(zap.InfoLevel)
		l := lengths{log: zap.New(core)}
		if l.begin(k.c, &k.cfg); logs.Len() != 1 || logs.All()[0].Message != want {
			t.Errorf("%v, want %q", logs.All(), want)
		}
	}
}
