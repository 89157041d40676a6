package daemon

import (
	"errors"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// What a daemon ends with.
const (
	idBadConfig MessageID = "3fb6ddbc4ac14fffba7c5eed562025f6" // it could not begin
	idFailed    MessageID = "0d2a73d1aea44cdf8905bf6783739eff" // it gave up
	idAction    MessageID = "1a71bbe240bb4802b1b253ea343f236e" // it was called for something else, which was not done
)

const (
	// lastWordsLimit bounds the wait for a journal that does not read.
	lastWordsLimit = 250 * time.Millisecond
	// lastWordsLinger is what journald has to look the sender up in /proc once it has read an entry. One whose sender has
	// gone by then has no unit, and journalctl -u does not show it (github.com/systemd/systemd/issues/2913).
	lastWordsLinger = 20 * time.Millisecond
)

// sendError sends the error that a daemon ends with to the journal at path, with its fields. It returns false when the
// journal did not take all of it, which is then for standard error.
func sendError(path, name string, err error) bool {
	socket, e := openJournal(path)
	if e != nil {
		return false
	}
	l := newJournalLoggerTo(socket, name, zapcore.ErrorLevel)
	defer l.Close()
	text, id := "the daemon failed", idFailed
	if config := (*ConfigError)(nil); errors.As(err, &config) {
		text, id = "the configuration is bad", idBadConfig
	}
	action := zap.Skip()
	if a := (*actionError)(nil); errors.As(err, &a) {
		text, id, action = "an action failed", idAction, zap.String("action", a.flag)
	}
	for _, fields := range errorEntries(err) {
		l.Error(text, append(fields, id.Field(), action, zap.Int("exit_code", ExitCode(err)))...)
	}
	_ = l.Sync()
	if l.Dropped() > 0 {
		return false
	}
	socket.drain(lastWordsLimit)
	time.Sleep(lastWordsLinger)
	return true
}
