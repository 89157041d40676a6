package main

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"lanekeeper/daemon"
	"lanekeeper/detect"
	"lanekeeper/internal/segmentlog"
	"lanekeeper/meter"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/telemetry/sender"
)

// What happens to frames that come.
const (
	idUnusable daemon.MessageID = "838059347d3144768c6ed139bb83cf16" // none of them can be used
	idCopied   daemon.MessageID = "c9be87665a804c68aca8442350c2ddf7" // they are overtaken so often that they have to be copied
	idMisfit   daemon.MessageID = "6791861285164f7fa558c7d5bf34142a" // they are not those that the calibration is for
)

// report tells people how the frame loop does: the log, the status line, /status and /metrics.
type report struct {
	notify *daemon.Notifier
	log    *zap.Logger // limited: from the loop
	in     segmentlog.Log
	out    segmentlog.Log
	cfg    config
	age    *meter.Meter // capture to detection published
	took   *meter.Meter // taking the frame to having the lanes

	metrics *metrics
	lengths lengths
	network networkReport
	fused   func() detect.NetworkState // nil: no network beside the classical detector
	copied  uint64                     // frames, as last said
	newest  atomic.Pointer[status]
	waited  string // why nothing came, as last said

	telemetry atomic.Pointer[sender.Supervisor] // nil: off
	cameNs    int64                             // when the last frame came, or the daemon began
}

// silentNs is how long no frame may come before that is worth saying.
const silentNs = int64(time.Second)

// status is the daemon's part of /status.
type status struct {
	Method    string  `json:"method"`
	FrameID   int64   `json:"frame_id"`
	FPS       float64 `json:"fps"`
	P50Ms     float64 `json:"processing_p50_ms"`
	P99Ms     float64 `json:"processing_p99_ms"`
	AgeP99Ms  float64 `json:"age_p99_ms"` // capture to detection
	Left      float64 `json:"left_confidence"`
	Right     float64 `json:"right_confidence"`
	Evaluated uint64  `json:"frames_evaluated"`
	Overrun   uint64  `json:"frames_overrun"`
	Skipped   uint64  `json:"frames_skipped"`
	Copied    uint64  `json:"frames_copied"` // held for longer than the camera's slots allow
	Attaches  uint64  `json:"attaches"`
	Lengths   string  `json:"lengths"`                       // what they are in: metres, or lane widths
	Refused   string  `json:"calibration_refused,omitempty"` // why

	Network   *networkStatus `json:"network,omitempty"`   // of the method cv+dl
	Telemetry *sender.State  `json:"telemetry,omitempty"` // when it is on
}

func newReport(d *daemon.Daemon[config], cfg config) *report {
	log := daemon.Throttle(d.Log.Logger, time.Second)
	r := &report{
		notify: d.Notify, log: log, cfg: cfg, age: meter.New(), took: meter.New(), cameNs: shm.NowNs(),
		in:  segmentlog.Log{Log: log, Place: d.Place, Name: cfg.ImageShmName},
		out: segmentlog.Log{Log: log, Place: d.Place, Name: cfg.DetectionShmName},
	}
	r.metrics = newMetrics(d.Part("detect"), r)
	r.lengths.log = log
	r.network = newNetworkReport(log)
	r.newest.Store(&status{Method: cfg.Method})
	d.OnStatus(func() any {
		s := *r.newest.Load()
		s.Telemetry = r.telemetry.Load().State()
		return &s
	})
	return r
}

// starting is what is said until there is something to say.
func (r *report) starting() { r.notify.Status("waiting for " + r.cfg.ImageShmName) }

func (r *report) alive() { r.notify.Watchdog() }

