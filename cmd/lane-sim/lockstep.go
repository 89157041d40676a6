package main

import (
	"context"
	"errors"

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
		if err := s.answer(ctx); err != nil {
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

// answer waits for the command to the frame last shown.
func (s *simulator) answer(ctx context.Context) error {
	for {
		switch err := s.commands.Next(ctx); {
		case errors.Is(err, shm.ErrTruncated):
			continue
		case err != nil:
			return err
		}
		rec, err := s.commands.Latest(s.buffer[:])
		if err == nil {
			err = s.command.Decode(rec.Payload)
		}
		if err != nil {
			s.report.trouble(err)
			continue
		}
		if s.command.FrameID == s.header.FrameID && s.command.CaptureNs == s.header.CaptureNs {
			return nil
		}
	}
}
