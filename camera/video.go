package camera

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// video plays a video file. Frames come at the times that the recording has for them, or at a rate of their own.
type video struct {
	config  Config
	clock   clock
	convert *converter
	capture *gocv.VideoCapture
	frame   gocv.Mat
	pace    pacer
	fps     float64
	index   int64 // frames decoded since the recording began
	looped  bool  // the next frame is the first of a repetition
	stamp   stamp
	to      Format
}

func openVideo(c Config, k clock) (Source, error) {
	v := &video{config: c, clock: k, frame: gocv.NewMat(), pace: pacer{asap: c.Pacing == PacingASAP, now: k.monotonicNs}}
	if err := v.open(); err != nil {
		return nil, errors.Join(err, v.frame.Close())
	}
	width, height := int(v.capture.Get(gocv.VideoCaptureFrameWidth)), int(v.capture.Get(gocv.VideoCaptureFrameHeight))
	v.fps = c.FPS
	if v.fps == 0 {
		v.fps = v.capture.Get(gocv.VideoCaptureFPS)
	}
	if !(v.fps > 0 && v.fps <= 1000) {
		v.fps = 30 // the file does not say
	}
	v.pace.fps = v.fps
	var err error
	if v.to, err = c.target(width, height, v.fps, fmt.Sprintf("%s (%d×%d)", c.Path, width, height)); err != nil {
		return nil, errors.Join(err, v.capture.Close(), v.frame.Close())
	}
	v.convert = newConverter(v.to, c.Rotate)
	return v, nil
}

// open opens the file at the start position. The capture is nil after an error.
func (v *video) open() error {
	path := v.config.Path
	st, err := os.Stat(path)
	switch {
	case err != nil:
		return fmt.Errorf("opening the video: %w", err)
	case st.IsDir():
		return fmt.Errorf("opening the video: %s is a folder: use source images for a folder of images", path)
	case st.Size() == 0:
		return fmt.Errorf("opening the video: %s is empty", path)
	}
	switch text, err := beginsAsText(path); {
	case err != nil:
		return fmt.Errorf("opening the video: %w", err)
	case text:
		return fmt.Errorf("opening the video: %s is a text file", path)
	}
	capture, err := gocv.VideoCaptureFileWithAPI(path, gocv.VideoCaptureFFmpeg)
	if err != nil {
		err = fmt.Errorf("opening the video: %s is not a video that FFmpeg can read, or only its beginning (see: ffprobe %s)", path, path)
		return errors.Join(err, capture.Close())
	}
	if v.config.Start > 0 {
		capture.Set(gocv.VideoCapturePosMsec, float64(v.config.Start.Milliseconds()))
	}
	v.capture, v.index = capture, 0
	return nil
}

func (v *video) Format() Format { return v.to }

func (v *video) Lost() uint64 { return 0 }

func (v *video) Grab(ctx context.Context) error {
	if v.capture == nil {
		return fmt.Errorf("playing %s: %w", v.config.Path, os.ErrClosed)
	}
	if !v.capture.Read(&v.frame) || v.frame.Empty() {
		if err := v.again(); err != nil {
			return err
		}
	}
	position := v.positionNs()
	v.index++
	v.stamp.flags = 0
	if v.looped {
		v.pace.restart(v.stamp.sourceNs-position, int64(1e9/v.fps))
		v.stamp.flags, v.looped = msg.FrameLoopStart, false
	}
	if err := v.pace.wait(ctx, position); err != nil {
		return fmt.Errorf("playing %s: %w", v.config.Path, err)
	}
	v.stamp.sourceNs, v.stamp.captureNs = position, v.clock.monotonicNs()
	return nil
}

// again goes on after the last frame: it begins anew, or says that this was the end. The first frame is taken then.
func (v *video) again() error {
	path := v.config.Path
	if v.index == 0 {
		return fmt.Errorf("playing %s: no frame can be decoded from %v on", path, v.config.Start)
	}
	if !v.config.Loop {
		if promised := int64(v.capture.Get(gocv.VideoCaptureFrameCount)); v.config.Start == 0 && v.index < promised*9/10 {
			return fmt.Errorf("playing %s: only %d of %d frames are there (cut off?): %w", path, v.index, promised, io.EOF)
		}
		return fmt.Errorf("playing %s: %w", path, io.EOF)
	}
	// Opened anew, as seeking is not possible in every format, and as the file may have been replaced.
	err := v.capture.Close()
	v.capture = nil
	if err := errors.Join(err, v.open()); err != nil {
		return fmt.Errorf("playing again: %w", err)
	}
	if !v.capture.Read(&v.frame) || v.frame.Empty() {
		return fmt.Errorf("playing %s again: no frame can be decoded from %v on", path, v.config.Start)
	}
	v.looped = true
	return nil
}

// positionNs is the time in the recording of the frame just read.
func (v *video) positionNs() int64 {
	if v.config.FPS == 0 {
		if ms := v.capture.Get(gocv.VideoCapturePosMsec); ms > 0 {
			return int64(ms*1e3+0.5) * 1e3 // container time bases are coarser than a microsecond
		}
	}
	return int64(float64(v.index)/v.fps*1e9+0.5) + int64(v.config.Start)
}

func (v *video) Retrieve(h *msg.FrameHeader, dst []byte) error {
	p, err := matPicture(&v.frame)
	if err != nil {
		return fmt.Errorf("playing %s: %w", v.config.Path, err)
	}
	if err := v.convert.write(p, h, dst); err != nil {
		return fmt.Errorf("playing %s: %w", v.config.Path, err)
	}
	v.stamp.write(h, v.clock)
	return nil
}

func (v *video) Close() error {
	if v.convert == nil {
		return nil
	}
	err := errors.Join(v.convert.close(), v.frame.Close())
	v.convert = nil
	if v.capture != nil {
		err = errors.Join(err, v.capture.Close())
		v.capture = nil
	}
	return err
}
