package camera

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lanekeeper/msg"
)

// scripted is a source whose every call does what the test says.
type scripted struct {
	grab   func(ctx context.Context) error
	closed *atomic.Int32
	lost   uint64
}

func (s *scripted) Format() Format {
	return Format{Width: 4, Height: 2, Pixel: msg.Gray8, FPS: 100, Origin: "script"}
}
func (s *scripted) Grab(ctx context.Context) error { s.lost++; return s.grab(ctx) }
func (s *scripted) Lost() uint64                   { return s.lost }
func (s *scripted) Close() error                   { s.closed.Add(1); return nil }
func (s *scripted) Retrieve(h *msg.FrameHeader, dst []byte) error {
	h.Flags = 0
	dst[0] = byte(s.lost)
	return nil
}

// diary writes down events with the time since the test began.
type diary struct {
	start time.Time
	lines []string
}

func newDiary() *diary { return &diary{start: time.Now()} }

func (d *diary) note(e Event) {
	line := fmt.Sprintf("%v %v", time.Since(d.start), e.Kind)
	if e.Err != nil {
		line += ": " + e.Err.Error()
	}
	if e.RetryIn > 0 {
		line += fmt.Sprintf(" (%v)", e.RetryIn)
	}
	d.lines = append(d.lines, line)
}

func (d *diary) check(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(d.lines, want) {
		t.Errorf("events\n got %q\nwant %q", d.lines, want)
	}
}

func every(period time.Duration) func(context.Context) error {
	return func(context.Context) error { time.Sleep(period); return nil } // virtual time
}

func TestKeeperPausesGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book, tries := newDiary(), 0
		k := &Keeper{Notify: book.note, Open: func() (Source, error) {
			tries++
			return nil, fmt.Errorf("try %d", tries)
		}}
		ctx, cancel := context.WithTimeout(t.Context(), 18*time.Second)
		defer cancel()
		if err := k.Grab(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("grab: %v", err)
		}
		book.check(t, "0s refused: try 1 (250ms)", "250ms refused: try 2 (500ms)", "750ms refused: try 3 (1s)",
			"1.75s refused: try 4 (2s)", "3.75s refused: try 5 (4s)", "7.75s refused: try 6 (5s)", "12.75s refused: try 7 (5s)",
			"17.75s refused: try 8 (5s)")
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestKeeperOpensAnewAfterAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book, opened := newDiary(), 0
		var closed atomic.Int32
		k := &Keeper{Notify: book.note}
		k.Open = func() (Source, error) {
			opened++
			s := &scripted{closed: &closed}
			limit := uint64(2)
			if opened == 3 {
				limit = 1000
			}
			s.grab = func(context.Context) error {
				time.Sleep(10 * time.Millisecond)
				if s.lost > limit {
					return errors.New("pulled out")
				}
				return nil
			}
			return s, nil
		}
		var flags []uint32
		var h msg.FrameHeader
		for range 6 {
			if err := k.Grab(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := k.Retrieve(&h, make([]byte, 8)); err != nil {
				t.Fatal(err)
			}
			flags = append(flags, h.Flags)
		}
		book.check(t, "0s opened", "30ms failed: pulled out (250ms)", "280ms opened", "310ms failed: pulled out (500ms)", "810ms opened")
		if want := []uint32{0, 0, msg.FrameLoopStart, 0, msg.FrameLoopStart, 0}; !slices.Equal(flags, want) {
			t.Errorf("flags %v, want %v", flags, want)
		}
		if k.Lost() != 3+3+2 {
			t.Errorf("%d lost, want 8: three in each of the failed ones, two in this", k.Lost())
		}
		if err := k.Close(); err != nil {
			t.Error(err)
		}
		if closed.Load() != 3 {
			t.Errorf("%d sources closed of 3", closed.Load())
		}
		if err := k.Grab(t.Context()); !errors.Is(err, os.ErrClosed) {
			t.Errorf("grab after close: %v", err)
		}
	})
}

