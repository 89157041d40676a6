package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"lanekeeper/detect"
	"lanekeeper/internal/modeltrial"
	"lanekeeper/manual"
)

// detectJob is one call of lanectl detect: a detector that goes through files, and where its findings go.
type detectJob struct {
	detector detect.Detector
	report   reporter
	annotate string // folder for annotated pictures; empty = none
}

func detectCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := newFlags("detect", stderr, "[flags] FILE…",
		"Finds the lane's lines in images, videos and folders of images. Images are independent of each",
		"other; the frames of a video are a sequence.")
	var method string
	fs.Var(manual.Text(&method, "cv", detect.Methods()...), "method", "detection `method`: "+strings.Join(detect.Methods(), ", "))
	asJSON := fs.Bool("json", false, "write one JSON object a frame and line")
	annotate := fs.String("annotate", "", "`folder` to write annotated images and videos to")
	config := fs.String("config", "", "YAML `file` with sections detect and model, as lane-detectd takes it")
	model := fs.String("model", "", "ONNX `file` of the network for the method dl; that of the section model if left out")
	gpu := fs.Int("gpu", -1, "CUDA `device` that the network runs on, from 0; -1 for none")
	if err := parseFlags(fs, args, true); err != nil {
		return err
	}
	if fs.NArg() == 0 {
		return usageError{errors.New("detect: no file given")}
	}
	options, err := detectOptions(*config)
	if err != nil {
		return err
	}
	options.GPU = *gpu
	if *model != "" {
		options.Model.File = *model
	}
	options.Trial = func(t *detect.Trial) error { return modeltrial.Run(ctx, t) }
	if !slices.Contains(detect.Methods(), method) {
		return usageError{fmt.Errorf("detect: method %q: one of %s expected", method, strings.Join(detect.Methods(), ", "))}
	}
	detector, err := detect.New(method, options)
	if err != nil {
		return err
	}
	defer detector.Close()
	job := detectJob{detector: detector, report: newReporter(stdout, *asJSON), annotate: *annotate}
	if *annotate != "" {
		if err := os.MkdirAll(*annotate, 0o755); err != nil {
			return fmt.Errorf("making the folder for annotated pictures: %w", err)
		}
	}
	bad, total := 0, 0
	for _, path := range fs.Args() {
		files, err := expand(path)
		if err == nil && len(files) == 0 {
			err = fmt.Errorf("%s: a folder without images", path)
		}
		if err != nil {
			files, bad, total = nil, bad+1, total+1
			fmt.Fprintln(stderr, "lanectl:", err)
		}
		for _, f := range files {
			total++
			if err := job.file(ctx, f); err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				bad++
				fmt.Fprintln(stderr, "lanectl:", err)
			}
		}
	}
	if err := job.report.flush(); err != nil {
		return fmt.Errorf("writing the findings: %w", err)
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d files failed", bad, total)
	}
	return nil
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
	return detect.Options{Params: file.Detect, Model: file.Model, GPU: -1}, nil
}
