package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

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
	in, err := gocv.VideoCaptureFile(path)
	if err != nil {
		return fmt.Errorf("%s: neither an image nor a video", path)
	}
	defer in.Close()
	fps := in.Get(gocv.VideoCaptureFPS)
	if !(fps > 1 && fps < 1000) {
		fps = 25
	}
	m := gocv.NewMat()
	defer m.Close()
	var out *gocv.VideoWriter
	defer func() {
		if out != nil {
			_ = out.Close()
		}
	}()
	j.detector.Reset()
	frames := 0
	for ; in.Read(&m) && !m.Empty(); frames++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		var d msg.Detection
		if err := j.detect(&m, int64(frames), int64(float64(frames)*1e9/fps), &d); err != nil {
			return fmt.Errorf("%s, frame %d: %w", path, frames, err)
		}
		if err := j.report.frame(path, frames, &d); err != nil {
			return err
		}
		if j.annotate == "" {
			continue
		}
		if out == nil {
			to := filepath.Join(j.annotate, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))+".mp4")
			if out, err = gocv.VideoWriterFile(to, "mp4v", fps, m.Cols(), m.Rows(), true); err != nil || !out.IsOpened() {
				return fmt.Errorf("writing %s: not possible", to)
			}
		}
		overlay.Draw(&m, &d, overlay.Options{Text: caption(&d)})
		if err := out.Write(m); err != nil {
			return fmt.Errorf("writing the annotated video of %s: %w", path, err)
		}
	}
	if frames == 0 {
		return fmt.Errorf("%s: no frame can be read from it; damaged, cut short or of a codec that OpenCV lacks", path)
	}
	return nil
}

// detect runs the detector on a BGR picture and measures the time that it takes.
func (j *detectJob) detect(m *gocv.Mat, id, sourceNs int64, d *msg.Detection) error {
	pixels, err := m.DataPtrUint8()
	if err != nil {
		return fmt.Errorf("reaching the picture's pixels: %w", err)
	}
	h := msg.NewFrameHeader(m.Cols(), m.Rows(), msg.BGR24)
	h.FrameID, h.SourceNs = id, sourceNs
	start := time.Now()
	if err := j.detector.Take(&h, pixels); err != nil {
		return err
	}
	if err := j.detector.Detect(d); err != nil {
		return err
	}
	if d.Flags&msg.DetectionCalibrationRefused != 0 && !j.refused {
		j.refused = true
		fmt.Fprintln(j.stderr, "lanectl:", j.calibration.Fits(m.Cols(), m.Rows(), h.CameraID))
	}
	d.ProcessingTimeMs = float64(time.Since(start)) / float64(time.Millisecond)
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
