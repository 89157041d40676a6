package camera

import (
	"context"
	"errors"
	"fmt"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// gstreamer takes pictures from a GStreamer pipeline.
type gstreamer struct {
	pipeline string
	clock    clock
	convert  *converter
	capture  *gocv.VideoCapture
	frame    gocv.Mat
	stamp    stamp
	firstNs  int64
	to       Format
}

func openGStreamer(c Config, pipeline string, k clock) (Source, error) {
	capture, err := gocv.VideoCaptureFileWithAPI(pipeline, gocv.VideoCaptureGstreamer)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting the pipeline: GStreamer refuses it; its reason is on standard error; try it with: "+
			"gst-launch-1.0 %s", pipeline), capture.Close())
	}
	width, height := int(capture.Get(gocv.VideoCaptureFrameWidth)), int(capture.Get(gocv.VideoCaptureFrameHeight))
	fps := capture.Get(gocv.VideoCaptureFPS)
	g := &gstreamer{pipeline: pipeline, clock: k, capture: capture}
	if g.to, err = c.target(width, height, fps, fmt.Sprintf("%s (%d×%d)", pipeline, width, height)); err != nil {
		return nil, errors.Join(err, capture.Close())
	}
	g.to.Camera = c.camera(pipeline, width, height)
	g.convert, g.frame = newConverter(g.to, c.Rotate), gocv.NewMat()
	return g, nil
}

func (g *gstreamer) Format() Format { return g.to }

// Lost is 0: the sink drops older frames without counting them.
func (g *gstreamer) Lost() uint64 { return 0 }

// Grab looks at its context only before it waits, as GStreamer cannot be interrupted.
func (g *gstreamer) Grab(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("capturing from the pipeline: %w", err)
	}
	if !g.capture.Read(&g.frame) || g.frame.Empty() {
		return fmt.Errorf("capturing from the pipeline: it ended or failed; try it with: gst-launch-1.0 %s", g.pipeline)
	}
	g.stamp.captureNs = g.clock.monotonicNs()
	if g.firstNs == 0 {
		g.firstNs = g.stamp.captureNs
	}
	g.stamp.sourceNs = g.stamp.captureNs - g.firstNs
	return nil
}

func (g *gstreamer) Retrieve(h *msg.FrameHeader, dst []byte) error {
	p, err := matPicture(&g.frame)
	if err == nil {
		err = g.convert.write(p, h, dst)
	}
	if err != nil {
		return fmt.Errorf("capturing from the pipeline (it should end in video/x-raw,format=BGR ! %s): %w", appsink, err)
	}
	g.stamp.write(h, g.clock)
	return nil
}

func (g *gstreamer) Close() error {
	if g.convert == nil {
		return nil
	}
	err := errors.Join(g.convert.close(), g.frame.Close(), g.capture.Close())
	g.convert = nil
	return err
}
