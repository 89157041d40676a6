package viewer

import (
	"slices"
	"time"

	"lanekeeper/telemetry"
)

// tally counts what came from a vehicle.
type tally struct {
	frames  uint64
	dropped uint64

	since      time.Time // when the numbers below began
	newFrames  int
	newBytes   int
	newDelayMs []float64
}

// delaysKept bounds a second's delays, whoever sends them.
const delaysKept = 1000

func (t *tally) add(m *Message) {
	t.newBytes += len(m.Topic) + len(m.JSON) + len(m.JPEG)
	if m.Topic == telemetry.TopicFrame {
		t.frames++
		t.newFrames++
	}
	if d := since(m.SentAt, m.ReceivedAt); d != nil && len(t.newDelayMs) < delaysKept {
		t.newDelayMs = append(t.newDelayMs, *d)
	}
}

// take tells what was counted, and begins the next interval.
func (t *tally) take(now time.Time) Stats {
	s := Stats{Frames: t.frames, Dropped: t.dropped}
	if seconds := now.Sub(t.since).Seconds(); !t.since.IsZero() && seconds > 0 {
		s.FPS, s.BytesPerS = float64(t.newFrames)/seconds, float64(t.newBytes)/seconds
	}
	if n := len(t.newDelayMs); n > 0 {
		slices.Sort(t.newDelayMs)
		p50, p99 := t.newDelayMs[n/2], t.newDelayMs[n*99/100]
		s.DelayP50Ms, s.DelayP99Ms = &p50, &p99
	}
	t.since, t.newFrames, t.newBytes, t.newDelayMs = now, 0, 0, t.newDelayMs[:0]
	return s
}
