package main

import (
	"context"
	"time"

	"lanekeeper/shm"
)

// lockstep shows a frame, waits for the command that answers it, and lets one period pass: as fast as the pipeline goes, and the
// same drive every time. A daemon that is restarted meanwhile finds the frame and goes on from it.
func (s *simulator) lockstep(ctx context.Context) error {
	for !s.over() && ctx.Err() == nil {
		shown, err := s.show(shm.NowNs())
		if err != nil {
			return err
		}
		if !shown {
			s.pause(ctx)
			continue
		}
		if err := s.answer(ctx, 0); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		// While the simulation waits no time passes in it, so a command is judged at the moment it was made.
		steering, throttle, brake := s.command.Drive(s.command.CommandNs)
		d := drive{steering, throttle, brake}
		s.world.Step(s.period, d.steering, d.throttle, d.brake)
		if err := s.settle(d); err != nil {
			return err
		}
	}
	return nil
}

// pause waits a period before a frame that could not be shown is tried again.
func (s *simulator) pause(ctx context.Context) {
	s.beat()
	s.report.stalled("frames cannot be written")
	t := time.NewTimer(s.period)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
