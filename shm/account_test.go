package shm

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// TestInPlace writes more and more records while fn holds one in place: it is overtaken by the fourth, in four slots.
func TestInPlace(t *testing.T) {
	for during := range 7 {
		w := mustCreate(t, small(segmentDir(t)))
		r := mustOpen(t, ReaderOptions{Dir: w.opt.Dir, Name: "x"})
		mustWrite(t, w, "held")
		var seen []uint64
		err := r.View(func(rec Record) error {
			if seen = append(seen, rec.N); len(seen) == 1 {
				for range during {
					mustWrite(t, w, "more")
				}
			}
			return nil
		})
		want := []uint64{1}
		if during >= 4 {
			want = []uint64{1, uint64(during) + 1}
		}
		if err != nil || !slices.Equal(seen, want) {
			t.Errorf("%d records meanwhile: saw %v, %v, want %v", during, seen, err, want)
		}
	}
}

// TestOvertakenByHalfARecord: the fourth record need not be whole to have overwritten the one in place.
func TestOvertakenByHalfARecord(t *testing.T) {
	w := mustCreate(t, small(segmentDir(t)))
	r := mustOpen(t, ReaderOptions{Dir: w.opt.Dir, Name: "x"})
	mustWrite(t, w, "held")
	var seen []uint64
	if err := r.View(func(rec Record) error {
		if seen = append(seen, rec.N); len(seen) == 1 {
			for range 3 {
				mustWrite(t, w, "more")
			}
			_ = w.WriteFunc(func(p []byte) (int, error) { return copy(p, "h"), os.ErrInvalid })
		}
		return nil
	}); err != nil || !slices.Equal(seen, []uint64{1, 4}) {
		t.Errorf("saw %v, %v", seen, err)
	}
}

// TestSlowReaderCopies holds what View does for a reader that is overtaken each time: newest, newest, then a copy; and that the errors of
// fn for records that were overtaken count for nothing.
func TestSlowReaderCopies(t *testing.T) {
	w := mustCreate(t, small(segmentDir(t)))
	r := mustOpen(t, ReaderOptions{Dir: w.opt.Dir, Name: "x"})
	mustWrite(t, w, "first")
	var got []string
	look := func(rec Record) error {
		for range 4 {
			mustWrite(t, w, fmt.Sprint("record ", w.n+1))
		}
		got = append(got, fmt.Sprint(rec.N, " ", string(rec.Payload), " ", rec.Skipped, " ", rec.Copied))
		if rec.Copied {
			return nil
		}
		return errors.New("garbage")
	}
	for range 2 {
		if err := r.View(look); err != nil {
			t.Error(err)
		}
	}
	// In place, fn sees what the writer has put there meanwhile.
	want := []string{
		"1 recor 0 false", "5 record 9 4 false", "9 record 9 8 true",
		"13 record 17 3 false", "17 record 21 7 false", "21 record 21 11 true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
	if s := r.Stats(); s.Read != 2 || s.Overrun != 4 || s.Copied != 2 || s.Skipped != 15 {
		t.Errorf("%+v", s)
	}
	if got, rec := latest(t, r); got != "record 25" || rec.N != 25 || rec.Copied || rec.Skipped != 3 {
		t.Errorf("%q %+v", got, rec)
	}
}

// TestNeverWhole gives up on a segment whose newest record never becomes whole.
func TestNeverWhole(t *testing.T) {
	dir := segmentDir(t)
	if err := os.WriteFile(dir+"/x", image(u64At(offHead, 5)), 0o640); err != nil {
		t.Fatal(err)
	}
	r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"})
	want := fmt.Sprintf("reading %s/x: overrun by the writer", dir)
	if _, err := r.Latest(nil); !errors.Is(err, ErrOverrun) || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if err := r.View(func(Record) error { t.Error("fn was called"); return nil }); !errors.Is(err, ErrOverrun) {
		t.Errorf("%v, want ErrOverrun", err)
	}
	if s := r.Stats(); s.Overrun != 1 || s.Read+s.Skipped != 0 {
		t.Errorf("%+v", s)
	}
}

// TestTornLength clamps a length that no writer wrote.
func TestTornLength(t *testing.T) {
	dir := segmentDir(t)
	b := image(func(b []byte) {
		u64At(offHead, 1)(b)
		u64At(HeaderBytes+192+offSeq, 2)(b)
		u64At(HeaderBytes+192+offLength, 1<<63)(b)
	})
	if err := os.WriteFile(dir+"/x", b, 0o640); err != nil {
		t.Fatal(err)
	}
	r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"})
	if err := r.View(func(rec Record) error {
		if len(rec.Payload) != 100 || cap(rec.Payload) != 100 {
			t.Errorf("%d bytes, room for %d; want 100 and no more", len(rec.Payload), cap(rec.Payload))
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// TestAccount reads under load, in every way: each record that was published is counted once.
func TestAccount(t *testing.T) {
	w := mustCreate(t, small(segmentDir(t)))
	const records = 300_000
	readers := make([]*Reader, 2)
	for i := range readers {
		readers[i] = mustOpen(t, ReaderOptions{Dir: w.opt.Dir, Name: "x"})
		if _, err := readers[i].Latest(nil); !errors.Is(err, ErrNoRecord) {
			t.Fatal(err)
		}
	}
	done := make(chan struct{})
	for i, r := range readers {
		go func() {
			defer func() { done <- struct{}{} }()
			buf, taken, counted := make([]byte, 100), uint64(0), uint64(0)
			for taken < records {
				before := taken
				note := func(rec Record) error {
					taken = rec.N
					for n := rand.IntN(3000) * i; n > 0; n-- {
						continue
					}
					return nil
				}
				var err error
				if rand.IntN(2) == 0 {
					err = r.View(note)
				} else if rec, e := r.Latest(buf); e == nil {
					taken, err = rec.N, e
				}
				if err == nil && taken > before {
					counted++
				}
				if err != nil && !errors.Is(err, ErrNoRecord) && !errors.Is(err, ErrOverrun) {
					t.Error(err)
					return
				}
			}
			s := r.Stats()
			if s.Read+s.Overrun+s.Skipped != records || s.Read != counted {
				t.Errorf("reader %d: %+v: %d in all, want %d; %d taken well", i, s, s.Read+s.Overrun+s.Skipped, records, counted)
			}
			t.Logf("reader %d: %d read, %d overrun, %d skipped", i, s.Read, s.Overrun, s.Skipped)
		}()
	}
	for range records {
		mustWrite(t, w, "hello")
	}
	for range readers {
		<-done
	}
}

// TestBefore attaches late, twice: what was published before is counted on its own, so that all counts together are the writers'.
func TestBefore(t *testing.T) {
	dir := segmentDir(t)
	r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"})
	for i, want := range []ReaderStats{
		{Read: 1, Before: 4, Skipped: 0, Attaches: 1},
		{Read: 2, Before: 8, Skipped: 0, Attaches: 2},
	} {
		w := mustCreate(t, small(dir))
		for range 5 {
			mustWrite(t, w, "one")
		}
		r.lookNow()
		if _, rec := latest(t, r); rec.N != 5 || rec.Skipped != 0 {
			t.Errorf("segment %d: %+v", i, rec)
		}
		want.Attached, want.Epoch = true, w.Stats().Epoch
		if got := r.Stats(); got != want {
			t.Errorf("segment %d: %+v, want %+v", i, got, want)
		}
		w.Close()
	}
}
