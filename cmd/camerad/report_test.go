package main

import (
	"context"
	"errors"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"lanekeeper/camera"
	"lanekeeper/daemon"
)

// TestTroubleIsToldOnce while it stays the same, and again once the camera has worked.
func TestTroubleIsToldOnce(t *testing.T) {
	withFeed(t, func(_ context.Context, _ *daemon.Daemon[config], f *feed) {
		core, logs := observer.New(zapcore.DebugLevel)
		f.report.log = zap.New(core)
		for _, c := range []struct {
			kind camera.EventKind
			err  string
			want zapcore.Level
			said string
		}{
			{camera.EventRefused, "no such device", zap.WarnLevel, "the camera cannot be opened"},
			{camera.EventRefused, "no such device", zap.DebugLevel, "the camera cannot be opened"},
			{camera.EventRefused, "permission denied", zap.WarnLevel, "the camera cannot be opened"},
			{camera.EventOpened, "", zap.InfoLevel, "the camera is open"},
			{camera.EventDamaged, "half a picture", zap.InfoLevel, "a frame is damaged"},
			{camera.EventFrozen, "no frame for 1.001s", zap.WarnLevel, "the camera gives no frames"},
			{camera.EventFrozen, "no frame for 1.002s", zap.DebugLevel, "the camera gives no frames"},
			{camera.EventStuck, "3 calls hang", zap.ErrorLevel, "the camera's driver hangs"},
			{camera.EventOpened, "", zap.InfoLevel, "the camera is open"},
			{camera.EventFailed, "unplugged", zap.WarnLevel, "the camera failed"},
			{camera.EventFailed, "unplugged", zap.DebugLevel, "the camera failed"},
		} {
			f.report.event(camera.Event{Kind: c.kind, Err: errors.New(c.err)})
			if got := logs.TakeAll(); len(got) != 1 || got[0].Level != c.want || got[0].Message != c.said {
				t.Errorf("%v %s: %+v, want %v %s", c.kind, c.err, got, c.want, c.said)
			}
		}
	})
}
