package main

import (
	"context"

	"lanekeeper/shm"
)

// lockstep shows a frame, waits for the command that answers it, and lets one period pass: as fast as the pipeline goes, and the
// same drive every time. A daemon that is restarted meanwhile finds the frame and goes on from it.
func (s *simulator) lockstep(ctx context.Context) error {
	for !s.over() {
		if err := s.show(shm.NowNs()); err != nil {
			if s.passing(err) {
				continue
			}
			return err
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
