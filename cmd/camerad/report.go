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
	cameNs int64 // when the last frame was published, or the daemon began
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
	r := &report{
		notify: d.Notify, log: daemon.Throttle(d.Log.Logger, time.Second), source: cfg.Camera.Source, meter: meter.New(),
		cameNs: shm.NowNs(),
	}
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

// alive is called in every round of the loop, whatever became of the frame.
func (r *report) alive() { r.notify.Watchdog() }

func (r *report) frame(h *msg.FrameHeader, k *camera.Keeper) {
	r.count++
	now := shm.NowNs()
	r.cameNs = now
	if !r.meter.Observe(now, now-h.CaptureNs) {
		return
	}
	s := r.publish(now, status{Source: r.source, Origin: k.Format().Origin, FrameID: h.FrameID, Published: r.count, Lost: k.Lost()})
	r.notify.Status(fmt.Sprintf("%.1f fps from %s, %d frames lost", s.FPS, s.Origin, s.Lost))
}

// publish sets what /status says, with the rate of now.
func (r *report) publish(nowNs int64, s status) status {
	m := r.meter.Read(nowNs)
	s.FPS, s.WriteP99 = m.RateHz, float64(m.P99Ns)/float64(time.Millisecond)
	r.newest.Store(&s)
	return s
}

// silentNs is how long no frame may be published before that is worth saying.
const silentNs = int64(time.Second)

// silent tells whether no frame was published for a while, and lets /status know.
func (r *report) silent() bool {
	now := shm.NowNs()
	if now-r.cameNs < silentNs {
		return false
	}
	if s := *r.newest.Load(); s.FPS != 0 {
		r.publish(now, s)
	}
	return true
}

// waiting is called while the camera gives nothing; why is nil while it is open.
func (r *report) waiting(why error) {
	r.alive()
	silent := r.silent()
	switch {
	case why != nil:
		r.notify.Status("waiting for the camera: " + why.Error())
	case silent:
		r.notify.Status("waiting for a frame from " + r.source)
	}
}

func (r *report) ended() { r.log.Info("the recording is over", zap.Uint64("frames", r.count)) }

// segment is about the one that is written to, found out while nothing is.
func (r *report) segment(err error) { r.log.Warn("the segment is not in order", zap.Error(err)) }

func (r *report) trouble(err error) {
	r.log.Warn("a frame was lost", zap.Error(err))
	if r.silent() {
		r.notify.Status("frames cannot be published: " + err.Error())
	}
}
