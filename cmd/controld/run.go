package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"time"

	"lanekeeper/actuator"
	"lanekeeper/control"
	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// tick is the longest that the loop waits: so soon an operator's order is carried out.
const tick = 20 * time.Millisecond

// run steers until ctx ends, and leaves the actuator neutral whichever way it ends.
func run(ctx context.Context, d *daemon.Daemon[config]) (err error) {
	cfg := d.Config()
	controller, err := control.New(cfg.Control)
	if err != nil {
		return err
	}
	latch := newLatch(cfg.StateDir, d.Prefix)
	stopped, err := latch.set()
	if stopped {
		controller.EmergencyStop()
	}
	if err != nil {
		return err
	}
	act, err := actuator.New(cfg.Actuator)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, act.Halt(), act.Close()) }()
	if err := remember(d.Place, cfg.Actuator); err != nil {
		return err
	}
	s := &stage{cfg: cfg, controller: controller, actuator: act, changes: make(chan control.Params, 1)}
	if s.out, err = shm.Create(shm.WriterOptions{
		Dir: d.ShmDir, Prefix: d.Prefix, Name: cfg.CommandShmName, Kind: msg.KindCommand, Slots: cfg.Slots, PayloadBytes: msg.CommandBytes,
	}); err != nil {
		return err
	}
	defer s.out.Close()
	wait, err := shm.ParseWait(cfg.Wait)
	if err != nil {
		return err
	}
	s.report = newReport(d, s)
	if s.in, err = shm.Open(shm.ReaderOptions{
		Dir: d.ShmDir, Prefix: d.Prefix, Name: cfg.DetectionShmName, Kind: msg.KindDetection, Wait: wait,
	}); err != nil {
		return err
	}
	defer s.in.Close()
	s.operator = newOperator(d, latch)
	d.OnChange(s.change)
	d.Notify.Ready()
	return s.loop(ctx)
}

// stage is the path of a detection through this process.
type stage struct {
	cfg        config
	in         *shm.Reader
	controller *control.Controller
	actuator   actuator.Actuator
	out        *shm.Writer
	operator   *operator
	report     *report
	changes    chan control.Params

	buffer    [msg.DetectionBytes]byte
	detection msg.Detection
	command   msg.Command
	failed    bool // the last command could not be applied
}

func (s *stage) loop(ctx context.Context) error {
	for {
		deadline := min(s.controller.NextDeadlineNs(), shm.NowNs()+int64(tick))
		err := s.in.NextUntil(ctx, deadline)
		if ctx.Err() != nil {
			return s.end()
		}
		in := control.Input{SpeedMps: math.NaN(), ActuatorFailed: s.failed}
		switch {
		case err == nil:
			if err := s.take(&in); err != nil && !vanished(err) {
				s.report.trouble(err)
			}
		case !errors.Is(err, os.ErrDeadlineExceeded):
			s.report.trouble(err)
		}
		ordered := s.orders()
		if err := s.step(&in, ordered); err != nil {
			return err
		}
	}
}

// vanished tells that the detector closed its segment, or made it anew, since a record was seen there: no fault, and what
// follows is waited for.
func vanished(err error) bool {
	return errors.Is(err, shm.ErrNoSegment) || errors.Is(err, shm.ErrNoRecord)
}

// take copies the newest detection: what steers a vehicle is not looked at in place.
func (s *stage) take(in *control.Input) error {
	rec, err := s.in.Latest(s.buffer[:])
	if err != nil {
		return fmt.Errorf("taking a detection: %w", err)
	}
	if err := s.detection.Decode(rec.Payload); err != nil {
		return err
	}
	in.Detection, in.PublishNs = &s.detection, rec.PublishNs
	return nil
}

// orders carries out what operators want, and arms by itself where that is allowed.
func (s *stage) orders() bool {
	ordered := s.operator.serve(s.controller)
	select {
	case p := <-s.changes:
		if err := s.controller.SetParams(p); err != nil {
			s.report.trouble(err)
		}
		ordered = true
	default:
	}
	if st := s.controller.Status(); s.cfg.Arm == armAuto && !st.Armed && !st.Emergency && st.Inputs == msg.ReasonNone {
		ordered = s.controller.Arm(shm.NowNs()) == nil || ordered
	}
	return ordered
}

// step computes the command for now, and gives it out when it is news: a tick that finds everything in order is none.
func (s *stage) step(in *control.Input, ordered bool) error {
	in.NowNs = shm.NowNs()
	command := s.controller.Step(*in)
	news := in.Detection != nil || ordered || command.Mode != s.command.Mode || command.Reason != s.command.Reason
	s.command = command
	s.report.alive(&command, s.controller)
	if !news {
		return s.check(s.out.Check())
	}
	applied := s.actuator.Apply(&command, in.NowNs)
	if s.failed = applied != nil; s.failed {
		s.report.trouble(applied)
	}
	if err := s.check(s.out.Write(command.Bytes())); err != nil {
		return err
	}
	if in.Detection != nil {
		s.report.command(&command, in.Detection)
	}
	return nil
}

// check lets every trouble with the segment pass but that it is another's now: two controllers must not steer.
func (s *stage) check(err error) error {
	if errors.Is(err, shm.ErrLost) {
		return err
	}
	if err != nil {
		s.report.trouble(err)
	}
	return nil
}

// end gives out the last command, a neutral one.
func (s *stage) end() error {
	s.controller.Shutdown()
	command := s.controller.Step(control.Input{NowNs: shm.NowNs(), SpeedMps: math.NaN()})
	return errors.Join(s.actuator.Apply(&command, shm.NowNs()), s.out.Write(command.Bytes()))
}

// change hands changed parameters to the control loop; it runs in another goroutine.
func (s *stage) change(c config) error {
	if _, err := control.New(c.Control); err != nil {
		return err
	}
	select {
	case <-s.changes: // an older change that the loop has not seen yet
	default:
	}
	s.changes <- c.Control
	return nil
}
