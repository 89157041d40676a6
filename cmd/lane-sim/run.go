package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/internal/segmentlog"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/sim"
)

// run drives until ctx ends or the drive is over.
func run(ctx context.Context, d *daemon.Daemon[config]) (err error) {
	cfg := d.Config()
	scenario, err := sim.Load(cfg.Scenario)
	if err != nil {
		return err
	}
	world, err := sim.New(scenario, cfg.Seed)
	if err != nil {
		return err
	}
	s := &simulator{cfg: cfg, world: world, period: time.Duration(float64(time.Second) / scenario.Camera.FPS), beat: d.Notify.Watchdog}
	if err := s.open(d); err != nil {
		frames := segmentlog.Log{Log: d.Log.Logger, Place: d.Place, Name: cfg.ImageShmName}
		return frames.Owned(err)
	}
	s.report = newReport(d, s)
	defer func() { err = errors.Join(s.report.segment.Owned(err), s.close()) }()
	s.report.starting()
	d.Notify.Ready()
	drive := s.realtime
	if cfg.Pacing == lockstep {
		drive = s.lockstep
	}
	ctx, s.lose = context.WithCancelCause(ctx)
	defer s.lose(nil)
	if err := drive(ctx); err != nil {
		return err
	}
	if err := context.Cause(ctx); errors.Is(err, shm.ErrLost) {
		return err
	}
	return s.linger()
}

// simulator is a world with a camera segment to show it in and a command segment to obey.
type simulator struct {
	cfg    config
	world  *sim.World
	period time.Duration
	slots  int
	beat   func()
	lose   context.CancelCauseFunc // ends a drive whose segment is another's now

	frames   *shm.Writer
	commands *shm.Reader
	trace    *trace
	report   *report

	header  msg.FrameHeader
	buffer  [msg.CommandBytes]byte
	command msg.Command
}

func (s *simulator) open(d *daemon.Daemon[config]) error {
	format, err := msg.ParsePixelFormat(s.cfg.PixelFormat)
	if err != nil {
		return err
	}
	wait, err := shm.ParseWait(s.cfg.Wait)
	if err != nil {
		return err
	}
	s.header = s.world.Scenario().Frame(format)
	s.header.SourceID = rand.Uint64()
	if s.cfg.Pacing == lockstep {
		s.header.Flags = msg.FrameLockstep
	}
	s.slots = shm.SlotsFor(s.cfg.Hold, s.period)
	if s.frames, err = shm.Create(shm.WriterOptions{
		Dir: d.ShmDir, Prefix: d.Prefix, Name: s.cfg.ImageShmName, Kind: msg.KindFrame,
		Slots: s.slots, PayloadBytes: msg.FrameHeaderBytes + int(s.header.DataBytes),
	}); err != nil {
		return err
	}
	s.commands, err = shm.Open(shm.ReaderOptions{
		Dir: d.ShmDir, Prefix: d.Prefix, Name: s.cfg.CommandShmName, Kind: msg.KindCommand, Wait: wait, Idle: s.idle,
	})
	if err == nil {
		s.trace, err = newTrace(s.cfg.Trace)
	}
	if err == nil {
		err = s.cfg.tryOutputs()
	}
	if err != nil {
		return errors.Join(err, s.close())
	}
	return nil
}

func (s *simulator) close() error {
	var errs []error
	if s.frames != nil {
		errs = append(errs, s.frames.Close())
	}
	if s.commands != nil {
		errs = append(errs, s.commands.Close())
	}
	errs = append(errs, s.trace.close())
	if s.report != nil {
		errs = append(errs, s.report.write(s.cfg.Report))
	}
	return errors.Join(errs...)
}

// idle looks after what a frame's Write would look after, as none is written while the command to the last one is awaited.
func (s *simulator) idle(why error) {
	s.beat()
	switch err := s.frames.Check(); {
	case errors.Is(err, shm.ErrLost):
		s.lose(err)
	case err != nil:
		s.report.segment.Disorder(err)
	}
	s.report.waiting(why)
}

// over tells whether the drive has gone as far as it is to go.
func (s *simulator) over() bool {
	t := s.world.Truth()
	return s.cfg.Duration > 0 && t.TimeS >= s.cfg.Duration.Seconds() || s.cfg.DistanceM > 0 && t.ProgressM >= s.cfg.DistanceM
}

// show renders what the camera sees straight into the next slot. The picture is taken at captureNs, before it is drawn: as
// with a camera, the readout counts towards its age. It returns false when this frame is lost and the next one may not be.
func (s *simulator) show(captureNs int64) (bool, error) {
	s.header.FrameID++
	s.header.CaptureNs = captureNs
	s.header.SourceNs = int64(s.world.Truth().TimeS * float64(time.Second))
	s.header.Timestamp = float64(time.Now().UnixNano()) / float64(time.Second)
	err := s.frames.WriteFunc(func(payload []byte) (int, error) {
		n := msg.FrameHeaderBytes + int(s.header.DataBytes)
		copy(payload, s.header.Bytes())
		began := shm.NowNs()
		err := s.world.Render(payload[msg.FrameHeaderBytes:n], int(s.header.Stride), s.header.PixelFormat)
		s.report.metrics.render.Observe(seconds(shm.NowNs() - began))
		return n, err
	})
	switch {
	case errors.Is(err, shm.ErrLost):
		return false, err
	case err != nil:
		s.report.unshown(err, s.header.FrameID)
		return false, nil
	}
	s.report.metrics.published.Inc()
	if s.cfg.Export != "" && (s.header.FrameID-1)%int64(s.cfg.ExportEvery) == 0 {
		name := fmt.Sprintf("%s-%08d", s.world.Scenario().Name, s.header.FrameID)
		return true, s.world.Export(s.cfg.Export, name)
	}
	return true, nil
}

// settle writes down the step that was made.
func (s *simulator) settle(drive drive) error {
	s.report.step(s.world.Truth(), s.header.FrameID, drive)
	s.beat()
	return s.trace.add(s.header.FrameID, s.world.Pose(), s.world.Truth(), drive)
}

// drive is what the vehicle obeys.
type drive struct{ steering, throttle, brake float64 }
