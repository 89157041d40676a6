package bench

import (
	"context"
	"errors"
	"fmt"

	"lanekeeper/shm"
)

// shmReceiver takes records from a segment.
type shmReceiver struct {
	reader *shm.Reader
	figure Figure
	last   uint64
	rec    shm.Record
	sum    uint64
	look   func(shm.Record) error
}

// newShmReceiver attaches to the segment, which is there.
func newShmReceiver(j job) (*shmReceiver, error) {
	r, err := shm.Open(shm.ReaderOptions{Dir: j.Dir, Prefix: j.Prefix, Name: segmentName, Wait: j.Step.Wait})
	if err != nil {
		return nil, err
	}
	s := &shmReceiver{reader: r, figure: j.Step.Figure}
	s.look = func(rec shm.Record) error {
		s.rec = rec
		if s.figure == Delivery {
			s.sum = sum(rec.Payload)
		}
		return nil
	}
	if err := r.View(s.look); !errors.Is(err, shm.ErrNoRecord) {
		return nil, fmt.Errorf("attaching to the segment: %w", errors.Join(err, r.Close()))
	}
	return s, nil
}

func (s *shmReceiver) receive() (int64, uint64, error) {
	err := s.reader.Next(context.Background())
	now := shm.NowNs()
	if err != nil {
		return 0, 0, err
	}
	if err := s.reader.View(s.look); err != nil {
		return 0, 0, err
	}
	if s.figure == Delivery {
		now = shm.NowNs()
	}
	if s.rec.N != s.last+1 {
		return 0, 0, fmt.Errorf("record %d came after %d", s.rec.N, s.last)
	}
	s.last = s.rec.N
	return now - s.rec.PublishNs, s.sum, nil
}

func (s *shmReceiver) close() { _ = s.reader.Close() }
