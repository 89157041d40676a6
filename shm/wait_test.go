package shm

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// far is a deadline that no test reaches.
func far() int64 { return NowNs() + int64(time.Hour) }

// TestWaitModes passes a thousand records, one by one, to a waiting reader of each mode.
func TestWaitModes(t *testing.T) {
	for wait := Futex; wait <= Adaptive; wait++ {
		t.Run(wait.String(), func(t *testing.T) {
			if wait != Futex && onOneCPU() {
				t.Skip("needs two CPUs")
			}
			w := mustCreate(t, small(segmentDir(t)))
			r := mustOpen(t, ReaderOptions{Dir: w.opt.Dir, Name: "x", Wait: wait})
			if _, err := r.Latest(nil); !errors.Is(err, ErrNoRecord) {
				t.Fatal(err)
			}
			const records = 1000
			taken := make(chan string)
			go func() {
				defer close(taken)
				for range records {
					if err := r.Next(t.Context()); err != nil {
						t.Error(err)
						return
					}
					err := r.View(func(rec Record) error { taken <- fmt.Sprint(rec.N, string(rec.Payload)); return nil })
					if err != nil {
						t.Error(err)
						return
					}
				}
			}()
			for n := 1; n <= records; n++ {
				mustWrite(t, w, " hello")
				if got, want := <-taken, fmt.Sprint(n, " hello"); got != want {
					t.Fatalf("%q, want %q", got, want)
				}
			}
			<-taken // closed
			if s := r.Stats(); s.Read != records || s.Skipped+s.Overrun != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// TestPace is the arithmetic that adaptive waiting rests on.
func TestPace(t *testing.T) {
	var p pace
	for i, c := range []struct {
		n   uint64
		at  int64
		due int64
	}{
		{1, 1000, 0},
		{2, 1800, 2600},            // a first period of 800
		{4, 3400, 4200},            // two periods of 800: still 800
		{5, 5800, 5800 + 1000},     // one of 2400: an eighth of the difference
		{5, 5800, 5800 + 1000},     // the same record
		{1, 100, 100 + 1000},       // numbers that begin anew
		{3, 100, 100 + 1000},       // a clock that stands
		{4, 1100, 1100 + 1000},     // as foreseen
		{5, 300, 300 + 1000},       // a clock that goes back
		{6, 1300, 1300 + 1000},     // as foreseen again
		{14, 17300, 17300 + 125*9}, // eight periods of 2000
	} {
		p.saw(c.n, c.at)
		if got := p.due(); got != c.due {
			t.Errorf("step %d: due %d, want %d", i, got, c.due)
		}
	}
}

func TestParseWait(t *testing.T) {
	for _, want := range []Wait{Futex, Spin, Adaptive} {
		if got, err := ParseWait(want.String()); got != want || err != nil {
			t.Errorf("%v, %v", got, err)
		}
	}
	if _, err := ParseWait("poll"); err == nil || err.Error() != `waiting mode "poll": one of futex, spin, adaptive expected` {
		t.Error(err)
	}
}

func onOneCPU() bool {
	_, err := Open(ReaderOptions{Name: "x", Wait: Spin})
	return err != nil
}

// TestOneCPU runs a process on a single CPU: there, polling is refused, sleeping is not.
func TestOneCPU(t *testing.T) {
	dir := segmentDir(t)
	c := spawn(t, "one-cpu", nil, "DIR="+dir)
	const want = "reading %s/x: waiting mode %s on a single CPU would keep the writer from running; use futex"
	for _, w := range []string{"<nil>", fmt.Sprintf(want, dir, "spin"), fmt.Sprintf(want, dir, "adaptive")} {
		if got := c.hear(); got != w {
			t.Errorf("\n got %s\nwant %s", got, w)
		}
	}
	<-c.done
}

// oneCPU runs itself anew on one CPU, since a Go process counts its CPUs when it starts, and says what Open says in each mode.
func oneCPU() error {
	var mask unix.CPUSet
	if err := unix.SchedGetaffinity(0, &mask); err != nil {
		return err
	}
	if mask.Count() > 1 {
		cpu := 0
		for !mask.IsSet(cpu) {
			cpu++
		}
		mask.Zero()
		mask.Set(cpu)
		if err := unix.SchedSetaffinity(0, &mask); err != nil {
			return err
		}
		return unix.Exec("/proc/self/exe", os.Args, os.Environ())
	}
	for wait := Futex; wait <= Adaptive; wait++ {
		_, err := Open(ReaderOptions{Dir: os.Getenv("DIR"), Name: "x", Wait: wait})
		fmt.Println(err)
	}
	return nil
}

func TestDeadline(t *testing.T) {
	dir := segmentDir(t)
	r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"})
	check := func(what string, in time.Duration) {
		t.Helper()
		deadline := NowNs() + int64(in)
		err := r.NextUntil(t.Context(), deadline)
		if !errors.Is(err, os.ErrDeadlineExceeded) || NowNs() < deadline {
			t.Errorf("%s, deadline in %v: %v, %d ns before it", what, in, err, deadline-NowNs())
		}
	}
	for _, in := range []time.Duration{-time.Second, 0, time.Millisecond, 70 * time.Millisecond} {
		check("no segment", in)
	}
	w := mustCreate(t, small(dir))
	for _, in := range []time.Duration{-time.Second, 0, time.Millisecond, 70 * time.Millisecond} {
		check("no record", in)
	}
	mustWrite(t, w, "one")
	if err := r.NextUntil(t.Context(), NowNs()-1); err != nil {
		t.Errorf("a record is there, the deadline was before: %v", err)
	}
	if err := r.NextUntil(t.Context(), far()); err != nil {
		t.Errorf("a record is there, the deadline is to come: %v", err)
	}
	latest(t, r)
	check("record taken", time.Millisecond)
}

// TestIdle holds what a waiting reader is told, state by state.
func TestIdle(t *testing.T) {
	dir := segmentDir(t)
	whys := make(chan error)
	r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x", Kind: 2, Idle: func(why error) { whys <- why }})
	done := make(chan error, 1)
	go func() { done <- r.Next(t.Context()) }()
	until := func(what string, want error) {
		t.Helper()
		for range 100 { // each takes at least 50 ms
			if why := <-whys; errors.Is(why, want) {
				if got := r.Stats().Attached; got != (want == nil) {
					t.Errorf("%s: attached %t", what, got)
				}
				return
			}
		}
		t.Errorf("%s: never told %v", what, want)
	}
	until("no segment", ErrNoSegment)
	w := mustCreate(t, small(dir))
	until("no record", nil)
	w.Close()
	until("closed", ErrNoSegment)
	os.WriteFile(dir+"/x", []byte("hello"), 0o600)
	until("a foreign file", ErrForeign)
	o := small(dir)
	o.Kind = 3
	w = mustCreate(t, o)
	until("another kind", ErrKind)
	w.Close()
	w = mustCreate(t, small(dir))
	until("the right one", nil)
	mustWrite(t, w, "one")
	for {
		select {
		case <-whys: // it was idle when the record came
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
			return
		}
	}
}

// waiting starts a Next and returns once it waits.
func waiting(t *testing.T, ctx context.Context, o ReaderOptions) (*Reader, chan error) {
	t.Helper()
	idle, done := make(chan struct{}), make(chan error, 1)
	o.Idle = func(error) {
		select {
		case idle <- struct{}{}:
		default:
		}
	}
	r := mustOpen(t, o)
	go func() { done <- r.Next(ctx) }()
	<-idle
	return r, done
}

// TestWaitEnds ends a waiting Next by Close and by its context, with and without a segment, in every mode.
func TestWaitEnds(t *testing.T) {
	for wait := Futex; wait <= Adaptive; wait++ {
		if wait != Futex && onOneCPU() {
			t.Skip("needs two CPUs")
		}
		for _, segment := range []bool{false, true} {
			dir := segmentDir(t)
			if segment {
				mustCreate(t, small(dir))
			}
			o := ReaderOptions{Dir: dir, Name: "x", Wait: wait}
			r, done := waiting(t, t.Context(), o)
			if s := r.Stats(); s.Attached != segment { // does not wait for Next either
				t.Errorf("%v, segment %t: %+v", wait, segment, s)
			}
			r.Close()
			if err := <-done; !errors.Is(err, os.ErrClosed) {
				t.Errorf("%v, segment %t: Next of a closed reader: %v", wait, segment, err)
			}
			ctx, cancel := context.WithCancelCause(t.Context())
			_, done = waiting(t, ctx, o)
			cancel(nil)
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Errorf("%v, segment %t: Next of a cancelled context: %v", wait, segment, err)
			}
		}
	}
}

// TestStatsWhileFilling: a camera that hangs in WriteFunc hides no counter.
func TestStatsWhileFilling(t *testing.T) {
	w := mustCreate(t, small(segmentDir(t)))
	mustWrite(t, w, "one")
	if err := w.WriteFunc(func([]byte) (int, error) {
		if s := w.Stats(); s.Published != 1 || s.Epoch == 0 {
			t.Errorf("%+v", s)
		}
		return 0, nil
	}); err != nil {
		t.Error(err)
	}
}

func TestClockIsMonotonic(t *testing.T) {
	var ts unix.Timespec
	before := NowNs()
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		t.Fatal(err)
	}
	if after := NowNs(); ts.Nano() < before || ts.Nano() > after {
		t.Errorf("CLOCK_MONOTONIC %d is not between %d and %d", ts.Nano(), before, after)
	}
}

func TestHolder(t *testing.T) {
	w := mustCreate(t, small(segmentDir(t)))
	if got := lockHolder(w.paths.lock); got != os.Getpid() {
		t.Errorf("held by %d, want %d", got, os.Getpid())
	}
	_, err := Create(small(w.opt.Dir))
	if want := fmt.Sprintf("owned by another process: pid %d", os.Getpid()); !errors.Is(err, ErrBusy) || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("a second Create: %v", err)
	}
	if err := Clean(w.opt.Dir, "", "x"); !errors.Is(err, ErrBusy) || !strings.HasSuffix(err.Error(), fmt.Sprint("pid ", os.Getpid())) {
		t.Errorf("Clean: %v", err)
	}
	w.Close()
	if got := lockHolder(w.paths.lock); got != 0 {
		t.Errorf("held by %d after Close", got)
	}
}