func (r *report) frame(det *msg.Detection, cameraID uint64, in shm.ReaderStats, at moments) {
	beganNs, endedNs := at.beganNs, at.foundNs
	r.cameNs = endedNs
	if r.waited != "" {
		r.waited = ""
		r.in.Read()
		r.log.Info("frames arrive", r.in.Segment(), zap.Int64("frame_id", det.FrameID),
			zap.Duration("latency", time.Duration(endedNs-det.CaptureNs)),
			zap.Int32("width_px", det.Width), zap.Int32("height_px", det.Height))
	}
	r.lengths.frame(det, cameraID)
	r.metrics.frame(det.CaptureNs, at)
	r.age.Observe(endedNs, endedNs-det.CaptureNs)
	var network *detect.NetworkState
	if r.fused != nil {
		state := r.fused()
		r.network.frame(state, det, endedNs, r.metrics)
		network = &state
	}
	if !r.took.Observe(endedNs, endedNs-beganNs) {
		return
	}
	if in.Copied > r.copied {
		r.log.Warn("frames are copied: the camera's segment has too few slots for how long one is looked at",
			idCopied.Field(), r.in.Segment(), zap.Int64("frame_id", det.FrameID),
			zap.Uint64("frames_copied", in.Copied))
	}
	r.copied = in.Copied
	took, age := r.took.Read(endedNs), r.age.Read(endedNs)
	s := &status{
		Method: r.cfg.Method, FrameID: det.FrameID, FPS: took.RateHz,
		P50Ms: ms(took.P50Ns), P99Ms: ms(took.P99Ns), AgeP99Ms: ms(age.P99Ns),
		Left: det.Left.Confidence, Right: det.Right.Confidence,
		Evaluated: in.Read, Overrun: in.Overrun, Skipped: in.Skipped + in.Before, Copied: in.Copied, Attaches: in.Attaches,
		Lengths: r.lengths.unit(), Refused: r.lengths.why, Network: r.network.status(network, endedNs),
	}
	r.newest.Store(s)
	line := fmt.Sprintf("%.1f fps, p99 %.1f ms, lanes L %.2f R %.2f", s.FPS, s.P99Ms, s.Left, s.Right)
	if s.Refused != "" {
		line += "; calibration refused"
	}
	switch {
	case s.Network == nil:
	case s.Network.Failed != "":
		line += "; the network failed"
	case s.Network.FramesHz == 0:
		line += fmt.Sprintf("; network %.1f fps, too old to count", s.Network.FPS)
	default:
		line += fmt.Sprintf("; network %.1f fps, %.0f ms old", s.Network.FPS, s.Network.AgeP50Ms)
	}
	r.notify.Status(line + r.telemetry.Load().Suffix())
}

// waiting says, once for each reason, why no frame comes.
func (r *report) waiting(why error) {
	r.alive()
	silent := r.silent()
	if why == nil && !silent {
		return
	}
	unread := r.in.Unread("frames cannot be read", why)
	line := "waiting for a frame in " + r.cfg.ImageShmName
	if why != nil {
		line = "waiting for " + r.cfg.ImageShmName
	}
	if unread {
		line += ": " + why.Error()
	}
	if line == r.waited {
		return
	}
	r.waited = line
	r.notify.Status(line)
	if !unread {
		r.log.Info("waiting for frames", r.in.Segment())
	}
}

// silent tells whether no frame was evaluated for a while, and lets /status know.
func (r *report) silent() bool {
	now := shm.NowNs()
	if now-r.cameNs < silentNs {
		return false
	}
	if s := *r.newest.Load(); s.FPS != 0 {
		took, age := r.took.Read(now), r.age.Read(now)
		s.FPS, s.P50Ms, s.P99Ms, s.AgeP99Ms = took.RateHz, ms(took.P50Ns), ms(took.P99Ns), ms(age.P99Ns)
		r.newest.Store(&s)
	}
	return true
}

// lost is about a frame, and about all of them when none could be evaluated for a while. frameID is 0 when it is not known.
func (r *report) lost(err error, frameID int64) {
	if !errors.Is(err, shm.ErrOverrun) && !errors.Is(err, shm.ErrTruncated) { // the reader counts these
		r.metrics.damaged.Inc()
	}
	id := zap.Skip()
	if frameID != 0 {
		id = zap.Int64("frame_id", frameID)
	}
	if !r.silent() {
		r.log.Info("a frame was lost", zap.Error(err), id)
		return
	}
	line := "frames come and cannot be used: " + err.Error()
	if line == r.waited {
		return
	}
	r.waited = line
	r.notify.Status(line)
	r.log.Warn("frames come and cannot be used", idUnusable.Field(), r.in.Segment(), zap.Error(err), id)
}

func ms(ns int64) float64 { return float64(ns) / float64(time.Millisecond) }
