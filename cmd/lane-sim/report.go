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
	"lanekeeper/meter"
	"lanekeeper/shm"
	"lanekeeper/sim"
)

// report tells people how the drive goes.
type report struct {
	notify *daemon.Notifier
	log    *zap.Logger
	frames *shm.Writer
	meter  *meter.Meter
	status status
	newest atomic.Pointer[status]

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
	r := &report{
		aliveNs: shm.NowNs(), notify: d.Notify, log: daemon.Throttle(d.Log.Logger, time.Second), frames: s.frames, meter: meter.New(),
		status: status{Scenario: sc.Name, Pacing: s.cfg.Pacing, FPSWanted: sc.Camera.FPS, Truth: s.world.Truth()},
	}
	r.status.Departure = r.status.Truth.Departure.String()
	r.publish()
	d.OnStatus(func() any { return r.newest.Load() })
	d.Log.Info("driving", zap.String("scenario", sc.Name), zap.String("pacing", s.cfg.Pacing),
		zap.Int("width", sc.Camera.WidthPx), zap.Int("height", sc.Camera.HeightPx), zap.Float64("fps", sc.Camera.FPS))
	return r
}

// step notes a frame and what the vehicle did.
func (r *report) step(t sim.Truth, frameID int64, d drive) {
	now := shm.NowNs()
	interval := now - r.lastNs
	if r.lastNs != 0 && float64(interval) > 2e9/r.status.FPSWanted {
		r.status.LateFrames++
	}
	first := r.lastNs == 0
	r.lastNs, r.aliveNs = now, now
	left := t.Departures > r.status.Departures
	r.status.FrameID, r.status.Truth, r.status.Departure = frameID, t, t.Departure.String()
	r.status.Steering, r.status.Throttle, r.status.Brake = d.steering, d.throttle, d.brake
	if left {
		r.log.Warn("the vehicle left its lane", zap.Int64("frame_id", frameID), zap.Float64("course_m", t.CourseM),
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
	if why != nil && !absent(why) {
		r.unread(why)
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

// unread says why commands cannot be read. That there are none is no fault.
func (r *report) unread(err error) {
	if !absent(err) {
		r.log.Warn("commands cannot be read", zap.Error(err))
	}
}

func absent(err error) bool {
	return errors.Is(err, shm.ErrNoSegment) || errors.Is(err, shm.ErrNoRecord) || errors.Is(err, os.ErrClosed)
}

// segment is about the one that is written to, found out while nothing is.
func (r *report) segment(err error) { r.log.Warn("the segment is not in order", zap.Error(err)) }

func (r *report) trouble(err error) { r.log.Warn("a frame or command was lost", zap.Error(err)) }

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
