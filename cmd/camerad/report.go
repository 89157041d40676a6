package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"lanekeeper/camera"
	"lanekeeper/daemon"
	"lanekeeper/meter"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// report tells people how the camera does.
type report struct {
	notify *daemon.Notifier
	log    *zap.Logger
	source string
	meter  *meter.Meter
	count  uint64
	newest atomic.Pointer[status]
}

// status is the daemon's part of /status.
type status struct {
	Source    string  `json:"source"`
	Origin    string  `json:"origin,omitempty"`
	FrameID   int64   `json:"frame_id"`
	Published uint64  `json:"frames_published"`
	Lost      uint64  `json:"frames_lost"` // by the driver, or passed over for a newer one
	FPS       float64 `json:"fps"`
	WriteP99  float64 `json:"write_p99_ms"` // capture to published
}

func newReport(d *daemon.Daemon[config], cfg config) *report {
	r := &report{notify: d.Notify, log: daemon.Throttle(d.Log.Logger, time.Second), source: cfg.Camera.Source, meter: meter.New()}
	r.newest.Store(&status{Source: r.source})
	d.OnStatus(func() any { return r.newest.Load() })
	return r
}

// event is told by the keeper when a source comes, goes, or does not do what it should.
func (r *report) event(e camera.Event) {
	fields := []zap.Field{zap.String("source", r.source), zap.Error(e.Err), zap.Duration("retry_in", e.RetryIn)}
	switch e.Kind {
	case camera.EventOpened:
		r.log.Info("the camera is open", zap.String("source", r.source), zap.String("format", e.Format.String()))
	case camera.EventDamaged:
		r.log.Warn("a frame is damaged", fields...)
	case camera.EventRefused:
		r.log.Warn("the camera cannot be opened", fields...)
	case camera.EventFrozen:
		r.log.Warn("the camera gives no frames", fields...)
	case camera.EventStuck:
		r.log.Error("the camera's driver hangs", fields...)
	default:
		r.log.Warn("the camera failed", fields...)
	}
}

func (r *report) frame(h *msg.FrameHeader, k *camera.Keeper) {
	r.notify.Watchdog()
	r.count++
	now := shm.NowNs()
	if !r.meter.Observe(now, now-h.CaptureNs) {
		return
	}
	m := r.meter.Read(now)
	s := &status{
		Source: r.source, Origin: k.Format().Origin, FrameID: h.FrameID, Published: r.count, Lost: k.Lost(), FPS: m.RateHz,
		WriteP99: float64(m.P99Ns) / float64(time.Millisecond),
	}
	r.newest.Store(s)
	r.notify.Status(fmt.Sprintf("%.1f fps from %s, %d frames lost", s.FPS, s.Origin, s.Lost))
}

func (r *report) waiting(why error) {
	r.notify.Watchdog()
	if why != nil {
		r.notify.Status("waiting for the camera: " + why.Error())
	}
}

func (r *report) ended() { r.log.Info("the recording is over", zap.Uint64("frames", r.count)) }

func (r *report) trouble(err error) { r.log.Warn("a frame was lost", zap.Error(err)) }
