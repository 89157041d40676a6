package daemon

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap/buffer"
	"go.uber.org/zap/zapcore"
)

// maxJournalValueBytes bounds one field: an entry must fit a datagram.
const maxJournalValueBytes = 16 << 10

// journalEncoder turns log entries into journald's native protocol: one field a line, typed fields under their own names in
// upper case (frame_id → FRAME_ID), the level as PRIORITY.
type journalEncoder struct {
	identifier string
	pool       buffer.Pool
}

func (j *journalEncoder) encode(e zapcore.Entry, fields []zapcore.Field) (*buffer.Buffer, error) {
	b := j.pool.Get()
	appendJournal(b, "PRIORITY", journalPriority(e.Level))
	appendJournal(b, "SYSLOG_IDENTIFIER", j.identifier)
	appendJournal(b, "MESSAGE", e.Message)
	if e.LoggerName != "" {
		appendJournal(b, "LOGGER", e.LoggerName)
	}
	if e.Caller.Defined {
		appendJournal(b, "CODE_FILE", e.Caller.File)
		appendJournal(b, "CODE_LINE", strconv.Itoa(e.Caller.Line))
		appendJournal(b, "CODE_FUNC", e.Caller.Function)
	}
	if e.Stack != "" {
		appendJournal(b, "STACK", e.Stack)
	}
	m := zapcore.NewMapObjectEncoder()
	for _, f := range fields {
		f.AddTo(m)
	}
	names := make([]string, 0, len(m.Fields))
	for name := range m.Fields {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		appendJournal(b, journalName(name), journalValue(m.Fields[name]))
	}
	return b, nil
}

// journalPriority maps a level to syslog's (RFC 5424): debug 7, info 6, warn 4, error 3, all above 2.
func journalPriority(l zapcore.Level) string {
	switch l {
	case zapcore.DebugLevel:
		return "7"
	case zapcore.InfoLevel:
		return "6"
	case zapcore.WarnLevel:
		return "4"
	case zapcore.ErrorLevel:
		return "3"
	}
	return "2"
}

// journalName makes a field's name one that journald accepts: A–Z, 0–9 and "_", beginning with a letter, at most 64 long.
// A name that means something to the journal itself gets the prefix FIELD_.
func journalName(name string) string {
	up := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return '_'
	}, name)
	switch {
	case up == "" || up[0] < 'A' || up[0] > 'Z':
		up = "FIELD_" + strings.TrimLeft(up, "_")
	case up == "MESSAGE" || up == "PRIORITY" || up == "MESSAGE_ID" || up == "LOGGER" || up == "STACK" ||
		strings.HasPrefix(up, "SYSLOG_") || strings.HasPrefix(up, "CODE_") || strings.HasPrefix(up, "OBJECT_"):
		up = "FIELD_" + up
	}
	return up[:min(len(up), 64)]
}

func journalValue(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case float32:
		return strconv.FormatFloat(float64(v), 'g', -1, 32)
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case time.Duration, bool, int, int64, int32, int16, int8, uint, uint64, uint32, uint16, uint8, uintptr, fmt.Stringer:
		return fmt.Sprint(v)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// appendJournal writes NAME=value, or with a line break in the value the form that states its length.
func appendJournal(b *buffer.Buffer, name, value string) {
	if len(value) > maxJournalValueBytes {
		value = value[:maxJournalValueBytes] + "…"
	}
	b.AppendString(name)
	if !strings.Contains(value, "\n") {
		b.AppendByte('=')
	} else {
		b.AppendByte('\n')
		var length [8]byte
		binary.LittleEndian.PutUint64(length[:], uint64(len(value)))
		_, _ = b.Write(length[:])
	}
	b.AppendString(value)
	b.AppendByte('\n')
}
