package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"gocv.io/x/gocv"

	"lanekeeper/calib"
	"lanekeeper/detect"
	"lanekeeper/internal/modeltrial"
	"lanekeeper/manual"
	"lanekeeper/msg"
)

// detectorFlags say which detector a command uses, and how it is set.
type detectorFlags struct {
	method, config, model string
	gpu                   int
	calibration           string // file; empty = none
}

// newDetectorFlags adds them to a command's flags.
func newDetectorFlags(fs *flag.FlagSet) *detectorFlags {
	f := &detectorFlags{}
	fs.Var(manual.Text(&f.method, "cv", detect.Methods()...), "method", "detection `method`: "+strings.Join(detect.Methods(), ", "))
	fs.StringVar(&f.config, "config", "", "YAML `file` with sections detect and model, as lane-detectd takes it")
	fs.StringVar(&f.model, "model", "", "ONNX `file` of the network for the methods dl and cv+dl; that of the section model if left out")
	fs.IntVar(&f.gpu, "gpu", -1, "CUDA `device` that the network runs on, from 0; -1 for none")
	return f
}

// options reads the files that the flags name.
func (f *detectorFlags) options(ctx context.Context) (o detect.Options, err error) {
	if !slices.Contains(detect.Methods(), f.method) {
		return o, usageError{fmt.Errorf("method %q: one of %s expected", f.method, strings.Join(detect.Methods(), ", "))}
	}
	if o, err = detectOptions(f.config); err != nil {
		return o, err
	}
	o.GPU = f.gpu
	if f.model != "" {
		o.Model.File = f.model
	}
	o.Trial = func(t *detect.Trial) error { return modeltrial.Run(ctx, t) }
	if f.calibration != "" {
		o.Calibration, err = calib.Load(f.calibration)
	}
	return o, err
}

// open makes the detector. The caller closes it.
func (f *detectorFlags) open(ctx context.Context) (detect.Detector, error) {
	o, err := f.options(ctx)
	if err != nil {
		return nil, err
	}
	return detect.New(f.method, o)
}

// detectOptions reads the sections detect and model of a configuration file over the defaults.
func detectOptions(path string) (detect.Options, error) {
	file := struct {
		Detect detect.Params `yaml:"detect"`
		Model  detect.Model  `yaml:"model"`
	}{detect.DefaultParams(), detect.DefaultModel()}
	if path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return detect.Options{}, fmt.Errorf("reading the configuration: %w", err)
		}
		if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&file); err != nil && !errors.Is(err, io.EOF) {
			return detect.Options{}, fmt.Errorf("reading the configuration %s: %w", path, err)
		}
		if err := file.Detect.Validate(); err != nil {
			return detect.Options{}, fmt.Errorf("%s: detect.%w", path, err)
		}
		if err := file.Model.Validate(); err != nil {
			return detect.Options{}, fmt.Errorf("%s: model.%w", path, err)
		}
	}
	return detect.Options{Params: file.Detect, Model: file.Model, GPU: -1, Wait: true}, nil
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
