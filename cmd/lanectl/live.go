package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gocv.io/x/gocv"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// liveFrames hands frames of the running camera to use, the newest each time, until use is done or ctx ends. The pixels
// are a copy: use may take its time.
func liveFrames(
	ctx context.Context, place daemon.Place, name string, use func(h *msg.FrameHeader, pixels []byte) (done bool, err error),
) error {
	var waited error
	in, err := shm.Open(shm.ReaderOptions{
		Dir: place.ShmDir, Prefix: place.Prefix, Name: name, Kind: msg.KindFrame,
		Idle: func(why error) { waited = why },
	})
	if err != nil {
		return err
	}
	defer in.Close()
	var h msg.FrameHeader
	var pixels []byte
	take := func(rec shm.Record) error {
		header, p, err := msg.DecodeFrame(rec.Payload)
		h, pixels = header, append(pixels[:0], p...)
		return err
	}
	first := true
	for {
		err := nextFrame(ctx, in, first)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, context.DeadlineExceeded):
			return fmt.Errorf("no frame in %s: is camerad running? lanectl status tells: %w", name, errors.Join(waited, err))
		case err == nil:
			err = in.View(take)
		}
		if passing(err) {
			continue
		}
		if err != nil {
			return fmt.Errorf("reading a frame: %w", err)
		}
		first = false
		if done, err := use(&h, pixels); done || err != nil {
			return err
		}
	}
}

// passing tells whether an error costs one frame: the camera has just gone, or is faster than a copy.
func passing(err error) bool {
	return errors.Is(err, shm.ErrNoSegment) || errors.Is(err, shm.ErrNoRecord) || errors.Is(err, shm.ErrOverrun) ||
		errors.Is(err, shm.ErrTruncated)
}

// firstFrameTime is how long the first frame may take to come.
const firstFrameTime = 5 * time.Second

func nextFrame(ctx context.Context, in *shm.Reader, first bool) error {
	if !first {
		return in.Next(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, firstFrameTime)
	defer cancel()
	return errors.Join(in.Next(ctx), ctx.Err())
}

// greyOf is a frame's brightness as a picture of its own.
func greyOf(h *msg.FrameHeader, pixels []byte) (gocv.Mat, error) {
	w, rows, stride := int(h.Width), int(h.Height), int(h.Stride)
	if h.PixelFormat == msg.JPEG {
		m, err := gocv.IMDecode(pixels, gocv.IMReadGrayScale)
		if err != nil || m.Empty() {
			return gocv.NewMat(), errors.Join(errors.New("a frame that is no JPEG picture"), err, m.Close())
		}
		return m, nil
	}
	grey := make([]byte, 0, w*rows)
	for y := range rows {
		row := pixels[y*stride:]
		for x := range w {
			switch h.PixelFormat {
			case msg.YUYV:
				grey = append(grey, row[2*x])
			case msg.RGB24:
				grey = append(grey, luma(row[3*x], row[3*x+1], row[3*x+2]))
			case msg.BGR24:
				grey = append(grey, luma(row[3*x+2], row[3*x+1], row[3*x]))
			default:
				grey = append(grey, row[x])
			}
		}
	}
	m, err := gocv.NewMatFromBytes(rows, w, gocv.MatTypeCV8UC1, grey)
	if err != nil {
		return m, fmt.Errorf("making a picture of a frame: %w", err)
	}
	defer m.Close()
	return m.Clone(), nil // with memory of its own
}

// luma is the brightness as in ITU-R BT.601.
func luma(r, g, b byte) byte { return byte((299*int(r) + 587*int(g) + 114*int(b) + 500) / 1000) }
