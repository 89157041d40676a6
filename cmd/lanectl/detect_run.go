package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
	"lanekeeper/overlay"
)

// file finds the lanes in an image or a video.
func (j *detectJob) file(ctx context.Context, path string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if isVideoName(path) {
		return j.video(ctx, path)
	}
	m, err := readImage(path)
	if errors.Is(err, errNoImage) && !isImageName(path) {
		return j.video(ctx, path)
	}
	if err != nil {
		return err
	}
	defer m.Close()
	j.detector.Reset()
	var d msg.Detection
	if err := j.detect(&m, 0, 0, &d); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := j.report.frame(path, -1, &d); err != nil {
		return err
	}
	if j.annotate == "" {
		return nil
	}
	overlay.Draw(&m, &d, overlay.Options{Text: caption(&d)})
	to := filepath.Join(j.annotate, filepath.Base(path))
	if !isImageName(to) {
		to += ".png"
	}
	if !gocv.IMWrite(to, m) {
		return fmt.Errorf("writing %s: not possible", to)
	}
	return nil
}

// video finds the lanes in the frames of a video, one after the other.
func (j *detectJob) video(ctx context.Context, path string) error {
	var out *gocv.VideoWriter
	defer func() {
		if out != nil {
			_ = out.Close()
		}
	}()
	j.detector.Reset()
	return eachFrame(ctx, path, func(m *gocv.Mat, frame int, fps float64) error {
		var d msg.Detection
		if err := j.detect(m, int64(frame), frameNs(frame, fps), &d); err != nil {
			return fmt.Errorf("%s, frame %d: %w", path, frame, err)
		}
		if err := j.report.frame(path, frame, &d); err != nil || j.annotate == "" {
			return err
		}
		if out == nil {
			var err error
			to := filepath.Join(j.annotate, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))+".mp4")
			if out, err = gocv.VideoWriterFile(to, "mp4v", fps, m.Cols(), m.Rows(), true); err != nil || !out.IsOpened() {
				return fmt.Errorf("writing %s: not possible", to)
			}
		}
		overlay.Draw(m, &d, overlay.Options{Text: caption(&d)})
		if err := out.Write(*m); err != nil {
			return fmt.Errorf("writing the annotated video of %s: %w", path, err)
		}
		return nil
	})
}

// detect finds the lanes in a BGR picture, and says once that the calibration is for others, if it is.
func (j *detectJob) detect(m *gocv.Mat, id, sourceNs int64, d *msg.Detection) error {
	if err := detectIn(j.detector, m, id, sourceNs, d); err != nil {
		return err
	}
	if d.Flags&msg.DetectionCalibrationRefused != 0 && !j.refused {
		j.refused = true
		fmt.Fprintln(j.stderr, "lanectl:", j.calibration.Fits(m.Cols(), m.Rows(), 0))
	}
	return nil
}

// caption is what stands in an annotated picture's corner.
func caption(d *msg.Detection) []string {
	unit := "m"
	if d.Flags&msg.DetectionUncalibrated != 0 {
		unit = "lane widths"
	}
	return []string{
		fmt.Sprintf("L %s  R %s  %.2f ms", confidence(d.HasLeftLane, d.LeftLane), confidence(d.HasRightLane, d.RightLane), d.ProcessingTimeMs),
		"offset " + quantity(d.OffsetM, "%+.2f "+unit),
	}
}
