package sender

import (
	"context"
	"errors"
	"os"
	"sync/atomic"

	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/telemetry"
)

// Encoder makes pictures of frames: Take while the frame lies in shared memory, then Encode.
type Encoder interface {
	Take(h *msg.FrameHeader, pixels []byte) error
	Encode() (jpeg []byte, width, height int, err error)
	Close() error
}

// frames sends the newest frame, when it is time for one and somebody looks.
type frames struct {
	in      *shm.Reader
	encoder Encoder
	pub     *publisher
	pairs   *pairs
	lanes   *lanes
	pace    pacer
	rate    rate
	unsent  atomic.Uint64

	header  msg.FrameHeader
	chosen  bool
	publish int64
}

func (f *frames) round(ctx context.Context) error {
	if !f.pub.wanted(ctx, telemetry.TopicFrame) {
		return nil
	}
	if ok, err := waitNext(ctx, f.in, forever); !ok {
		return err
	}
	due := f.pace.due(shm.NowNs())
	err := f.in.View(func(rec shm.Record) error {
		h, pixels, err := msg.DecodeFrame(rec.Payload)
		f.chosen = false
		if err != nil {
			return err
		}
		f.header, f.publish = h, rec.PublishNs
		if due {
			err = f.encoder.Take(&h, pixels)
			f.chosen = err == nil
		}
		return err
	})
	switch {
	case isNothing(err) || errors.Is(err, shm.ErrOverrun):
		return nil
	case err != nil:
		f.unsent.Add(1)
		return err
	}
	if s, send := f.pairs.sawFrame(f.header.CaptureNs, f.publish, shm.NowNs(), f.chosen); send {
		if err := f.lanes.send(&s); err != nil {
			return err
		}
	}
	if !f.chosen {
		return nil
	}
	return f.send()
}

func (f *frames) send() error {
	began := shm.NowNs()
	picture, w, h, err := f.encoder.Encode()
	if err != nil {
		f.unsent.Add(1)
		return err
	}
	now := shm.NowNs()
	f.rate.Observe(now, now-began)
	return f.pub.send(telemetry.TopicFrame, telemetry.Frame{
		Timestamp: f.header.Timestamp, FrameID: f.header.FrameID, Width: w, Height: h, JPEGSize: len(picture),
	}, picture)
}

// isNothing tells that there is nothing to read, which is no fault.
func isNothing(err error) bool {
	return errors.Is(err, shm.ErrNoSegment) || errors.Is(err, shm.ErrNoRecord) || errors.Is(err, os.ErrDeadlineExceeded)
}
