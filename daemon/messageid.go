package daemon

import (
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// MessageID names an event once and for all, whatever its text becomes: 32 hexadecimal digits, made once with
// journalctl --new-id128. The journal finds its explanation by it (systemd.journal-fields(7)), in deploy/catalog.
type MessageID string

// messageIDKey marks a field that carries a MessageID.
const messageIDKey = "message_id"

// Field gives an entry its id. The journal gets it as MESSAGE_ID, the console does not show it.
func (id MessageID) Field() zap.Field {
	return zap.Field{Key: messageIDKey, Type: zapcore.SkipType, String: string(id)}
}

// MessageIDOf is the id among the fields, empty where there is none.
func MessageIDOf(fields []zapcore.Field) MessageID {
	for _, f := range fields {
		if f.Type == zapcore.SkipType && f.Key == messageIDKey {
			return MessageID(f.String)
		}
	}
	return ""
}
