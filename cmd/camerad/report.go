package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"lanekeeper/calib"
	"lanekeeper/camera"
	"lanekeeper/daemon"
	"lanekeeper/internal/segmentlog"
	"lanekeeper/meter"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// What happens to the camera.
const (
	idRefused     daemon.MessageID = "f9b1bf20f61541e58bbe231a91113558" // it cannot be opened
	idFailed      daemon.MessageID = "0e17bfe769d2486eb95c1297b06ba30f" // it was open and failed
	idFrozen      daemon.MessageID = "1a13e272284e41409d95dc2a4b5b1e23" // it gives no frames
	idStuck       daemon.MessageID = "1ed33090a13f46c796b1045850487a58" // its driver hangs
	idUnpublished daemon.MessageID = "f7bb33201beb4bc197a4477d0527557e" // it gives frames that cannot be published
)

// report tells people how the camera does.
type report struct {
	notify  *daemon.Notifier
	log     *zap.Logger // limited: from the loop
	segment segmentlog.Log
	source  string
	meter   *meter.Meter
	frames  uint64
	cameNs  int64  // when the last frame was published, or the daemon began
	told    string // the trouble that was last told of
	newest  atomic.Pointer[status]
	slots   atomic.Int64 // of the segment
	open    atomic.Bool
	metrics *metrics
}

// status is the daemon's part of /status.
type status struct {
	Source    string  `json:"source"`
	Origin    string  `json:"origin,omitempty"`
	Camera    string  `json:"camera,omitempty"`    // what names it, for calibration
	CameraID  string  `json:"camera_id,omitempty"` // of that, as a calibration file has it
	FrameID   int64   `json:"frame_id"`
	Published uint64  `json:"frames_published"`
	Lost      uint64  `json:"frames_lost"` // by the driver, or passed over for a newer one
	FPS       float64 `json:"fps"`
	WriteP99  float64 `json:"write_p99_ms"` // capture to published
}

func newReport(d *daemon.Daemon[config], cfg config) *report {
	log := daemon.Throttle(d.Log.With(zap.String("source", cfg.Camera.Source)), time.Second)
	r := &report{
		notify: d.Notify, log: log, source: cfg.Camera.Source, meter: meter.New(), cameNs: shm.NowNs(),
		segment: segmentlog.Log{Log: log, Place: d.Place, Name: cfg.ImageShmName},
	}
	r.newest.Store(&status{Source: r.source})
	r.metrics = newMetrics(d.Part("camera"), r)
	d.OnStatus(func() any { return r.newest.Load() })
	return r
}

// event is told by the keeper when a source comes, goes, or does not do what it should. Trouble that lasts is told of once:
// while the camera is away, each try to open it ends alike.
func (r *report) event(e camera.Event) {
	r.count(e)
	log := r.tell(e)
	fields := []zap.Field{zap.Error(e.Err), zap.Duration("retry_in", e.RetryIn)}
	switch e.Kind {
	case camera.EventOpened:
		r.log.Info("the camera is open", zap.String("format", e.Format.String()))
	case camera.EventDamaged: // some cameras begin with one; when nothing else comes, the keeper says that it gives no frames
		r.log.Info("a frame is damaged", zap.Error(e.Err))
	case camera.EventRefused:
		log("the camera cannot be opened", append(fields, idRefused.Field())...)
	case camera.EventFrozen:
		log("the camera gives no frames", append(fields, idFrozen.Field())...)
	case camera.EventStuck:
		r.log.Error("the camera's driver hangs", idStuck.Field(), zap.Error(e.Err))
	case camera.EventFailed:
		log("the camera failed", append(fields, idFailed.Field())...)
	}
}

// count keeps what /metrics says of the source.
func (r *report) count(e camera.Event) {
	if e.Kind == camera.EventDamaged {
		r.metrics.damaged.Inc()
		return
	}
	r.open.Store(e.Kind == camera.EventOpened)
	if e.Kind == camera.EventOpened {
		r.metrics.openings.Inc()
	}
}

// tell is how to log an event that may be trouble: once as a warning, then while it stays the same for developers alone.
func (r *report) tell(e camera.Event) func(string, ...zap.Field) {
	trouble := ""
	switch e.Kind {
	case camera.EventDamaged:
		return r.log.Info
	case camera.EventFrozen: // the error has the time waited in it
		trouble = e.Kind.String()
	case camera.EventRefused, camera.EventFailed:
		trouble = e.Err.Error()
	}
	if trouble != "" && trouble == r.told {
		return r.log.Debug
	}
	r.told = trouble
	return r.log.Warn
}

// alive is called in every round of the loop, whatever became of the frame.
func (r *report) alive() { r.notify.Watchdog() }

func (r *report) frame(h *msg.FrameHeader, k *camera.Keeper) {
	r.frames++
	r.told = ""
	now := shm.NowNs()
	r.cameNs = now
	r.metrics.frame(now, h.CaptureNs, k.Lost())
	if !r.meter.Observe(now, now-h.CaptureNs) {
		return
	}
	s := status{
		Source: r.source, Origin: k.Format().Origin, Camera: k.Format().Camera, FrameID: h.FrameID, Published: r.frames, Lost: k.Lost(),
	}
	if h.CameraID != 0 {
		s.CameraID = calib.FormatID(h.CameraID)
	}
	s = r.publish(now, s)
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

// starting is what is said until there is something to say.
func (r *report) starting() { r.notify.Status("opening " + r.source) }

func (r *report) ended() { r.log.Info("the recording is over", zap.Uint64("frames", r.frames)) }

// lost is about a frame, and about all of them when none could be published for a while.
func (r *report) lost(err error, frameID int64) {
	r.metrics.failed.Inc()
	if !r.silent() {
		r.log.Info("a frame was lost", zap.Error(err), zap.Int64("frame_id", frameID))
		return
	}
	if why := err.Error(); r.told != why {
		r.told = why
		r.log.Warn("frames cannot be published", idUnpublished.Field(), r.segment.Segment(), zap.Error(err), zap.Int64("frame_id", frameID))
	}
	r.notify.Status("frames cannot be published: " + err.Error())
}
