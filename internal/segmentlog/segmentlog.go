// Package segmentlog is what the daemons say about their segments, each in the same words and with the same message ids.
package segmentlog

import (
	"errors"

	"go.uber.org/zap"

	"lanekeeper/daemon"
	"lanekeeper/shm"
)

// What happens to a segment.
const (
	idOwned    daemon.MessageID = "ab8908e12fea4b5184c8ec5b16776f5b" // its name is another process's
	idDisorder daemon.MessageID = "eedb53fc313148648c498bc218f26d16" // it is not as it was made
	idUnread   daemon.MessageID = "e083c7d668654113afbd4975f265eb70" // what is there cannot be read
)

// Log is about one segment that a daemon writes or reads. It is the daemon's loop's own.
type Log struct {
	Log   *zap.Logger // limited: some of it is called in every round of a loop
	Place daemon.Place
	Name  string // of the segment, without the prefix

	unread string // why it cannot be read, as last said
}

// Owned returns err, and logs that the segment is another process's where that is what err says. Two writers must not go
// on, so the daemon ends with it.
func (l *Log) Owned(err error) error {
	if errors.Is(err, shm.ErrLost) || errors.Is(err, shm.ErrBusy) {
		l.Log.Error("the segment is another process's", append(l.fields(err), idOwned.Field())...)
	}
	return err
}

// Disorder is about a segment that is written to and was found damaged, while nothing is written.
func (l *Log) Disorder(err error) {
	if e := l.Log.Check(zap.WarnLevel, "the segment is not in order"); e != nil {
		e.Write(append(l.fields(err), idDisorder.Field())...)
	}
}

// Unread says, once for each reason, why nothing can be read there; message says it of the daemon's own records. That
// nothing is there, why nil included, is no fault. It tells whether there is one.
func (l *Log) Unread(message string, why error) bool {
	if why == nil || errors.Is(why, shm.ErrNoSegment) || errors.Is(why, shm.ErrNoRecord) {
		l.unread = ""
		return false
	}
	if l.unread != why.Error() {
		l.unread = why.Error()
		l.Log.Warn(message, append(l.fields(why), idUnread.Field())...)
	}
	return true
}

// Why is the reason that Unread was last given, empty when there is none.
func (l *Log) Why() string { return l.unread }

// Read says that a record was read, so that the same trouble is news again.
func (l *Log) Read() { l.unread = "" }

// Segment names the segment in an entry of the daemon's own.
func (l *Log) Segment() zap.Field { return zap.String("segment", l.Place.Prefix+l.Name) }

// fields names the segment and who has it.
func (l *Log) fields(err error) []zap.Field {
	fields := []zap.Field{l.Segment(), zap.Error(err)}
	if pid := shm.Inspect(l.Place.ShmDir, l.Place.Prefix, l.Name).OwnerPid; pid > 0 {
		fields = append(fields, zap.Int("owner_pid", pid))
	}
	return fields
}
