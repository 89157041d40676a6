package segmentlog

import (
	"errors"
	"os"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"lanekeeper/daemon"
	"lanekeeper/shm"
)

func TestLog(t *testing.T) {
	core, logs := observer.New(zapcore.InfoLevel)
	l := &Log{Log: zap.New(core), Place: daemon.Place{Prefix: "test-", ShmDir: t.TempDir()}, Name: "feed"}
	owner, err := shm.Create(shm.WriterOptions{Dir: l.Place.ShmDir, Prefix: l.Place.Prefix, Name: l.Name, Kind: 1, Slots: 4, PayloadBytes: 64})
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	other := errors.New("no room")
	for _, c := range []struct {
		name string
		do   func()
		want zapcore.Level
		said string
		id   daemon.MessageID
	}{
		{"another error", func() { _ = l.Owned(other) }, 0, "", ""},
		{"no error", func() { _ = l.Owned(nil) }, 0, "", ""},
		{"owned", func() { _ = l.Owned(shm.ErrBusy) }, zap.ErrorLevel, "the segment is another process's", idOwned},
		{"lost", func() { _ = l.Owned(shm.ErrLost) }, zap.ErrorLevel, "the segment is another process's", idOwned},
		{"disorder", func() { l.Disorder(other) }, zap.WarnLevel, "the segment is not in order", idDisorder},
		{"nothing there", func() { l.Unread("frames cannot be read", shm.ErrNoSegment) }, 0, "", ""},
		{"nothing new", func() { l.Unread("frames cannot be read", nil) }, 0, "", ""},
		{"unreadable", func() { l.Unread("frames cannot be read", shm.ErrKind) }, zap.WarnLevel, "frames cannot be read", idUnread},
		{"still unreadable", func() { l.Unread("frames cannot be read", shm.ErrKind) }, 0, "", ""},
		{"for another reason", func() { l.Unread("frames cannot be read", shm.ErrVersion) }, zap.WarnLevel, "frames cannot be read", idUnread},
		{"unreadable after a while", func() { l.Read(); l.Unread("frames cannot be read", shm.ErrVersion) }, zap.WarnLevel, "frames cannot be read", idUnread},
	} {
		c.do()
		got := logs.TakeAll()
		switch {
		case c.said == "" && len(got) == 0:
		case c.said == "" || len(got) != 1:
			t.Errorf("%s: %v, want %q", c.name, got, c.said)
		case got[0].Level != c.want || got[0].Message != c.said || got[0].Context[len(got[0].Context)-1].String != string(c.id):
			t.Errorf("%s: %+v, want %v %s %s", c.name, got[0], c.want, c.said, c.id)
		case got[0].ContextMap()["segment"] != "test-feed" || got[0].ContextMap()["owner_pid"] != int64(os.Getpid()):
			t.Errorf("%s: %v, want test-feed and this process", c.name, got[0].ContextMap())
		}
	}
	if err := l.Owned(other); err != other {
		t.Errorf("%v is handed on as %v", other, err)
	}
}
