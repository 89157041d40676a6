package daemon

import (
	"sync"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// maxThrottled bounds the messages told apart. Messages are constants, so there are few; the rest share one limit.
const maxThrottled = 256

// Throttle is log with at most one entry per message and level in each interval. The next one that passes, or Sync,
// carries the count of those held back as the field held_back. A message must be a constant; what varies is a field.
func Throttle(log *zap.Logger, interval time.Duration) *zap.Logger {
	state := &throttle{interval: interval, entries: map[throttleKey]*throttled{}}
	return log.WithOptions(zap.WrapCore(func(c zapcore.Core) zapcore.Core { return &throttleCore{Core: c, state: state} }))
}

type throttleKey struct {
	level   zapcore.Level
	message string
}

type throttled struct {
	next time.Time // when the next entry may pass
	held uint64
	id   MessageID // of the last entry that passed
}

// throttle is what a throttled logger and its children share.
type throttle struct {
	interval time.Duration
	mu       sync.Mutex
	entries  map[throttleKey]*throttled
}

func (t *throttle) entry(k throttleKey) *throttled {
	e := t.entries[k]
	if e == nil && len(t.entries) >= maxThrottled {
		k = throttleKey{}
		e = t.entries[k]
	}
	if e == nil {
		e = &throttled{}
		t.entries[k] = e
	}
	return e
}

// pass says whether an entry of this time may be written, and counts it otherwise.
func (t *throttle) pass(k throttleKey, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.entry(k)
	if now.Before(e.next) {
		e.held++
		return false
	}
	e.next = now.Add(t.interval)
	return true
}

// takeHeld returns the count of what was held back, and begins anew.
func (t *throttle) takeHeld(k throttleKey, id MessageID) uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.entry(k)
	n := e.held
	e.held, e.id = 0, id
	return n
}

type throttleCore struct {
	zapcore.Core
	state *throttle
}

func (c *throttleCore) With(fields []zapcore.Field) zapcore.Core {
	return &throttleCore{Core: c.Core.With(fields), state: c.state}
}

func (c *throttleCore) Check(e zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if !c.Enabled(e.Level) || !c.state.pass(throttleKey{e.Level, e.Message}, e.Time) {
		return ce
	}
	return ce.AddCore(e, c)
}

func (c *throttleCore) Write(e zapcore.Entry, fields []zapcore.Field) error {
	if held := c.state.takeHeld(throttleKey{e.Level, e.Message}, MessageIDOf(fields)); held > 0 {
		fields = append(fields[:len(fields):len(fields)], zap.Uint64("held_back", held))
	}
	return c.Core.Write(e, fields)
}

// Sync writes one entry for each message of which some are still held back, so that no count is lost.
func (c *throttleCore) Sync() error {
	c.state.mu.Lock()
	left := map[throttleKey]MessageID{}
	for k, e := range c.state.entries {
		if e.held > 0 {
			left[k] = e.id
		}
	}
	c.state.mu.Unlock()
	for k, id := range left {
		entry := zapcore.Entry{Level: k.level, Time: time.Now(), Message: k.message}
		if err := c.Write(entry, []zapcore.Field{id.Field()}); err != nil {
			return err
		}
	}
	return c.Core.Sync()
}
