package receiver

import "slices"

// recentDelays is how many delays the quantiles are of: some seconds of messages.
const recentDelays = 512

// tally counts what has come.
type tally struct {
	frames, malformed uint64
	bytes             uint64
	delays            [recentDelays]float64
	n                 int
	delayedAt         int   // n at the last statistics
	idleNs            int64 // for which no delay has come
	lastNs            int64
	lastFrames        uint64
	lastBytes         uint64
}

func (t *tally) delay(ms *float64) {
	if ms != nil {
		t.delays[t.n%recentDelays] = *ms
		t.n++
	}
}

// stats are those since the last ones.
func (t *tally) stats(nowNs int64) Stats {
	s := Stats{Frames: t.frames, Malformed: t.malformed}
	if passed := float64(nowNs-t.lastNs) / 1e9; t.lastNs > 0 && passed > 0 {
		s.FPS, s.BytesPerS = float64(t.frames-t.lastFrames)/passed, float64(t.bytes-t.lastBytes)/passed
	}
	if t.n != t.delayedAt {
		t.idleNs = 0
	} else if t.idleNs += nowNs - t.lastNs; t.idleNs > lostAfter.Nanoseconds() {
		t.n = 0
	}
	t.lastNs, t.lastFrames, t.lastBytes, t.delayedAt = nowNs, t.frames, t.bytes, t.n
	if n := min(t.n, recentDelays); n > 0 {
		d := slices.Clone(t.delays[:n])
		slices.Sort(d)
		s.DelayP50Ms, s.DelayP99Ms = &d[n/2], &d[min(n*99/100, n-1)]
	}
	return s
}
