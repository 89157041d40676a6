package daemon

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// stillClock is a zap clock that the test turns.
type stillClock struct{ now time.Time }

func (c *stillClock) Now() time.Time                         { return c.now }
func (c *stillClock) NewTicker(d time.Duration) *time.Ticker { return time.NewTicker(d) }

// observed is a throttled logger with a clock that the test turns.
func observed(level zapcore.Level) (hot *zap.Logger, logs *observer.ObservedLogs, now *time.Time) {
	core, logs := observer.New(level)
	clock := &stillClock{now: time.Unix(1000, 0)}
	return Throttle(zap.New(core, zap.WithClock(clock)), time.Second), logs, &clock.now
}

func lines(logs *observer.ObservedLogs) string {
	var list []string
	for _, e := range logs.TakeAll() {
		line := e.Level.String() + " " + e.Message
		for name, v := range e.ContextMap() {
			line += fmt.Sprintf(" %s=%v", name, v)
		}
		list = append(list, line)
	}
	return strings.Join(list, "; ")
}

func TestThrottle(t *testing.T) {
	hot, logs, now := observed(zap.InfoLevel)
	for range 5 {
		hot.Warn("overrun")
		hot.Info("overrun")
		hot.Debug("overrun")
	}
	hot.With(zap.Int("n", 1)).Warn("overrun")
	if got, want := lines(logs), "warn overrun; info overrun"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	*now = now.Add(999 * time.Millisecond)
	hot.Warn("overrun")
	hot.Warn("other")
	if got, want := lines(logs), "warn other"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	*now = now.Add(time.Millisecond)
	hot.Warn("overrun")
	hot.Warn("overrun")
	if got, want := lines(logs), "warn overrun held_back=6"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	*now = now.Add(time.Second)
	hot.Warn("other")
	if got, want := lines(logs), "warn other"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestThrottleTellsTheRestOnSync(t *testing.T) {
	hot, logs, _ := observed(zap.InfoLevel)
	const id = MessageID("0123456789abcdef0123456789abcdef")
	for range 4 {
		hot.Warn("overrun", id.Field())
	}
	hot.Warn("once")
	logs.TakeAll()
	for range 2 {
		if err := hot.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	if e := logs.All(); len(e) != 1 || MessageIDOf(e[0].Context) != id {
		t.Errorf("%v, one entry with the id of those held back expected", e)
	}
	if got, want := lines(logs), "warn overrun held_back=3"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestThrottleIsBounded(t *testing.T) {
	hot, logs, _ := observed(zap.InfoLevel)
	for i := range 10 * maxThrottled {
		hot.Info("frame " + fmt.Sprint(i))
	}
	if n := len(hot.Core().(*throttleCore).state.entries); n != maxThrottled+1 {
		t.Errorf("%d entries, want %d", n, maxThrottled+1)
	}
	if n := logs.Len(); n != maxThrottled+1 {
		t.Errorf("%d lines, want %d", n, maxThrottled+1)
	}
}

func TestThrottledEntryAllocatesNothing(t *testing.T) {
	hot, _, _ := observed(zap.InfoLevel)
	hot.Warn("overrun")
	if n := testing.AllocsPerRun(1000, func() {
		if e := hot.Check(zap.WarnLevel, "overrun"); e != nil {
			e.Write(zap.Int64("frame_id", 1))
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkThrottled(b *testing.B) {
	core, _ := observer.New(zap.InfoLevel)
	hot := Throttle(zap.New(core), time.Hour)
	hot.Warn("overrun")
	b.ReportAllocs()
	for b.Loop() {
		if e := hot.Check(zap.WarnLevel, "overrun"); e != nil {
			e.Write(zap.Int64("frame_id", 1))
		}
	}
}
