package main

import (
	"context"
	"time"

	"lanekeeper/shm"
)

// maxLag is how far a drive in real time may fall behind the clock before it lets go of the time it missed.
const maxLag = 200 * time.Millisecond

// realtime shows a frame every period and lets the vehicle obey the newest command meanwhile.
func (s *simulator) realtime(ctx context.Context) error {
	due := shm.NowNs()
	before := due
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		now := shm.NowNs()
		s.report.metrics.lag.Observe(seconds(max(0, now-due)))
		if now-due > int64(maxLag) {
			due = now
		}
		drive := s.obey(now)
		s.world.Step(min(time.Duration(now-before), maxLag), drive.steering, drive.throttle, drive.brake)
		before = now
		if _, err := s.show(now); err != nil {
			return err
		}
		if err := s.settle(drive); err != nil {
			return err
		}
		if s.over() {
			return nil
		}
		due += int64(s.period)
		timer.Reset(time.Duration(due - shm.NowNs()))
	}
}

// obey is what the newest command says now. No segment, a closed one, no record and an expired one are neutral.
func (s *simulator) obey(nowNs int64) drive {
	rec, err := s.commands.Latest(s.buffer[:])
	if err == nil {
		err = s.command.Decode(rec.Payload)
	}
	if err != nil {
		s.report.unread(err)
		return drive{}
	}
	steering, throttle, brake := s.command.Drive(nowNs)
	return drive{steering, throttle, brake}
}
