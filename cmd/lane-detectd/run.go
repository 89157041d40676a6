package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"lanekeeper/calib"
	"lanekeeper/daemon"
	"lanekeeper/detect"
	"lanekeeper/internal/modeltrial"
	"lanekeeper/internal/order"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/telemetry/sender"
)

// run finds the lanes of each frame until ctx ends. It is ready without a camera: start order never matters.
func run(ctx context.Context, d *daemon.Daemon[config]) error {
	cfg := d.Config()
	calibration, err := cfg.calibration()
	if err != nil {
		return err
	}
	detector, err := newDetector(ctx, &cfg, calibration)
	if err != nil {
		return err
	}
	defer detector.Close()
	if cfg.GPU >= 0 && cfg.Method == "cv" {
		d.Log.Info("the method uses no GPU", zap.String("method", cfg.Method), zap.Int("gpu", cfg.GPU))
	}
	out, err := shm.Create(shm.WriterOptions{
		Dir: d.ShmDir, Prefix: d.Prefix, Name: cfg.DetectionShmName, Kind: msg.KindDetection,
		Slots: cfg.Slots, PayloadBytes: msg.DetectionBytes,
	})
	report := newReport(d, cfg)
	report.lengths.begin(calibration, &cfg)
	if fused, ok := detector.(*detect.Fused); ok {
		report.fused = fused.Network
	}
	if err != nil {
		return report.out.Owned(err)
	}
	defer out.Close()
	s := &stage{detector: detector, out: out, report: report}
	wait, err := shm.ParseWait(cfg.Wait)
	if err != nil {
		return err
	}
	if s.in, err = shm.Open(shm.ReaderOptions{
		Dir: d.ShmDir, Prefix: d.Prefix, Name: cfg.ImageShmName, Kind: msg.KindFrame, Wait: wait, Idle: s.idle,
	}); err != nil {
		return err
	}
	defer s.in.Close()
	measureReader(d.Part("detect"), s.in.Stats)
	d.OnChange(s.change)
	d.Control.Func("POST /tracking/reset", s.forget)
	if cfg.Telemetry.Enabled {
		telemetry := sender.Start(ctx, d, cfg.Telemetry.Of(cfg.ImageShmName, cfg.DetectionShmName, msg.ControlCommands))
		defer telemetry.Close()
		report.telemetry.Store(telemetry)
	}
	report.starting()
	d.Notify.Ready()
	return report.out.Owned(s.loop(ctx))
}

// newDetector makes the detector. One that cannot be made is a matter of the configuration, and starting again mends nothing,
// unless its network could not be tried.
func newDetector(ctx context.Context, cfg *config, calibration *calib.Calibration) (detect.Detector, error) {
	detector, err := detect.New(cfg.Method, detect.Options{
		Params: cfg.Detect, Calibration: calibration, Model: cfg.Model, GPU: cfg.GPU,
		Trial: func(t *detect.Trial) error { return modeltrial.Run(ctx, t) },
	})
	if err == nil || ctx.Err() != nil || errors.Is(err, detect.ErrNotTried) {
		return detector, err
	}
	return nil, &daemon.ConfigError{Problems: []daemon.Problem{{Source: "configuration", Message: err.Error()}}}
}

// stage is the path of a frame through this process.
type stage struct {
	in       *shm.Reader
	detector detect.Detector
	out      *shm.Writer
	report   *report
	changed  atomic.Pointer[detect.Params] // that the frame loop has not seen yet; nil for none
	reset    atomic.Bool                   // what was tracked is to be forgotten

	header   msg.FrameHeader
	taken    int64 // the frame that is being evaluated; 0 for none
	sourceID uint64
	result   msg.Detection
}

func (s *stage) loop(ctx context.Context) error {
	take := s.take // made once: a method value made in the loop is an allocation a frame
	for {
		s.taken = 0
		err := s.in.Next(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err == nil {
			err = s.frame(take)
		}
		switch {
		case errors.Is(err, shm.ErrLost):
			return err
		case errors.Is(err, shm.ErrNoSegment), errors.Is(err, shm.ErrNoRecord):
			// The camera closed its segment, or made it anew, since Next saw the frame: the next call waits for what follows.
		case err != nil:
			s.report.lost(err, s.taken)
		}
		s.report.alive()
	}
}

// frame takes the newest frame and publishes what is found in it.
func (s *stage) frame(take func(shm.Record) error) error {
	at := moments{beganNs: shm.NowNs()}
	if p := s.changed.Swap(nil); p != nil {
		if err := s.detector.SetParams(*p); err != nil {
			return err
		}
	}
	if s.reset.Swap(false) {
		s.detector.Reset()
	}
	if err := s.in.View(take); err != nil {
		return fmt.Errorf("taking a frame: %w", err)
	}
	at.tookNs = shm.NowNs()
	s.taken = s.header.FrameID
	reset := s.header.SourceID != s.sourceID
	s.sourceID = s.header.SourceID
	if err := s.detector.Detect(&s.result); err != nil {
		return fmt.Errorf("finding lanes: %w", err)
	}
	if reset {
		s.result.Flags |= msg.DetectionSourceReset
	}
	at.foundNs = shm.NowNs()
	in := s.in.Stats()
	s.result.FramesEvaluated, s.result.FramesOverrun, s.result.FramesSkipped = in.Read, in.Overrun, in.Skipped+in.Before
	s.result.ProcessingTimeMs = float64(at.foundNs-at.beganNs) / float64(time.Millisecond)
	if err := s.out.Write(s.result.Bytes()); err != nil {
		return err
	}
	at.publishedNs = shm.NowNs()
	s.report.frame(&s.result, s.header.CameraID, in, at)
	return nil
}

// change hands changed parameters to the frame loop; it runs in another goroutine.
func (s *stage) change(c config) error {
	if err := c.Detect.Validate(); err != nil {
		return err
	}
	s.changed.Store(&c.Detect)
	return nil
}

// forget has the frame loop drop what it tracked before it looks at the next frame; it runs in another goroutine.
func (s *stage) forget(_ context.Context, body []byte) (any, error) {
	who, err := order.Read(body)
	if err != nil {
		return nil, err
	}
	s.reset.Store(true)
	s.report.log.Info("tracking is reset", zap.String("by", who.By))
	return map[string]string{"result": "done"}, nil
}

// take runs while the frame lies in shared memory, and may run again for another frame.
func (s *stage) take(rec shm.Record) error {
	h, pixels, err := msg.DecodeFrame(rec.Payload)
	if err != nil {
		return err
	}
	if h.SourceID != s.sourceID {
		s.detector.Reset() // another camera, or the same one begun anew
	}
	s.header = h
	return s.detector.Take(&s.header, pixels)
}

// idle keeps the writer's name and systemd's watchdog looked after while no frame comes.
func (s *stage) idle(why error) {
	if err := s.out.Check(); err != nil {
		s.report.out.Disorder(err)
	}
	s.report.waiting(why)
}
