package shm

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// latest is the newest record's payload and Record.
func latest(t *testing.T, r *Reader) (string, Record) {
	t.Helper()
	rec, err := r.Latest(make([]byte, 200))
	if err != nil {
		t.Fatal(err)
	}
	return string(rec.Payload), rec
}

func TestReadInEitherStartOrder(t *testing.T) {
	dir := segmentDir(t)
	early := mustOpen(t, ReaderOptions{Dir: dir, Name: "x", Kind: 2})
	if _, err := early.Latest(nil); !errors.Is(err, ErrNoSegment) {
		t.Errorf("before the writer: %v", err)
	}
	w := mustCreate(t, small(dir))
	if _, err := early.Latest(nil); !errors.Is(err, ErrNoRecord) {
		t.Errorf("before the first record: %v", err)
	}
	if err := early.View(func(Record) error { return nil }); !errors.Is(err, ErrNoRecord) {
		t.Errorf("before the first record: %v", err)
	}
	before := NowNs()
	mustWrite(t, w, "one")
	after := NowNs()
	late := mustOpen(t, ReaderOptions{Dir: dir, Name: "/x"})
	for _, r := range []*Reader{early, late} {
		got, rec := latest(t, r)
		if got != "one" || rec.N != 1 || rec.Epoch != w.Stats().Epoch || rec.Skipped != 0 || rec.Copied {
			t.Errorf("%q %+v", got, rec)
		}
		if rec.PublishNs < before || rec.PublishNs > after {
			t.Errorf("published at %d, between %d and %d expected", rec.PublishNs, before, after)
		}
	}
}

// TestNewestWins walks a segment round several times: each look finds the newest record and says how many it missed.
func TestNewestWins(t *testing.T) {
	dir := segmentDir(t)
	w := mustCreate(t, small(dir))
	r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"})
	if _, err := r.Latest(nil); !errors.Is(err, ErrNoRecord) {
		t.Fatal(err)
	}
	n := uint64(0)
	for _, step := range []uint64{1, 1, 3, 4, 5, 17} {
		for range step {
			n++
			mustWrite(t, w, string(rune('a'+n%26)))
		}
		if got, rec := latest(t, r); got != string(rune('a'+n%26)) || rec.N != n || rec.Skipped != step-1 {
			t.Errorf("after %d more: %q %+v", step, got, rec)
		}
		if _, rec := latest(t, r); rec.N != n || rec.Skipped != 0 {
			t.Errorf("the same once more: %+v", rec)
		}
	}
	if s := r.Stats(); s.Read != 6 || s.Skipped != n-6 || s.Overrun != 0 || s.Attaches != 1 || !s.Attached {
		t.Errorf("%+v", s)
	}
}

func TestLengths(t *testing.T) {
	dir := segmentDir(t)
	w := mustCreate(t, small(dir))
	r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"})
	for _, length := range []int{0, 1, 99, 100} {
		if err := w.Write(make([]byte, length)); err != nil {
			t.Fatal(err)
		}
		if got, _ := latest(t, r); len(got) != length {
			t.Errorf("%d bytes read, %d written", len(got), length)
		}
	}
	if err := w.Write(make([]byte, 101)); !errors.Is(err, ErrTooLong) || err.Error() != "writing to "+w.Path()+": record longer than a slot: 101 bytes, 100 fit" {
		t.Errorf("101 bytes: %v", err)
	}
	for _, claim := range []int{-1, 101} {
		if err := w.WriteFunc(func([]byte) (int, error) { return claim, nil }); !errors.Is(err, ErrTooLong) {
			t.Errorf("%d bytes claimed: %v", claim, err)
		}
	}
	if _, err := r.Latest(make([]byte, 99)); !errors.Is(err, ErrTooLong) || err.Error() != "reading "+w.Path()+": record longer than a slot: 100 bytes, the buffer has 99" {
		t.Errorf("into 99 bytes: %v", err)
	}
	if got := w.Stats().Published; got != 4 {
		t.Errorf("%d records published, want 4", got)
	}
}

// TestFillFails holds that a record whose making fails is never seen, nor the slot that it was made in lost.
func TestFillFails(t *testing.T) {
	dir := segmentDir(t)
	w := mustCreate(t, small(dir))
	r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"})
	mustWrite(t, w, "one")
	unplugged := errors.New("camera unplugged")
	for range 5 {
		err := w.WriteFunc(func(p []byte) (int, error) {
			copy(p, "half")
			return 4, unplugged
		})
		if !errors.Is(err, unplugged) {
			t.Errorf("%v", err)
		}
		if got, rec := latest(t, r); got != "one" || rec.N != 1 {
			t.Errorf("%q %+v", got, rec)
		}
	}
	mustWrite(t, w, "two")
	if got, rec := latest(t, r); got != "two" || rec.N != 2 || rec.Skipped != 0 {
		t.Errorf("%q %+v", got, rec)
	}
}

// TestViewError holds that fn's own error comes back as it is.
func TestViewError(t *testing.T) {
	dir := segmentDir(t)
	w := mustCreate(t, small(dir))
	mustWrite(t, w, "one")
	r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"})
	mine := errors.New("mine")
	if err := r.View(func(Record) error { return mine }); err != mine {
		t.Errorf("%v", err)
	}
}

