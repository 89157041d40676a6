package shm

import (
	"errors"
	"os"
	"testing"
)

// TestFollows has a reader follow its name through everything that happens to a segment.
func TestFollows(t *testing.T) {
	for _, c := range []struct {
		name   string
		happen func(t *testing.T, w *Writer) *Writer // returns who writes then
	}{
		{"restart", func(t *testing.T, w *Writer) *Writer {
			w.Close()
			return mustCreate(t, small(w.opt.Dir))
		}},
		{"death and restart", func(t *testing.T, w *Writer) *Writer {
			w.lock.release()
			return mustCreate(t, small(w.opt.Dir))
		}},
		{"rm of the segment", func(t *testing.T, w *Writer) *Writer {
			os.Remove(w.paths.segment)
			return rebuilt(t, w)
		}},
		{"rm of segment and lock", func(t *testing.T, w *Writer) *Writer {
			os.Remove(w.paths.segment)
			os.Remove(w.paths.lock)
			return rebuilt(t, w)
		}},
		{"another file moved over it", func(t *testing.T, w *Writer) *Writer {
			os.WriteFile(w.paths.segment+".a", []byte("hello"), 0o600)
			os.Rename(w.paths.segment+".a", w.paths.segment)
			return rebuilt(t, w)
		}},
		{"cut short", func(t *testing.T, w *Writer) *Writer {
			needFaultAddresses(t)
			os.Truncate(w.paths.segment, 5000)
			return rebuilt(t, w)
		}},
		{"emptied", func(t *testing.T, w *Writer) *Writer {
			needFaultAddresses(t)
			os.Truncate(w.paths.segment, 0)
			return rebuilt(t, w)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := mustCreate(t, small(segmentDir(t)))
			r := mustOpen(t, ReaderOptions{Dir: w.opt.Dir, Name: "x"})
			mustWrite(t, w, "old")
			_, before := latest(t, r)
			w = c.happen(t, w)
			if got := files(t, w.opt.Dir); got != "x x.lock" {
				t.Errorf("files: %q", got)
			}
			mustWrite(t, w, "new")
			r.lookNow()
			got, rec := latest(t, r)
			if got != "new" || rec.N != 1 || rec.Epoch == before.Epoch || rec.Epoch != w.Stats().Epoch {
				t.Errorf("%q %+v", got, rec)
			}
			if s := r.Stats(); s.Attaches != 2 || s.Read != 2 || s.Epoch != rec.Epoch {
				t.Errorf("%+v", s)
			}
			if err := w.Close(); err != nil || files(t, w.opt.Dir) != "" {
				t.Errorf("%v; files %q", err, files(t, w.opt.Dir))
			}
		})
	}
}

// rebuilt has the writer look at its name.
func rebuilt(t *testing.T, w *Writer) *Writer {
	t.Helper()
	before := w.Stats()
	if err := w.Check(); err != nil {
		t.Fatal(err)
	}
	if s := w.Stats(); s.Rebuilt != before.Rebuilt+1 || s.Epoch == before.Epoch {
		t.Errorf("not made anew: %+v", s)
	}
	return w
}

// TestLockRemoved: rm of the lock file alone costs nothing but a new lock file.
func TestLockRemoved(t *testing.T) {
	w := mustCreate(t, small(segmentDir(t)))
	os.Remove(w.paths.lock)
	if err := w.Check(); err != nil {
		t.Fatal(err)
	}
	if got := files(t, w.opt.Dir); got != "x x.lock" || w.Stats().Rebuilt != 0 {
		t.Errorf("files %q, %+v", got, w.Stats())
	}
	if pid := lockHolder(w.paths.lock); pid != os.Getpid() {
		t.Errorf("the new lock file is held by %d", pid)
	}
}

// TestCutShortUnderReader touches a mapping whose file has ended: in the header page, in a slot, and inside fn.
func TestCutShortUnderReader(t *testing.T) {
	needFaultAddresses(t)
	o := small("")
	o.PayloadBytes = 8192
	for _, c := range []struct {
		name string
		size int64
	}{{"header page", 0}, {"slots", HeaderBytes}} {
		o.Dir = segmentDir(t)
		w := mustCreate(t, o)
		r := mustOpen(t, ReaderOptions{Dir: o.Dir, Name: "x"})
		mustWrite(t, w, "one")
		latest(t, r)
		w.due = far() // so that Write finds out by the fault, not by looking
		if err := os.Truncate(w.Path(), c.size); err != nil {
			t.Fatal(err)
		}
		if err := r.View(func(Record) error { return nil }); !errors.Is(err, ErrTruncated) && !errors.Is(err, ErrForeign) {
			t.Errorf("%s cut off, View: %v", c.name, err)
		}
		if r.Stats().Attached {
			t.Errorf("%s cut off, and still attached", c.name)
		}
		if err := w.Write([]byte("two")); !errors.Is(err, ErrTruncated) {
			t.Errorf("%s cut off, Write: %v", c.name, err)
		}
		mustWrite(t, w, "three")
		if got, rec := latest(t, r); got != "three" || rec.N != 1 {
			t.Errorf("%s cut off, then: %q %+v", c.name, got, rec)
		}
	}
}

