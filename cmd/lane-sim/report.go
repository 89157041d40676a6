package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"lanekeeper/daemon"
	"lanekeeper/internal/segmentlog"
	"lanekeeper/meter"
	"lanekeeper/shm"
	"lanekeeper/sim"
)

// What happens on the drive.
const (
	idLeft    daemon.MessageID = "f02c05f6df404419bdd778ef6713c44c" // the lane
	idUnshown daemon.MessageID = "43c96333e31946579b1fa75f6063cbb0" // a frame could not be written
)

// report tells people how the drive goes.
type report struct {
	notify   *daemon.Notifier
	log      *zap.Logger // limited: from the loop
	segment  segmentlog.Log
	commands segmentlog.Log
	frames   *shm.Writer
	meter    *meter.Meter
	status   status
	newest   atomic.Pointer[status]
	metrics  *metrics

	lastNs  int64 // when the last frame was done; 0 before the first
	aliveNs int64 // that, or when the drive began
}

// status is the daemon's part of /status, and what the file that a drive ends with says.
type status struct {
	Scenario   string  `json:"scenario"`
	Pacing     string  `json:"pacing"`
	FrameID    int64   `json:"frame_id"`
	Published  uint64  `json:"frames_published"`
	FPS        float64 `json:"fps"`
	FPSWanted  float64 `json:"fps_wanted"`
	LateFrames uint64  `json:"late_frames"` // shown more than a period after the one before was due
	sim.Truth
	Departure string  `json:"departure"`
	Steering  float64 `json:"steering"`
	Throttle  float64 `json:"throttle"`
	Brake     float64 `json:"brake"`
}

func newReport(d *daemon.Daemon[config], s *simulator) *report {
	sc := s.world.Scenario()
	log := daemon.Throttle(d.Log.With(zap.String("scenario", sc.Name)), time.Second)
	r := &report{
		aliveNs: shm.NowNs(), notify: d.Notify, log: log, frames: s.frames, meter: meter.New(),
		segment:  segmentlog.Log{Log: log, Place: d.Place, Name: s.cfg.ImageShmName},
		commands: segmentlog.Log{Log: log, Place: d.Place, Name: s.cfg.CommandShmName},
		status:   status{Scenario: sc.Name, Pacing: s.cfg.Pacing, FPSWanted: sc.Camera.FPS, Truth: s.world.Truth()},
	}
	r.status.Departure = r.status.Truth.Departure.String()
	r.publish()
	r.metrics = newMetrics(d.Part("sim"), r, s.slots, s.commands.Stats)
	d.OnStatus(func() any { return r.newest.Load() })
	log.Info("driving", r.segment.Segment(), zap.String("pacing", s.cfg.Pacing),
		zap.Int("width_px", sc.Camera.WidthPx), zap.Int("height_px", sc.Camera.HeightPx), zap.Float64("rate_hz", sc.Camera.FPS))
	return r
}

// step notes a frame and what the vehicle did.
func (r *report) step(t sim.Truth, frameID int64, d drive) {
	now := shm.NowNs()
	interval := now - r.lastNs
	if r.lastNs != 0 && float64(interval) > 2e9/r.status.FPSWanted {
		r.status.LateFrames++
		r.metrics.late.Inc()
	}
	first := r.lastNs == 0
	r.lastNs, r.aliveNs = now, now
	left := t.Departures > r.status.Departures
	r.status.FrameID, r.status.Truth, r.status.Departure = frameID, t, t.Departure.String()
	r.status.Steering, r.status.Throttle, r.status.Brake = d.steering, d.throttle, d.brake
	if left {
		r.metrics.departures.Inc()
		r.log.Warn("the vehicle left its lane", idLeft.Field(), zap.Int64("frame_id", frameID), zap.Float64("course_m", t.CourseM),
			zap.Float64("offset_m", t.OffsetM), zap.Stringer("side", t.Departure))
	}
	if !first && r.meter.Observe(now, interval) {
		r.status.FPS = r.meter.Read(now).RateHz
		r.publish()
		r.notify.Status(fmt.Sprintf("%s: %.1f fps, %.1f m/s, offset %+.2f m, %d departures", r.status.Scenario, r.status.FPS,
			t.SpeedMps, t.OffsetM, t.Departures))
	}
}

func (r *report) publish() {
	s := r.status
	s.Published = r.frames.Stats().Published
	r.newest.Store(&s)
}

// silentNs is how long no frame may follow before that is worth saying.
const silentNs = int64(time.Second)

// waiting says that no command comes; why is why none can be read, nil while there merely is none.
func (r *report) waiting(why error) {
	line := fmt.Sprintf("waiting for the command to frame %d", r.frames.Stats().Published)
	if r.unread(why) {
		line += ": " + why.Error()
	}
	r.stalled(line)
}

// stalled says what the drive waits for.
func (r *report) stalled(line string) {
	now := shm.NowNs()
	if now-r.aliveNs < silentNs {
		return
	}
	if hz := r.meter.Read(now).RateHz; hz != r.status.FPS {
		r.status.FPS = hz
		r.publish()
	}
	r.notify.Status(r.status.Scenario + ": " + line)
}

// unread says, once for each reason, why commands cannot be read, and tells whether there is a reason. That there are none is
// no fault.
func (r *report) unread(err error) bool {
	if errors.Is(err, os.ErrClosed) {
		err = nil
	}
	return r.commands.Unread("commands cannot be read", err)
}

// unshown is about a frame that did not get into its segment.
func (r *report) unshown(err error, frameID int64) {
	r.metrics.failed.Inc()
	r.log.Warn("a frame was not published", idUnshown.Field(), r.segment.Segment(), zap.Error(err),
		zap.Int64("frame_id", frameID))
}

// lost is about a command.
func (r *report) lost(err error) {
	r.metrics.damaged.Inc()
	r.log.Info("a command was lost", r.commands.Segment(), zap.Error(err))
}

// starting is what is said until there is something to say.
func (r *report) starting() { r.notify.Status(r.status.Scenario + ": starting") }

// write leaves the drive's summary in a file.
func (r *report) write(path string) error {
	r.publish()
	s := r.newest.Load()
	r.log.Info("the drive is over", zap.Float64("distance_m", s.DistanceM), zap.Int("departures", s.Departures),
		zap.Float64("max_offset_m", s.MaxOffsetM), zap.Float64("rms_offset_m", s.RMSOffsetM), zap.Uint64("frames", s.Published))
	if path == "" {
		return nil
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err == nil {
		err = os.WriteFile(path, append(text, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}
