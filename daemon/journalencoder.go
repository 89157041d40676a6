package daemon

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap/buffer"
	"go.uber.org/zap/zapcore"
)

// maxJournalValueBytes bounds one field: an entry must fit a datagram.
const maxJournalValueBytes = 16 << 10

// journalEncoder turns log entries into journald's native protocol: one field a line, typed fields under their own names in
// upper case (frame_id → FRAME_ID), a duration in microseconds (latency → LATENCY_US), the level as PRIORITY.
type journalEncoder struct {
	identifier string
	pool       buffer.Pool
}

func (j *journalEncoder) encode(e zapcore.Entry, fields []zapcore.Field) (*buffer.Buffer, error) {
	b := j.pool.Get()
	appendJournal(b, "PRIORITY", journalPriority(e.Level))
	appendJournal(b, "SYSLOG_IDENTIFIER", j.identifier)
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
	if id := MessageIDOf(fields); id != "" {
		appendJournal(b, "MESSAGE_ID", string(id))
	}
	m := zapcore.NewMapObjectEncoder()
	for _, f := range fields {
		f.AddTo(m)
	}
	text := e.Message
	if why, ok := m.Fields[errorKey].(string); ok {
		text += ": " + why
	}
	var more []string
	for _, name := range sortedKeys(m.Fields) {
		full, value := name, journalValue(m.Fields[name])
		if _, ok := m.Fields[name].(time.Duration); ok {
			full += "_us"
		}
		appendJournal(b, journalName(full), value)
		_, word := m.Fields[name].(string)
		told := name == errorKey || word && strings.Contains(text, value) // the text has it already
		if !told && len(value) <= maxShownBytes && !strings.Contains(value, "\n") {
			more = append(more, full+"="+value)
		}
	}
	if len(more) > 0 {
		text += " (" + strings.Join(more, " ") + ")"
	}
	appendJournal(b, "MESSAGE", text)
	return b, nil
}

// errorKey is the field that zap.Error makes.
const errorKey = "error"

// maxShownBytes bounds the values that MESSAGE shows: journalctl prints no other field unless it is asked to.
const maxShownBytes = 64

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
	case time.Duration:
		return strconv.FormatInt(v.Microseconds(), 10)
	case bool, int, int64, int32, int16, int8, uint, uint64, uint32, uint16, uint8, uintptr, fmt.Stringer:
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