// TestCutShortInView cuts the file while fn looks at it: fn ends there, View says why, and neither writer nor reader is lost.
func TestCutShortInView(t *testing.T) {
	needFaultAddresses(t)
	o := small(segmentDir(t))
	o.PayloadBytes = 8192
	w := mustCreate(t, o)
	r := mustOpen(t, ReaderOptions{Dir: o.Dir, Name: "x"})
	if err := w.Write(make([]byte, 8192)); err != nil {
		t.Fatal(err)
	}
	w.due = far() // so that WriteFunc finds out by the fault, not by looking
	calls, sum := 0, 0
	err := r.View(func(rec Record) error {
		calls++
		if err := os.Truncate(w.Path(), HeaderBytes); err != nil {
			t.Fatal(err)
		}
		for _, b := range rec.Payload {
			sum += int(b)
		}
		t.Error("fn went on beyond the end of the file")
		return nil
	})
	if want := "reading " + w.Path() + ": truncated segment"; !errors.Is(err, ErrTruncated) || err.Error() != want || calls != 1 {
		t.Errorf("%v after %d calls, want %s after 1", err, calls, want)
	}
	if err := w.WriteFunc(func(p []byte) (int, error) { p[0] = 1; return 1, nil }); !errors.Is(err, ErrTruncated) {
		t.Errorf("WriteFunc: %v", err)
	}
	mustWrite(t, w, "two")
	if got, _ := latest(t, r); got != "two" || w.Stats().Rebuilt != 1 {
		t.Errorf("%q, %+v", got, w.Stats())
	}
}

// TestCutShortInNext cuts the file under a reader that waits: Next says so, or says through Idle what it found instead of a
// segment when it looked at the name first. Then it waits for the next one.
func TestCutShortInNext(t *testing.T) {
	needFaultAddresses(t)
	w := mustCreate(t, small(segmentDir(t)))
	idle := make(chan error, 1000)
	r := mustOpen(t, ReaderOptions{Dir: w.opt.Dir, Name: "x", Idle: func(why error) { idle <- why }})
	done := make(chan error, 1000)
	go func() {
		err := errors.New("begin")
		for err != nil && t.Context().Err() == nil {
			err = r.Next(t.Context())
			done <- err
		}
	}()
	if why := <-idle; why != nil {
		t.Errorf("attached and waiting: %v", why)
	}
	if err := os.Truncate(w.Path(), 0); err != nil {
		t.Fatal(err)
	}
	for said := false; !said; {
		select {
		case err := <-done:
			if said = true; !errors.Is(err, ErrTruncated) {
				t.Errorf("Next: %v", err)
			}
		case why := <-idle:
			said = errors.Is(why, ErrForeign)
		}
	}
	if err := w.Check(); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, w, "one")
	for err := <-done; err != nil; err = <-done {
		if !errors.Is(err, ErrTruncated) {
			t.Fatal(err)
		}
	}
}

// TestNoLeaks re-attaches a thousand times: descriptors and mappings stay as many as they were.
func TestNoLeaks(t *testing.T) {
	dir := segmentDir(t)
	r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"})
	open, mapped := descriptors(t), mappings(dir)
	for i := range 1000 {
		w, err := Create(small(dir))
		if err != nil {
			t.Fatal(err)
		}
		mustWrite(t, w, "one")
		r.lookNow()
		if _, rec := latest(t, r); rec.Epoch != w.Stats().Epoch {
			t.Fatalf("round %d: epoch %x", i, rec.Epoch)
		}
		if i%3 == 0 {
			os.Remove(w.Path())
			if err := w.Check(); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := Create(small(dir + "/none")); err == nil {
			t.Fatal("created in a directory that is not there")
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	r.Close()
	if n := descriptors(t); n != open {
		t.Errorf("%d descriptors, %d before", n, open)
	}
	if n := mappings(dir); n != mapped {
		t.Errorf("%d mappings, %d before", n, mapped)
	}
	if got := files(t, dir); got != "" {
		t.Errorf("files: %q", got)
	}
	if s := r.Stats(); s.Attaches != 1000 || s.Attached {
		t.Errorf("%+v", s)
	}
}