// TestPanicInView holds that a panic of fn is nobody's to catch here, and that the reader can be used on.
func TestPanicInView(t *testing.T) {
	dir := segmentDir(t)
	w := mustCreate(t, small(dir))
	mustWrite(t, w, "one")
	r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"})
	func() {
		defer func() {
			if got := recover(); got != "mine" {
				t.Errorf("recovered %v", got)
			}
		}()
		_ = r.View(func(Record) error { panic("mine") })
	}()
	var nothing *int
	func() {
		defer func() {
			if _, ok := recover().(error); !ok {
				t.Error("a nil pointer in fn was taken for a truncated segment")
			}
		}()
		_ = r.View(func(Record) error { *nothing = 1; return nil })
	}()
	if got, _ := latest(t, r); got != "one" {
		t.Errorf("%q", got)
	}
}

func TestClosed(t *testing.T) {
	dir := segmentDir(t)
	w := mustCreate(t, small(dir))
	r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"})
	for range 2 {
		if err := errors.Join(w.Close(), r.Close()); err != nil {
			t.Error(err)
		}
	}
	_, latestErr := r.Latest(nil)
	for _, err := range []error{
		w.Write(nil), w.WriteFunc(nil), w.Check(), r.Next(context.Background()), r.View(nil), latestErr,
	} {
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("%v, want os.ErrClosed", err)
		}
	}
}

// TestReaderCannotWrite holds that a reader's mapping is read-only, and the file's mode.
func TestReaderCannotWrite(t *testing.T) {
	needFaultAddresses(t)
	dir := segmentDir(t)
	w := mustCreate(t, small(dir))
	mustWrite(t, w, "one")
	r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"})
	// A store to the mapping is a mistake of the program, and must not pass for a truncated file.
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a store through a reader did not panic")
			}
		}()
		err := r.View(func(rec Record) error { rec.Payload[0] = 'X'; return nil })
		t.Errorf("a store through a reader: %v", err)
	}()
	if got, _ := latest(t, r); got != "one" {
		t.Errorf("%q", got)
	}
	for name, want := range map[string]fs.FileMode{"x": 0o640, "x.lock": 0o600} {
		if st, err := os.Stat(filepath.Join(dir, name)); err != nil || st.Mode() != want {
			t.Errorf("%s: mode %v, %v; want %v", name, st.Mode(), err, want)
		}
	}
}

// TestLastRecord holds that a record published just before the segment is closed still reaches a reader that waits: it may
// be the one that says neutral.
func TestLastRecord(t *testing.T) {
	for range 200 {
		dir := segmentDir(t)
		w := mustCreate(t, small(dir))
		r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"})
		mustWrite(t, w, "drive")
		if got, _ := latest(t, r); got != "drive" {
			t.Fatalf("%q", got)
		}
		done := make(chan error, 1)
		go func() {
			mustWrite(t, w, "neutral")
			done <- w.Close()
		}()
		if err := r.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if got, _ := latest(t, r); got != "neutral" {
			t.Fatalf("%q", got)
		}
		if _, err := r.Latest(nil); !errors.Is(err, ErrNoSegment) {
			t.Fatalf("after the last record: %v", err)
		}
	}
}

// TestLastRecordWhileClosing does the same between the closing and the going of the name, where a writer may be held up.
func TestLastRecordWhileClosing(t *testing.T) {
	dir := segmentDir(t)
	closed, taken := make(chan struct{}), make(chan struct{})
	o := small(dir)
	o.Fault = func(s Step) {
		if s == StepClosed {
			close(closed)
			<-taken
		}
	}
	w := mustCreate(t, o)
	r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"})
	mustWrite(t, w, "drive")
	if got, _ := latest(t, r); got != "drive" {
		t.Fatalf("%q", got)
	}
	mustWrite(t, w, "neutral")
	done := make(chan error, 1)
	go func() { done <- w.Close() }()
	<-closed
	err := r.NextUntil(t.Context(), NowNs()+int64(time.Second))
	if err == nil {
		if got, _ := latest(t, r); got != "neutral" {
			t.Errorf("%q", got)
		}
	}
	close(taken)
	if err := errors.Join(err, <-done); err != nil {
		t.Fatal(err)
	}
}

// TestIdleAcrossShortWaits holds that a reader with short deadlines hears why there is nothing.
func TestIdleAcrossShortWaits(t *testing.T) {
	dir := segmentDir(t)
	mustCreate(t, small(dir))
	var why error
	r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x", Kind: 99, Idle: func(err error) { why = err }})
	for why == nil && t.Context().Err() == nil {
		if err := r.NextUntil(t.Context(), NowNs()+int64(5*time.Millisecond)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal(err)
		}
	}
	if !errors.Is(why, ErrKind) {
		t.Error(why)
	}
}

func TestPrefix(t *testing.T) {
	dir := segmentDir(t)
	o := small(dir)
	o.Prefix = "run7_"
	w, plain := mustCreate(t, o), mustCreate(t, small(dir))
	mustWrite(t, w, "mine")
	mustWrite(t, plain, "other")
	r := mustOpen(t, ReaderOptions{Dir: dir, Prefix: "run7_", Name: "x"})
	if got, _ := latest(t, r); got != "mine" {
		t.Errorf("%q", got)
	}
	list, err := List(dir, "run7_")
	if err != nil || len(list) != 1 || list[0].Name != "x" || list[0].Epoch != w.Stats().Epoch {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestSlotsFor(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		hold, period time.Duration
		want         int
	}{
		{0, 16 * ms, 4}, {16 * ms, 16 * ms, 4}, {17 * ms, 16 * ms, 5}, {77 * ms, 16667 * time.Microsecond, 8},
		{ms, 0, 4}, {-ms, 16 * ms, 4},
	} {
		if got := SlotsFor(c.hold, c.period); got != c.want {
			t.Errorf("SlotsFor(%v, %v) = %d, want %d", c.hold, c.period, got, c.want)
		}
	}
}
