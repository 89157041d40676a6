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

func newStage(d *daemon.Daemon[config], c *control.Controller, act actuator.Actuator, out *shm.Writer, l latch) (*stage, error) {
	s := &stage{cfg: d.Config(), controller: c, actuator: act, out: out, changes: make(chan control.Params, 1)}
	wait, err := shm.ParseWait(s.cfg.Wait)
	if err != nil {
		return nil, err
	}
	s.report = newReport(d, s)
	if s.in, err = shm.Open(shm.ReaderOptions{
		Dir: d.ShmDir, Prefix: d.Prefix, Name: s.cfg.DetectionShmName, Kind: msg.KindDetection, Wait: wait, Idle: s.report.waiting,
	}); err != nil {
		return nil, err
	}
	measureReader(d.Part("control"), s.in.Stats)
	s.operator = newOperator(d, l, s.report)
	d.OnChange(s.change)
	return s, nil
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
				s.report.lost(err)
			}
		case !errors.Is(err, os.ErrDeadlineExceeded):
			s.report.lost(err)
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

// orders carries out what operators want, and arms by itself where that is allowed and no operator wants it otherwise.
func (s *stage) orders() bool {
	ordered := s.operator.serve(s.controller)
	select {
	case p := <-s.changes:
		if err := s.controller.SetParams(p); err != nil {
			s.report.unchanged(err)
		}
		ordered = true
	default:
	}
	st := s.controller.Status()
	alone := s.cfg.Arm == armAuto && !s.operator.handsOff && !st.RanOut
	if alone && !st.Armed && !st.Emergency && st.Inputs == msg.ReasonNone {
		ordered = s.controller.Rearm(shm.NowNs()) == nil || ordered
	}
	return ordered
}

// step computes the command for now, and gives it out when it is news: a tick that finds everything in order is none. A
// command that the actuator did not take is, until it takes one: nothing else may come to stop the vehicle with.
func (s *stage) step(in *control.Input, ordered bool) error {
	in.NowNs = shm.NowNs()
	command := s.controller.Step(*in)
	changed := command.Mode != s.command.Mode || command.Reason != s.command.Reason
	s.command = command
	var err error
	if news := in.Detection != nil || ordered || changed || s.failed; news {
		began := shm.NowNs()
		applied := s.actuator.Apply(&command, in.NowNs)
		s.report.metrics.given(&command, shm.NowNs()-began)
		if s.failed = applied != nil; s.failed {
			s.report.refused(&command, applied)
		}
		err = s.out.Write(command.Bytes())
		if err == nil && in.Detection != nil {
			s.report.command(&command, in.Detection, in.PublishNs)
		}
	} else {
		err = s.out.Check()
	}
	s.report.alive(&command, s.controller, ordered)
	return s.check(err)
}

// check lets every trouble with the segment pass but that it is another's now: two controllers must not steer.
func (s *stage) check(err error) error {
	if errors.Is(err, shm.ErrLost) {
		return err
	}
	if err != nil {
		s.report.unpublished(&s.command, err)
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
