package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"lanekeeper/calib"
	"lanekeeper/detect"
)

// detectJob is one call of lanectl detect: a detector that goes through files, and where its findings go.
type detectJob struct {
	detector detect.Detector
	report   reporter
	annotate string // folder for annotated pictures; empty = none

	calibration *calib.Calibration // nil = none
	refused     bool               // it was for other pictures, and that was said
	stderr      io.Writer
}

func detectCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := newFlags("detect", stderr, "[flags] FILE…",
		"Finds the lane's lines in images, videos and folders of images. Images are independent of each",
		"other; the frames of a video are a sequence.")
	chosen := newDetectorFlags(fs)
	asJSON := fs.Bool("json", false, "write one JSON object a frame and line")
	annotate := fs.String("annotate", "", "`folder` to write annotated images and videos to")
	fs.StringVar(&chosen.calibration, "calibration", "", "`file` that lanectl calibrate wrote, for lengths in metres")
	if err := parseFlags(fs, args, true); err != nil {
		return err
	}
	if fs.NArg() == 0 {
		return usageError{errors.New("detect: no file given")}
	}
	o, err := chosen.options(ctx)
	if err != nil {
		return err
	}
	if o.Calibration != nil && o.Calibration.Ground == nil && !o.Params.Camera.Known() {
		fmt.Fprintln(stderr, "lanectl: the calibration has no ground part: lengths are in lane widths; lanectl calibrate ground adds it")
	}
	detector, err := detect.New(chosen.method, o)
	if err != nil {
		return err
	}
	defer detector.Close()
	job := detectJob{detector: detector, calibration: o.Calibration, stderr: stderr, report: newReporter(stdout, *asJSON), annotate: *annotate}
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
