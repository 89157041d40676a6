package sender

import (
	"context"
	"errors"

	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/telemetry"
)

// lanes sends what was found in the frames that are sent; while none are, as many detections as are due.
type lanes struct {
	in    *shm.Reader
	pub   *publisher
	pairs *pairs
	pace  pacer

	buffer    [msg.DetectionBytes]byte
	detection msg.Detection
}

func (l *lanes) round(ctx context.Context) error {
	if !l.pub.wanted(ctx, telemetry.TopicDetection, telemetry.TopicLane) {
		return nil
	}
	if ok, err := waitNext(ctx, l.in, forever); !ok {
		return err
	}
	rec, err := l.in.Latest(l.buffer[:])
	if isNothing(err) || errors.Is(err, shm.ErrOverrun) {
		return nil
	}
	if err == nil {
		err = l.detection.Decode(rec.Payload)
	}
	if err != nil {
		return err
	}
	if s, send := l.pairs.sawLanes(&l.detection, rec.PublishNs, shm.NowNs(), l.pace.due); send {
		return l.send(&s)
	}
	return nil
}

// send publishes both forms of a detection. It is called from the loops of the frames and of the lanes.
func (l *lanes) send(s *sight) error {
	err := l.pub.send(telemetry.TopicDetection, telemetry.DetectionOf(&s.detection))
	full := telemetry.LaneOf(&s.detection)
	full.FramePublishedNs, full.PublishedNs, full.SentNs = s.framePublishedNs, s.publishNs, shm.NowNs()
	return errors.Join(err, l.pub.send(telemetry.TopicLane, full))
}
