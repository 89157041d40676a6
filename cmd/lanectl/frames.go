package main

import (
	"context"
	"fmt"

	"gocv.io/x/gocv"
)

// defaultFPS is that of videos which do not tell theirs, and of pictures that are taken as frames of a drive.
const defaultFPS = 25

// eachFrame reads a video and calls f for each frame, a BGR picture that f may draw on, with its index and the video's rate.
func eachFrame(ctx context.Context, path string, f func(m *gocv.Mat, frame int, fps float64) error) error {
	in, err := gocv.VideoCaptureFile(path)
	if err != nil {
		return fmt.Errorf("%s: neither an image nor a video", path)
	}
	defer in.Close()
	fps := in.Get(gocv.VideoCaptureFPS)
	if !(fps > 1 && fps < 1000) {
		fps = defaultFPS
	}
	m := gocv.NewMat()
	defer m.Close()
	frames := 0
	for ; in.Read(&m) && !m.Empty(); frames++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(&m, frames, fps); err != nil {
			return err
		}
	}
	if frames == 0 {
		return fmt.Errorf("%s: no frame can be read from it; damaged, cut short or of a codec that OpenCV lacks", path)
	}
	return nil
}

// frameNs is a frame's time in its video.
func frameNs(frame int, fps float64) int64 { return int64(float64(frame) * 1e9 / fps) }
