package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"gocv.io/x/gocv"

	"lanekeeper/calib"
	"lanekeeper/detect"
	"lanekeeper/manual"
	"lanekeeper/msg"
)

// detectorFlags say which detector a command uses, and how it is set.
type detectorFlags struct {
	method, config string
	calibration    string // file; empty = none
}

// newDetectorFlags adds them to a command's flags.
func newDetectorFlags(fs *flag.FlagSet) *detectorFlags {
	f := &detectorFlags{}
	fs.Var(manual.Text(&f.method, "cv", detect.Methods()...), "method", "detection `method`: "+strings.Join(detect.Methods(), ", "))
	fs.StringVar(&f.config, "config", "", "YAML `file` with a section detect, as lane-detectd takes it")
	return f
}

// options reads the files that the flags name.
func (f *detectorFlags) options() (o detect.Options, err error) {
	if o.Params, err = detectParams(f.config); err == nil && f.calibration != "" {
		o.Calibration, err = calib.Load(f.calibration)
	}
	return o, err
}

// open makes the detector. The caller closes it.
func (f *detectorFlags) open() (detect.Detector, error) {
	o, err := f.options()
	if err != nil {
		return nil, err
	}
	return f.make(o)
}

// make is open with options that were read already.
func (f *detectorFlags) make(o detect.Options) (detect.Detector, error) {
	d, err := detect.New(f.method, o)
	if err != nil {
		return nil, usageError{err}
	}
	return d, nil
}

// detectParams reads the section detect of a configuration file over the defaults.
func detectParams(path string) (detect.Params, error) {
	file := struct {
		Detect detect.Params `yaml:"detect"`
	}{detect.DefaultParams()}
	if path == "" {
		return file.Detect, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return file.Detect, fmt.Errorf("reading the configuration: %w", err)
	}
	if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return file.Detect, fmt.Errorf("reading the configuration %s: %w", path, err)
	}
	if err := file.Detect.Validate(); err != nil {
		return file.Detect, fmt.Errorf("%s: detect.%w", path, err)
	}
	return file.Detect, nil
}

// detectIn runs a detector on a BGR picture and measures the time that it takes.
func detectIn(detector detect.Detector, m *gocv.Mat, id, sourceNs int64, d *msg.Detection) error {
	pixels, err := m.DataPtrUint8()
	if err != nil {
		return fmt.Errorf("reaching the picture's pixels: %w", err)
	}
	h := msg.NewFrameHeader(m.Cols(), m.Rows(), msg.BGR24)
	h.FrameID, h.SourceNs = id, sourceNs
	start := time.Now()
	if err := detector.Take(&h, pixels); err != nil {
		return err
	}
	if err := detector.Detect(d); err != nil {
		return err
	}
	d.ProcessingTimeMs = float64(time.Since(start)) / float64(time.Millisecond)
	return nil
}
