package daemon

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"golang.org/x/sys/unix"
)

func listenJournal(t *testing.T) *net.UnixConn {
	t.Helper()
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(t.TempDir(), "journal"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// readJournal parses one entry of the native protocol.
func readJournal(t *testing.T, c *net.UnixConn) map[string]string {
	t.Helper()
	b := make([]byte, 256<<10)
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	n, err := c.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]string{}
	for rest := b[:n]; len(rest) > 0; {
		line, after, ok := bytes.Cut(rest, []byte("\n"))
		if !ok {
			t.Fatalf("no end of line in %q", rest)
		}
		name, value, ok := strings.Cut(string(line), "=")
		if !ok {
			length := binary.LittleEndian.Uint64(after)
			value, after = string(after[8:8+length]), after[8+length+1:]
		}
		if _, twice := fields[name]; twice {
			t.Errorf("two fields %s", name)
		}
		fields[name], rest = value, after
	}
	return fields
}

func testJournalLogger(t *testing.T, c *net.UnixConn) *Logger {
	t.Helper()
	l, err := newJournalLogger("testd", zapcore.DebugLevel, c.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

func TestJournalFields(t *testing.T) {
	journal := listenJournal(t)
	l := testJournalLogger(t, journal)
	l.Named("writer").With(zap.Int64("frame_id", 7)).Warn("frame lost",
		zap.Float64("age-ms", 0.5), zap.Duration("held", 80*time.Millisecond), zap.Bool("live", true), zap.String("_path", "a\nb"),
		zap.Error(errors.New("no room")), zap.Ints("slots", []int{1, 2}), zap.String("message", "mine"), zap.String("wanted", "room"), zap.Stringer("signal", unix.SIGTERM),
		MessageID("0123456789abcdef0123456789abcdef").Field())
	got := readJournal(t, journal)
	if !strings.HasSuffix(got["CODE_FILE"], "daemon/logger_test.go") || got["CODE_FUNC"] != "lanekeeper/daemon.TestJournalFields" || got["CODE_LINE"] == "" {
		t.Errorf("code at %s:%s %s", got["CODE_FILE"], got["CODE_LINE"], got["CODE_FUNC"])
	}
	for _, name := range []string{"CODE_FILE", "CODE_LINE", "CODE_FUNC"} {
		delete(got, name)
	}
	want := map[string]string{
		"PRIORITY": "4", "SYSLOG_IDENTIFIER": "testd", "LOGGER": "writer", "FRAME_ID": "7", "AGE_MS": "0.5",
		"MESSAGE":    "frame lost: no room (age-ms=0.5 frame_id=7 held_us=80000 live=true message=mine signal=terminated slots=[1,2])",
		"MESSAGE_ID": "0123456789abcdef0123456789abcdef", "HELD_US": "80000", "LIVE": "true", "FIELD_PATH": "a\nb", "ERROR": "no room", "SLOTS": "[1,2]", "FIELD_MESSAGE": "mine", "WANTED": "room",
		"SIGNAL": "terminated",
	}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %q, want %q", name, got[name], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d fields, want %d: %v", len(got), len(want), got)
	}
}

func TestJournalPriorities(t *testing.T) {
	for level, want := range map[zapcore.Level]string{
		zap.DebugLevel: "7", zap.InfoLevel: "6", zap.WarnLevel: "4", zap.ErrorLevel: "3", zap.DPanicLevel: "2", zap.PanicLevel: "2", zap.FatalLevel: "2",
	} {
		if got := journalPriority(level); got != want {
			t.Errorf("%v is %s, want %s", level, got, want)
		}
	}
}

func TestJournalTakesAHugeValue(t *testing.T) {
	journal := listenJournal(t)
	testJournalLogger(t, journal).Info("huge", zap.String("text", strings.Repeat("x", 1<<20)))
	if got := readJournal(t, journal)["TEXT"]; len(got) != maxJournalValueBytes+len("…") {
		t.Errorf("%d bytes", len(got))
	}
}

// A journal that reads nothing must not hold a caller up; what is lost is counted, and told once it reads again.
func TestStoppedJournal(t *testing.T) {
	journal := listenJournal(t)
	l := testJournalLogger(t, journal)
	const entries = 3 * logQueueEntries
	for i := range entries {
		l.Info("entry", zap.Int("i", i))
	}
	// What the kernel queues in the socket is a few hundred; the rest of what does not fit the queue is dropped by now.
	dropped := l.Dropped()
	if dropped < logQueueEntries {
		t.Fatalf("%d of %d dropped", dropped, entries)
	}
	for i := range entries - int(dropped) {
		if got := readJournal(t, journal); got["MESSAGE"] != "entry (i="+got["I"]+")" {
			t.Fatalf("entry %d: %v", i, got)
		}
	}
	got := readJournal(t, journal)
	if got["MESSAGE_ID"] != string(idDropped) || got["DROPPED"] != strconv.FormatUint(dropped, 10) || got["PRIORITY"] != "4" {
		t.Errorf("after %d dropped: %v", dropped, got)
	}
	l.Info("again")
	if got := readJournal(t, journal); got["MESSAGE"] != "again" {
		t.Errorf("then %v", got)
	}
}

func TestCloseOfAStoppedJournal(t *testing.T) {
	journal := listenJournal(t)
	l := testJournalLogger(t, journal)
	for range 2 * logQueueEntries {
		l.Info("entry")
	}
	l.Close() // returns
}

func TestMissingJournal(t *testing.T) {
	l, err := newJournalLogger("testd", zapcore.InfoLevel, filepath.Join(t.TempDir(), "none"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	l.Info("to nobody")
	if err := l.Sync(); err != nil {
		t.Fatal(err)
	}
	if l.Dropped() != 1 {
		t.Errorf("%d dropped, want 1", l.Dropped())
	}
}

func TestStderrIsJournal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "stream"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]bool{
		fmt.Sprintf("%d:%d", st.Dev, st.Ino): true, fmt.Sprintf("%d:%d", st.Dev, st.Ino+1): false, "": false, "x": false, "5": false,
	} {
		if got := stderrIsJournal(environment("JOURNAL_STREAM", value), f); got != want {
			t.Errorf("JOURNAL_STREAM=%s: %v, want %v", value, got, want)
		}
	}
}

func TestConsoleLines(t *testing.T) {
	var b bytes.Buffer
	l := newConsoleLogger("testd", zapcore.InfoLevel, &b)
	l.Debug("not shown")
	l.Info("started", MessageID("0123456789abcdef0123456789abcdef").Field(), zap.Duration("in", 3*time.Millisecond))
	l.Named("part").With(zap.Int("n", 1)).Error("lost", zap.Error(errors.New("why")))
	l.Level.SetLevel(zapcore.DebugLevel)
	l.Debug("shown")
	l.Close()
	var got []string
	for _, line := range strings.Split(strings.TrimSpace(b.String()), "\n") {
		_, rest, _ := strings.Cut(line, " ") // the time
		got = append(got, rest)
	}
	want := []string{`info testd started {"in": "3ms"}`, `error testd.part lost {"n": 1, "error": "why"}`, "debug testd shown"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

func BenchmarkLogLevelOff(b *testing.B) {
	l := newConsoleLogger("testd", zapcore.InfoLevel, &bytes.Buffer{})
	defer l.Close()
	b.ReportAllocs()
	for b.Loop() {
		if e := l.Check(zap.DebugLevel, "frame"); e != nil {
			e.Write(zap.Int("n", 1))
		}
	}
}
