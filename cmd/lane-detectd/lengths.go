package main

import (
	"go.uber.org/zap"

	"lanekeeper/calib"
	"lanekeeper/msg"
)

// lengths tells people what the detections' lengths are in, and why, when that is not metres although it should be.
type lengths struct {
	log         *zap.Logger
	calibration *calib.Calibration // nil = none
	why         string             // the calibration is not used for the frames that come; empty while it is
	metres      bool
	last        refusal
	told        string // why, as last logged
}

// refusal is what a frame was refused for.
type refusal struct {
	width, height int32
	cameraID      uint64
}

// begin says once what is known before there is a frame.
func (l *lengths) begin(c *calib.Calibration, cfg *config) {
	l.calibration = c
	switch {
	case c == nil && !cfg.Detect.Camera.Known():
		l.log.Info("no calibration: lengths are in lane widths", zap.String("calibration", cfg.Calibration))
	case c == nil:
		l.log.Info("no calibration: lengths go by detect.camera", zap.String("calibration", cfg.Calibration))
	case c.Ground == nil && !cfg.Detect.Camera.Known():
		l.log.Warn("the calibration has no ground part: lengths are in lane widths until lanectl calibrate ground has added it",
			zap.String("calibration", cfg.Calibration))
	default:
		l.log.Info("calibrated", zap.String("calibration", cfg.Calibration), zap.String("camera", c.Camera.Name))
	}
}

// frame takes note of a detection. It says so once when the calibration is refused, and again only for another reason.
func (l *lengths) frame(det *msg.Detection, cameraID uint64) {
	l.metres = det.Flags&msg.DetectionUncalibrated == 0
	if det.Flags&msg.DetectionCalibrationRefused == 0 {
		l.why = ""
		return
	}
	now := refusal{det.Width, det.Height, cameraID}
	if l.why != "" && now == l.last {
		return
	}
	l.last = now
	err := l.calibration.Fits(int(det.Width), int(det.Height), cameraID)
	if err == nil {
		return // the flag is the detector's own affair then
	}
	if l.why = err.Error(); l.why == l.told {
		return
	}
	l.told = l.why
	l.log.Warn("the calibration is for other frames", idMisfit.Field(), zap.Error(err), zap.Int64("frame_id", det.FrameID))
}

// unit is what lengths are in.
func (l *lengths) unit() string {
	if l.metres {
		return "metres"
	}
	return "lane widths"
}
