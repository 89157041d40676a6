package daemon

import (
	"io"
	"os"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/buffer"
	"go.uber.org/zap/zapcore"
)

// idDropped: the journal or the console did not take entries.
const idDropped MessageID = "be67e47a078c4682be57020b0b09b0eb"

// Logger is a zap logger whose callers never wait, and what belongs to it.
type Logger struct {
	*zap.Logger
	// Hot is for loops: of each message at most one entry a second, with the count held back since as the field held_back.
	// In the loop ask first, so that a held-back entry costs no allocation:
	//
	//	if e := log.Hot.Check(zap.WarnLevel, "frame overwritten while being read"); e != nil {
	//		e.Write(zap.Int64("frame_id", id))
	//	}
	Hot   *zap.Logger
	Level zap.AtomicLevel

	queue *logQueue
}

// NewLogger logs to the journal's native protocol when stderr leads there, and in short lines to stderr otherwise.
func NewLogger(name string, level zapcore.Level, stderr io.Writer) (*Logger, error) {
	if f, ok := stderr.(*os.File); ok && stderrIsJournal(os.Getenv, f) {
		return newJournalLogger(name, level, journalPath)
	}
	return newConsoleLogger(name, level, stderr), nil
}

func newJournalLogger(name string, level zapcore.Level, path string) (*Logger, error) {
	socket, err := openJournal(path)
	if err != nil {
		return nil, err
	}
	return newJournalLoggerTo(socket, name, level), nil
}

func newJournalLoggerTo(socket *journalSocket, name string, level zapcore.Level) *Logger {
	encoder := &journalEncoder{identifier: name, pool: buffer.NewPool()}
	return newLogger(level, encoder.encode, socket.send, socket.close)
}

func newConsoleLogger(name string, level zapcore.Level, to io.Writer) *Logger {
	encoder := zapcore.NewConsoleEncoder(zapcore.EncoderConfig{
		TimeKey: "time", LevelKey: "level", NameKey: "logger", MessageKey: "message", StacktraceKey: "stack",
		EncodeTime: zapcore.TimeEncoderOfLayout("15:04:05.000"), EncodeLevel: zapcore.LowercaseLevelEncoder,
		EncodeDuration: zapcore.StringDurationEncoder, EncodeName: zapcore.FullNameEncoder, ConsoleSeparator: " ",
	})
	// The daemon's name leads each line: several of them share a terminal.
	encode := func(e zapcore.Entry, fields []zapcore.Field) (*buffer.Buffer, error) {
		if e.LoggerName == "" {
			e.LoggerName = name
		} else {
			e.LoggerName = name + "." + e.LoggerName
		}
		return encoder.Clone().EncodeEntry(e, fields)
	}
	write := func(line []byte) error {
		_, err := to.Write(line)
		return err
	}
	return newLogger(level, encode, write, func() {})
}

func newLogger(level zapcore.Level, encode func(zapcore.Entry, []zapcore.Field) (*buffer.Buffer, error),
	write func([]byte) error, release func()) *Logger {
	l := &Logger{Level: zap.NewAtomicLevelAt(level)}
	l.queue = newLogQueue(write, release, func(dropped uint64) *buffer.Buffer {
		e := zapcore.Entry{Level: zapcore.WarnLevel, Time: time.Now(), Message: "log entries dropped"}
		b, err := encode(e, []zapcore.Field{idDropped.Field(), zap.Uint64("dropped", dropped)})
		if err != nil {
			return new(buffer.Buffer)
		}
		return b
	})
	core := &logCore{LevelEnabler: l.Level, encode: encode, queue: l.queue}
	l.Logger = zap.New(core, zap.AddCaller())
	l.Hot = Throttle(l.Logger, time.Second)
	return l
}

// Dropped is the number of entries lost because the journal or the console did not take them in time.
func (l *Logger) Dropped() uint64 { return l.queue.dropped.Load() }

// Close writes what is queued, including the counts that Hot holds back, for a quarter of a second at most.
func (l *Logger) Close() {
	_ = l.Hot.Sync()
	l.queue.close()
}
