package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"lanekeeper/calib"
	"lanekeeper/detect"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/telemetry/sender"
)

// config is lane-detectd's configuration.
type config struct {
	Method           string        `yaml:"method" flag:"method" doc:"How lanes are found: cv, classical image processing; dl, a neural network, see the section model; cv+dl, the first in each frame, and the network beside it as often as it manages."`
	SharedMemory     bool          `yaml:"shared_memory" flag:"shared-memory" doc:"Frames and detections go through shared memory. There is no other way; the key is there for scripts that set it."`
	ImageShmName     string        `yaml:"image_shm_name" flag:"image-shm-name" doc:"Segment that frames are read from."`
	DetectionShmName string        `yaml:"detection_shm_name" flag:"detection-shm-name" doc:"Segment that detections are written to."`
	GPU              int           `yaml:"gpu" flag:"gpu" range:"-1..15" doc:"CUDA device that a network runs on, from 0, -1 for none. It needs an OpenCV with CUDA. The method cv uses none."`
	Wait             string        `yaml:"wait" oneof:"futex spin adaptive" doc:"How to wait for a frame: futex sleeps, spin keeps a CPU busy, adaptive sleeps until just before the frame is due."`
	Slots            int           `yaml:"slots" range:"4..1024" doc:"Detections that the segment holds."`
	Calibration      string        `yaml:"calibration" flag:"calibration" arg:"file" doc:"Calibration of the camera, as lanectl calibrate writes it; it takes the place of detect.camera. The default file may be missing; empty for none."`
	Detect           detect.Params `yaml:"detect"`
	Model            detect.Model  `yaml:"model" doc:"The network of the methods dl and cv+dl."`

	Telemetry sender.DetectionConfig `yaml:"telemetry" doc:"What viewers in the network can see: docs/telemetry.md."`
}

func defaults() config {
	return config{
		Method: "cv", SharedMemory: true, ImageShmName: msg.CameraFeed, DetectionShmName: msg.DetectionResults, GPU: -1,
		Wait: shm.Futex.String(), Slots: 16, Calibration: calib.DefaultPath,
		Detect: detect.DefaultParams(), Model: detect.DefaultModel(), Telemetry: sender.DefaultDetectionConfig(),
	}
}

// Validate checks what the tags cannot say. The section detect is asked for itself.
func (c *config) Validate() error {
	var errs []error
	if !c.SharedMemory {
		errs = append(errs, errors.New("shared_memory: false: frames come through shared memory alone, leave the key out"))
	}
	if c.ImageShmName == c.DetectionShmName {
		errs = append(errs, fmt.Errorf("detection_shm_name: %q is also image_shm_name, two names are needed", c.DetectionShmName))
	}
	known := false
	for _, m := range detect.Methods() {
		known = known || m == c.Method
	}
	if !known {
		errs = append(errs, fmt.Errorf("method: %q: this build has %s", c.Method, strings.Join(detect.Methods(), ", ")))
	}
	if _, err := c.calibration(); err != nil {
		errs = append(errs, fmt.Errorf("calibration: %w", err))
	}
	return errors.Join(errs...)
}

// calibration reads the calibration file; nil when there is none to be read. A vehicle that was never calibrated has none
// in the default place.
func (c *config) calibration() (*calib.Calibration, error) {
	if c.Calibration == "" {
		return nil, nil
	}
	k, err := calib.Load(c.Calibration)
	if c.Calibration == calib.DefaultPath && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return k, err
}
