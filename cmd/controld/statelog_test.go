package main

import (
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"lanekeeper/msg"
)

// TestStateLog has a state that changes with every frame, and stops amid that.
func TestStateLog(t *testing.T) {
	core, entries := observer.New(zapcore.InfoLevel)
	l := stateLog{log: zap.New(core)}
	type entry struct {
		level  zapcore.Level
		state  string
		before any
		held   any
	}
	step := int64(100 * time.Millisecond)
	for _, c := range []struct {
		what   string
		atStep int64
		mode   msg.Mode
		reason msg.Reason
		want   []entry
	}{
		{"the first", 1, msg.ModeActive, msg.ReasonNone, []entry{{zapcore.InfoLevel, "active", nil, nil}}},
		{"flickers", 2, msg.ModeDegraded, msg.ReasonLowConfidence, nil},
		{"flickers", 3, msg.ModeActive, msg.ReasonNone, nil},
		{"flickers", 4, msg.ModeDegraded, msg.ReasonLowConfidence, nil},
		{"stays, and a second is over", 11, msg.ModeDegraded, msg.ReasonLowConfidence,
			[]entry{{zapcore.InfoLevel, "degraded", "active", int64(2)}}},
		{"stops", 12, msg.ModeStopped, msg.ReasonLaneLost, []entry{{zapcore.WarnLevel, "stopped", "degraded", nil}}},
		{"stopped for another reason", 13, msg.ModeStopped, msg.ReasonStale, nil},
		{"emergency", 14, msg.ModeStopped, msg.ReasonEmergency, []entry{{zapcore.WarnLevel, "stopped", "stopped", int64(1)}}},
		{"the same a second later", 25, msg.ModeStopped, msg.ReasonEmergency, nil},
	} {
		l.see(c.atStep*step, &msg.Command{Mode: c.mode, Reason: c.reason})
		var got []entry
		for _, e := range entries.TakeAll() {
			f := e.ContextMap()
			got = append(got, entry{e.Level, f["state"].(string), f["before"], f["held_back"]})
		}
		if len(got) != len(c.want) || len(got) == 1 && got[0] != c.want[0] {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}