// A sound source that fails begins with the shortest pause again.
func TestKeeperPauseResets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book, opened := newDiary(), 0
		var closed atomic.Int32
		k := &Keeper{Notify: book.note}
		k.Open = func() (Source, error) {
			opened++
			if opened < 3 {
				return nil, errors.New("none")
			}
			s := &scripted{closed: &closed}
			s.grab = func(context.Context) error {
				time.Sleep(500 * time.Millisecond)
				if s.lost > 10 {
					return errors.New("pulled out")
				}
				return nil
			}
			return s, nil
		}
		for range 11 {
			if err := k.Grab(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		book.check(t, "0s refused: none (250ms)", "250ms refused: none (500ms)", "750ms opened", "6.25s failed: pulled out (250ms)", "6.5s opened")
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
}

// A driver that hangs is left behind, at most three times over, and the Keeper goes on once a call returns.
func TestKeeperSurvivesAHangingDriver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book := newDiary()
		var closed atomic.Int32
		release := make(chan struct{})
		hang := true
		k := &Keeper{Notify: book.note, OpenTimeout: 2 * time.Second, FrameTimeout: time.Second}
		k.Open = func() (Source, error) {
			s := &scripted{closed: &closed, grab: every(10 * time.Millisecond)}
			if hang {
				s.grab = func(context.Context) error { <-release; return errors.New("late") }
			}
			return s, nil
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		if err := k.Grab(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		const frozen, opened = "frozen: script: no frame for 2.05s", "opened"
		want := []string{"0s opened", "2.05s " + frozen + " (250ms)", "2.3s " + opened, "4.35s " + frozen + " (500ms)", "4.85s " + opened,
			"6.9s " + frozen + " (1s)", "7.9s stuck: 3 calls hang in the driver: not opening it again until one returns; plug the " +
				"camera out and in, or reboot: script: no frame for 2.05s"}
		book.check(t, want...)
		if len(k.left) != 3 {
			t.Errorf("%d workers left behind, want 3", len(k.left))
		}
		if err := k.Retrieve(&msg.FrameHeader{}, make([]byte, 8)); err == nil {
			t.Error("retrieved a frame where none was grabbed")
		}
		hang = false
		close(release)
		synctest.Wait()
		if closed.Load() != 3 {
			t.Errorf("%d of 3 sources closed when their calls returned", closed.Load())
		}
		if err := k.Grab(t.Context()); err != nil {
			t.Fatal(err)
		}
		book.check(t, append(want, "20s opened")...)
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestKeeperFreezesInMidStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book, opened := newDiary(), 0
		var closed atomic.Int32
		k := &Keeper{Notify: book.note}
		k.Open = func() (Source, error) {
			opened++
			s := &scripted{closed: &closed}
			s.grab = func(ctx context.Context) error {
				time.Sleep(10 * time.Millisecond)
				if opened == 1 && s.lost == 3 {
					<-ctx.Done()
				}
				return ctx.Err()
			}
			return s, nil
		}
		for range 3 {
			if err := k.Grab(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		book.check(t, "0s opened", "1.07s frozen: script: no frame for 1.05s (250ms)", "1.32s opened")
		if err := k.Close(); err != nil {
			t.Error(err)
		}
		if closed.Load() != 2 {
			t.Errorf("%d of 2 closed", closed.Load())
		}
	})
}

func TestKeeperOpeningHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book := newDiary()
		var closed atomic.Int32
		release := make(chan struct{})
		k := &Keeper{Notify: book.note, OpenTimeout: time.Second, Open: func() (Source, error) {
			<-release
			return &scripted{closed: &closed}, nil
		}}
		ctx, cancel := context.WithTimeout(t.Context(), 1200*time.Millisecond)
		defer cancel()
		if err := k.Grab(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		book.check(t, "1.05s frozen: opening the camera: no answer for 1.05s (250ms)")
		const want = "closing the camera: 1 calls hang in the driver: i/o timeout"
		if err := k.Close(); err == nil || err.Error() != want {
			t.Errorf("close: %v, want %s", err, want)
		}
		close(release)
		synctest.Wait()
		if closed.Load() != 1 {
			t.Error("the source that was opened too late was not closed")
		}
	})
}

// Damaged frames are told of, do not close the source, do not keep Idle from being called, and count as no frame.
func TestKeeperDamaged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book, idles := newDiary(), 0
		var closed atomic.Int32
		k := &Keeper{Notify: book.note, FrameTimeout: 200 * time.Millisecond}
		k.Idle = func(why error) {
			idles++
			if why != nil && k.open {
				t.Errorf("idle while open says %v", why)
			}
		}
		k.Open = func() (Source, error) {
			s := &scripted{closed: &closed}
			s.grab = func(context.Context) error {
				time.Sleep(40 * time.Millisecond)
				if s.lost == 1 {
					return nil
				}
				return fmt.Errorf("frame %d: %w", s.lost, ErrDamaged)
			}
			return s, nil
		}
		if err := k.Grab(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 270*time.Millisecond)
		defer cancel()
		if err := k.Grab(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		book.check(t, "0s opened", "80ms damaged: frame 2: damaged picture", "120ms damaged: frame 3: damaged picture",
			"160ms damaged: frame 4: damaged picture", "200ms damaged: frame 5: damaged picture", "240ms damaged: frame 6: damaged picture",
			"280ms damaged: frame 7: damaged picture", "290ms frozen: script: no frame for 250ms (250ms)")
		if idles != 5 {
			t.Errorf("idle %d times in 270 ms, want 5", idles)
		}
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestKeeperEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var closed atomic.Int32
		k := &Keeper{Open: func() (Source, error) {
			return &scripted{closed: &closed, grab: func(context.Context) error { return fmt.Errorf("playing: %w", io.EOF) }}, nil
		}}
		for range 2 {
			if err := k.Grab(t.Context()); !errors.Is(err, io.EOF) {
				t.Errorf("got %v", err)
			}
		}
		if err := k.Close(); err != nil || closed.Load() != 1 {
			t.Errorf("close: %v, %d closed", err, closed.Load())
		}
	})
}

// A wait that its context ends does not lose the frame that was being waited for.
func TestKeeperContextKeepsTheFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var closed atomic.Int32
		s := &scripted{closed: &closed, grab: every(100 * time.Millisecond)}
		k := &Keeper{Open: func() (Source, error) { return s, nil }}
		ctx, cancel := context.WithTimeout(t.Context(), 60*time.Millisecond)
		defer cancel()
		if err := k.Grab(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		start := time.Now()
		if err := k.Grab(t.Context()); err != nil || time.Since(start) != 40*time.Millisecond || s.lost != 1 {
			t.Errorf("second grab: %v after %v, %d calls", err, time.Since(start), s.lost)
		}
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestKeeperAllocatesNothing(t *testing.T) {
	var closed atomic.Int32
	k := &Keeper{Open: func() (Source, error) {
		return &scripted{closed: &closed, grab: func(context.Context) error { return nil }}, nil
	}}
	ctx, dst, h := t.Context(), make([]byte, 8), msg.FrameHeader{}
	allocs := testing.AllocsPerRun(500, func() {
		if err := errors.Join(k.Grab(ctx), k.Retrieve(&h, dst)); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a frame", allocs)
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
}
