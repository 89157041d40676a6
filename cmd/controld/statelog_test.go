package main

import (
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"lanekeeper/msg"
	"lanekeeper/telemetry"
)

// TestStateLog has a state that changes with every frame, and stops amid that.
func TestStateLog(t *testing.T) {
	core, entries := observer.New(zapcore.InfoLevel)
	l := stateLog{log: zap.New(core), events: new(events)}
	type entry struct {
		level  zapcore.Level
		state  string
		before any
		held   any
	}
	seen := uint64(0)
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
		{"emergency", 14, msg.ModeStopped, msg.ReasonEmergency, []entry{{zapcore.InfoLevel, "stopped", "stopped", int64(1)}}},
		{"is cleared", 15, msg.ModeStandby, msg.ReasonDisarmed, nil},
		{"the same a second later", 25, msg.ModeStandby, msg.ReasonDisarmed, []entry{{zapcore.InfoLevel, "standby", "stopped", nil}}},
		{"paused", 26, msg.ModeStopped, msg.ReasonPaused, []entry{{zapcore.InfoLevel, "stopped", "standby", nil}}},
		{"link lost amid that", 27, msg.ModeStopped, msg.ReasonLinkLost, []entry{{zapcore.WarnLevel, "stopped", "stopped", nil}}},
		{"resumed", 28, msg.ModeActive, msg.ReasonNone, nil},
		{"resumed a second later", 37, msg.ModeActive, msg.ReasonNone, []entry{{zapcore.InfoLevel, "active", "stopped", nil}}},
		{"ends", 38, msg.ModeStopped, msg.ReasonShutdown, []entry{{zapcore.InfoLevel, "stopped", "active", nil}}},
	} {
		l.see(c.atStep*step, &msg.Command{
			Mode: c.mode, Reason: c.reason, FrameID: 7, CaptureNs: c.atStep*step - int64(30*time.Millisecond),
		})
		var got []entry
		happened, next := l.events.after(seen)
		seen = next
		for i, e := range c.want {
			grave := e.level == zapcore.WarnLevel || c.reason == msg.ReasonEmergency
			if i >= len(happened) || happened[i].State != e.state || happened[i].Reason != c.reason.String() ||
				grave != (happened[i].Severity == telemetry.Warning) {
				t.Errorf("%s: events %+v", c.what, happened)
			}
		}
		if len(happened) != len(c.want) {
			t.Errorf("%s: %d events, %d expected", c.what, len(happened), len(c.want))
		}
		for _, e := range entries.TakeAll() {
			f := e.ContextMap()
			got = append(got, entry{e.Level, f["state"].(string), f["before"], f["held_back"]})
			if f["reason"] != c.reason.String() || f["frame_id"] != int64(7) || f["latency"] != 30*time.Millisecond {
				t.Errorf("%s: %v, want the reason %v, frame 7 and a latency of 30ms", c.what, f, c.reason)
			}
			if e.Level == zapcore.WarnLevel && e.Message != "the safety gate stopped the vehicle" {
				t.Errorf("%s: %q", c.what, e.Message)
			}
		}
		if len(got) != len(c.want) || len(got) == 1 && got[0] != c.want[0] {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}
