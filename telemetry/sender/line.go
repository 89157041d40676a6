package sender

import (
	"encoding/json"
	"io"
	"sync"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"lanekeeper/daemon"
)

// line is what the child tells its parent, as a line of JSON: how it does, or something to be logged.
type line struct {
	Report *report `json:"report,omitempty"`
	Entry  *entry  `json:"entry,omitempty"`
}

// report is how the child does. It comes once a second, and proves that the child's loops go round.
type report struct {
	Offers     []offerState      `json:"offers"`
	Viewers    int               `json:"viewers"` // subscribers of the topic that has the most
	Sent       map[string]uint64 `json:"sent"`    // messages, by topic
	Unsent     uint64            `json:"unsent"`  // frames that could not be made into pictures
	RateHz     float64           `json:"rate_hz"`
	EncodeMs   float64           `json:"encode_ms"`
	Refused    uint64            `json:"refused"`
	KeysAnew   bool              `json:"keys_anew"` // the child ends, because the key files have changed
	TooMuchMiB int               `json:"too_much_mib"`
}

// offerState is an endpoint, or why it is not offered.
type offerState struct {
	Name      string `json:"name"`
	Address   string `json:"address"`
	Encrypted bool   `json:"encrypted"`
	Trouble   string `json:"trouble,omitempty"`
}

// entry is a log entry of the child's, which appears under the daemon's name.
type entry struct {
	Level   zapcore.Level  `json:"level"`
	Message string         `json:"message"`
	ID      string         `json:"id,omitempty"`
	Fields  map[string]any `json:"fields,omitempty"`
}

// lines writes to the parent, from any goroutine.
type lines struct {
	mu sync.Mutex
	to io.Writer
}

func newLines(to io.Writer) *lines { return &lines{to: to} }

// write ignores errors: when the parent has gone, so will the child. An entry that the parent would not read whole, because it
// quotes much of what came in, goes without its fields.
func (l *lines) write(x line) {
	text, err := json.Marshal(x)
	if err == nil && len(text) >= mostLine && x.Entry != nil {
		short := *x.Entry
		short.Fields = map[string]any{"left_out_bytes": len(text)}
		text, err = json.Marshal(line{Entry: &short})
	}
	if err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.to.Write(append(text, '\n'))
}

// logger is for the child: what it is told reaches the daemon's log.
func (l *lines) logger() *zap.Logger {
	return zap.New(&lineCore{LevelEnabler: zapcore.InfoLevel, lines: l})
}

type lineCore struct {
	zapcore.LevelEnabler
	lines  *lines
	fields []zapcore.Field
}

func (c *lineCore) With(fields []zapcore.Field) zapcore.Core {
	return &lineCore{LevelEnabler: c.LevelEnabler, lines: c.lines, fields: append(c.fields[:len(c.fields):len(c.fields)], fields...)}
}

func (c *lineCore) Check(e zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(e.Level) {
		return ce.AddCore(e, c)
	}
	return ce
}

func (c *lineCore) Write(e zapcore.Entry, fields []zapcore.Field) error {
	fields = append(c.fields[:len(c.fields):len(c.fields)], fields...)
	m := zapcore.NewMapObjectEncoder()
	for _, f := range fields {
		f.AddTo(m)
	}
	for k, v := range m.Fields {
		if d, ok := v.(time.Duration); ok {
			m.Fields[k] = d.String()
		}
	}
	c.lines.write(line{Entry: &entry{Level: e.Level, Message: e.Message, ID: string(daemon.MessageIDOf(fields)), Fields: m.Fields}})
	return nil
}

func (c *lineCore) Sync() error { return nil }

// log writes the entry to the daemon's log.
func (e *entry) log(log *zap.Logger) {
	if e.Level < zapcore.DebugLevel || e.Level > zapcore.ErrorLevel {
		return // a child cannot end the daemon
	}
	c := log.Check(e.Level, e.Message)
	if c == nil {
		return
	}
	var fields []zap.Field
	if e.ID != "" {
		fields = append(fields, daemon.MessageID(e.ID).Field())
	}
	for k, v := range e.Fields {
		fields = append(fields, zap.Any(k, v))
	}
	c.Write(fields...)
}
