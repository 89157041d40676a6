package main

import (
	"context"
	"errors"
	"os"
	"time"

	"lanekeeper/shm"
)

// patience is how long the end of a drive waits for the command to its last frame.
const patience = 200 * time.Millisecond

// answer waits for the command to the frame last shown; os.ErrDeadlineExceeded after CLOCK_MONOTONIC deadlineNs, which is 0
// for never.
func (s *simulator) answer(ctx context.Context, deadlineNs int64) error {
	for {
		switch err := s.commands.NextUntil(ctx, deadlineNs); {
		case errors.Is(err, shm.ErrTruncated):
			continue
		case err != nil:
			return err
		}
		rec, err := s.commands.Latest(s.buffer[:])
		switch {
		case err == nil:
			err = s.command.Decode(rec.Payload)
		case errors.Is(err, shm.ErrNoSegment), errors.Is(err, shm.ErrNoRecord):
			continue // closed since Next saw the command: another segment will follow
		}
		if err != nil {
			s.report.lost(err)
			continue
		}
		if s.answered() {
			return nil
		}
	}
}

// answered tells whether the newest command taken answers the frame last shown.
func (s *simulator) answered() bool {
	return s.command.FrameID == s.header.FrameID && s.command.CaptureNs == s.header.CaptureNs
}

// linger keeps the last frame until it has its command: whoever counts then finds every frame evaluated or passed over. It
// waits for no controller that is not there.
func (s *simulator) linger() error {
	if s.answered() || !s.commands.Stats().Attached {
		return nil
	}
	err := s.answer(context.Background(), shm.NowNs()+int64(patience))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil
	}
	return err
}
