package shm

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// told is a line of a child.
type told struct {
	by   *child
	line string
}

// tornRun is one writer, two readers, and a parent that stops and kills them.
type tornRun struct {
	t       *testing.T
	dir     string
	big     string
	mutate  string
	heard   chan told
	writer  *child
	readers [2]*child
	watch   *Reader // the parent's own

	armed     Step           // the writer was asked to stop there
	next      int            // what to do to the writer next: step and whether to kill
	held      *child         // stopped until the next tick
	seen      map[string]int // how often a writer went on from, or died at, each step
	written   map[*child]int
	read      map[*child]int
	overrun   map[*child]int
	torn      []string
	takeovers int
}

func newTornRun(t *testing.T, mutate, big string) *tornRun {
	t.Helper()
	r := &tornRun{
		t: t, dir: segmentDir(t), mutate: mutate, big: big, heard: make(chan told), seen: map[string]int{},
		written: map[*child]int{}, read: map[*child]int{}, overrun: map[*child]int{},
	}
	r.watch = mustOpen(t, ReaderOptions{Dir: r.dir, Name: "torn", Kind: 9})
	r.startWriter()
	for i := range r.readers {
		r.startReader(i)
	}
	return r
}

func (r *tornRun) start(role string, env ...string) *child {
	c := spawn(r.t, role, nil, append(env, "DIR="+r.dir, "MUTATE="+r.mutate, "BIG="+r.big)...)
	go func() {
		for line := range c.lines {
			select {
			case r.heard <- told{c, line}:
			case <-r.t.Context().Done():
				return
			}
		}
	}()
	return c
}

func (r *tornRun) startWriter() {
	r.writer, r.armed = r.start("torn-writer"), 0
	r.takeovers++
}

func (r *tornRun) startReader(i int) {
	r.readers[i] = r.start("torn-reader", "WAIT="+[]string{"spin", "futex"}[i])
}

// note takes in what a child says.
func (r *tornRun) note(h told) {
	var a, b int
	switch word, rest, _ := strings.Cut(h.line, " "); word {
	case "wrote":
		fmt.Sscan(rest, &a)
		r.written[h.by] = a
	case "read":
		fmt.Sscan(rest, &a, &b)
		r.read[h.by], r.overrun[h.by] = a, b
	case "at":
		if h.by == r.writer {
			r.atStep(rest)
		}
	case "torn":
		r.torn = append(r.torn, rest)
	default:
		r.t.Errorf("a child says %q", h.line)
	}
}

// atStep looks at the segment of a writer that stopped itself within a record, then lets it go on or kills it.
func (r *tornRun) atStep(line string) {
	var (
		step     Step
		n, epoch uint64
	)
	fmt.Sscan(line, &step, &n, &epoch)
	r.writer.awaitStop()
	r.armed = 0
	want := n
	if step < StepHead {
		want = n - 1
	}
	r.watch.lookNow()
	rec, err := r.watch.Latest(make([]byte, tornPayload))
	switch {
	case want == 0:
		if !errors.Is(err, ErrNoRecord) {
			r.t.Errorf("writer stopped at step %d of the first record: %v, want ErrNoRecord", step, err)
		}
	case err != nil:
		r.t.Errorf("writer stopped at step %d of record %d: %v", step, n, err)
	case rec.N != want || rec.Epoch != epoch || len(rec.Payload) != tornLength(want) || !allWords(rec.Payload, tornWord(want, epoch)):
		r.t.Errorf("writer stopped at step %d of record %d: read record %d of %d bytes, want %d whole", step, n, rec.N, len(rec.Payload), want)
	}
	if kill := r.next%2 == 1; kill {
		r.seen[fmt.Sprint("killed at ", step)]++
		r.replaceWriter()
	} else {
		r.seen[fmt.Sprint("went on from ", step)]++
		r.writer.signal(unix.SIGCONT)
	}
	r.next++
}

func (r *tornRun) replaceWriter() {
	r.writer.kill()
	r.startWriter()
}

// tick does something unkind to somebody.
func (r *tornRun) tick() {
	if r.held != nil {
		r.held.signal(unix.SIGCONT)
		r.held = nil
	}
	switch i := rand.IntN(len(r.readers)); rand.IntN(8) {
	case 0:
		r.held = r.readers[i]
		r.held.signal(unix.SIGSTOP)
	case 1:
		r.readers[i].kill()
		r.startReader(i)
	case 2:
		if r.armed == 0 {
			r.held = r.writer
			r.held.signal(unix.SIGSTOP)
		}
	case 3:
		if r.armed == 0 {
			r.replaceWriter()
		}
	default:
		if r.armed == 0 {
			r.armed = StepOdd + Step(r.next/2)%6
			r.writer.say("%d", r.armed)
		}
	}
}

func sum(of map[*child]int) (total int) {
	for _, n := range of {
		total += n
	}
	return total
}

// TestTorn passes at least ten million records between processes that are stopped and killed at random and at each step of a record: no
// reader accepts a torn one. The short run ends after ten seconds, on a slow machine with fewer records; it says how many.
func TestTorn(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector does not see shared mappings; it only makes this slow")
	}
	const records, overruns = 10_000_000, 10_000
	least, leastOverruns, budget := 10_000, 500, 10*time.Second // what an emulator does, too
	if long() {
		least, leastOverruns, budget = records, overruns, time.Minute
	}
	r := newTornRun(t, "", "")
	begun := time.Now()
	for ticks := time.NewTicker(25 * time.Millisecond); ; {
		select {
		case h := <-r.heard:
			r.note(h)
		case <-ticks.C:
			r.tick()
		}
		full := sum(r.written) >= records && sum(r.overrun) >= overruns && !long()
		late := time.Since(begun) > budget && sum(r.written) >= least && sum(r.overrun) >= leastOverruns
		if len(r.seen) == 12 && (full || late) || len(r.torn) > 0 || t.Failed() {
			break
		}
	}
	t.Logf("%d records written by %d writers, %d read by %d readers and %d overruns rejected, in %v",
		sum(r.written), r.takeovers, sum(r.read), len(r.read), sum(r.overrun), time.Since(begun).Round(time.Millisecond))
	t.Logf("stopped within a record: %v", r.seen)
	if len(r.torn) > 0 {
		t.Errorf("torn records accepted (number, bytes, copied): %v", r.torn)
	}
}

// TestTornIsSeen takes out what keeps torn records from being accepted: then the same readers must report them.
func TestTornIsSeen(t *testing.T) {
	for _, mutate := range []string{"skipOdd", "skipClosingCheck"} {
		t.Run(mutate, func(t *testing.T) {
			r := newTornRun(t, mutate, "1")
			begun := time.Now()
			for limit := time.After(time.Minute); len(r.torn) == 0; {
				select {
				case h := <-r.heard:
					r.note(h)
				case <-limit:
					t.Fatalf("no torn record in a minute, after %d overruns", sum(r.overrun))
				}
			}
			t.Logf("torn record %s after %v", r.torn[0], time.Since(begun).Round(time.Millisecond))
		})
	}
}
