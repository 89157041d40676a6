package daemon

import (
	"slices"
	"time"

	"go.uber.org/zap/buffer"
	"go.uber.org/zap/zapcore"
)

// flushLimit bounds what an exiting daemon waits for its last log entries.
const flushLimit = 250 * time.Millisecond

// logCore is a zapcore.Core that encodes an entry in its caller's goroutine and leaves writing it to a queue.
type logCore struct {
	zapcore.LevelEnabler
	encode func(zapcore.Entry, []zapcore.Field) (*buffer.Buffer, error)
	queue  *logQueue
	fields []zapcore.Field // of the loggers made with With
}

func (c *logCore) With(fields []zapcore.Field) zapcore.Core {
	clone := *c
	clone.fields = slices.Concat(c.fields, fields)
	return &clone
}

func (c *logCore) Check(e zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(e.Level) {
		return ce.AddCore(e, c)
	}
	return ce
}

func (c *logCore) Write(e zapcore.Entry, fields []zapcore.Field) error {
	if len(c.fields) > 0 {
		fields = append(c.fields[:len(c.fields):len(c.fields)], fields...)
	}
	b, err := c.encode(e, fields)
	if err != nil {
		return err
	}
	c.queue.add(b)
	if e.Level > zapcore.ErrorLevel { // the process may end after this entry
		c.queue.flush(flushLimit)
	}
	return nil
}

func (c *logCore) Sync() error {
	c.queue.flush(flushLimit)
	return nil
}
