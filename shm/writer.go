package shm

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// checkEvery is how often a writer looks whether its name still leads to its segment. Readers look as often, so nobody
// follows a segment without a name for longer than twice this.
const checkEvery = 50 * time.Millisecond

// WriterOptions say which segment to create.
type WriterOptions struct {
	Dir          string // directory; empty for DefaultDir
	Prefix       string // before the name, to keep one set of segments apart from another
	Name         string // letters, digits, '_', '-', '.'
	Kind         uint32 // what the records are; readers of another kind are refused
	Slots        int    // at least MinSlots; see SlotsFor
	PayloadBytes int    // capacity of a slot
	Group        string // group that may read; empty for DefaultGroup; skipped where we are no member
	Fault        func(Step)
}

// Writer owns a segment and publishes records in it. Its methods may be called from any goroutine.
type Writer struct {
	opt   WriterOptions
	paths paths
	geo   geometry

	mu     sync.Mutex
	lock   *lockFile
	seg    *segment
	n      uint64 // newest record of the segment
	due    int64  // when to look at the name again
	broken error  // why nothing can be written until the next look
	closed bool
	count  writerCounters

	skipOdd bool // for the test that proves that the odd number is needed
}

// Create takes ownership of a segment and makes it, replacing what a process that ended has left. When another living
// process owns it the error is ErrBusy and names its pid. Create fails rather than hang: it waits for an owner on
// its way out, 200 ms at most.
func Create(o WriterOptions) (*Writer, error) {
	p, err := newPaths(o.Dir, o.Prefix, o.Name)
	if err != nil {
		return nil, err
	}
	g, err := newGeometry(o.Slots, o.PayloadBytes)
	if err != nil {
		return nil, wrap("creating", p.segment, err)
	}
	if o.Group == "" {
		o.Group = DefaultGroup
	}
	w := &Writer{opt: o, paths: p, geo: g}
	if w.lock, err = acquire(p.lock, lockRetry); err != nil {
		return nil, err
	}
	w.fault(StepLocked)
	err = w.rebuild()
	for until := time.Now().Add(lockRetry); errors.Is(err, unix.ENOSPC) && time.Now().Before(until); err = w.rebuild() {
		time.Sleep(lockPoll) // until the readers of a dead owner's segment have let it go
	}
	if err != nil {
		w.lock.remove()
		w.lock.release()
		return nil, err
	}
	w.due = NowNs() + int64(checkEvery)
	return w, nil
}

func (w *Writer) fault(s Step) {
	if w.opt.Fault != nil {
		w.opt.Fault(s)
	}
}

// rebuild publishes a new segment under the lock: first complete, then named, and only then is the old one closed, so that
// its readers find the new one when they look.
func (w *Writer) rebuild() error {
	s, err := build(w.paths, newHeader(w.opt.Kind, w.geo), w.opt.Group)
	if errors.Is(err, unix.ENOSPC) && w.makeRoom() {
		s, err = build(w.paths, newHeader(w.opt.Kind, w.geo), w.opt.Group)
	}
	if err != nil {
		return err
	}
	w.fault(StepBuilt)
	old := openOld(w.paths.segment)
	defer old.close()
	if err := rename(w.paths); err != nil {
		s.unmap()
		return err
	}
	w.fault(StepRenamed)
	old.shut()
	if w.seg != nil {
		_ = w.seg.shut() // a file cut short has no readers left to tell
		w.seg.unmap()
	}
	w.fault(StepReplaced)
	w.seg, w.n = s, 0
	w.count.epoch.Store(s.header.epoch)
	return nil
}

// makeRoom gives up the segment that is to be replaced before there is a new one, where memory does not hold two. We have the
// lock, so it is a dead owner's or our own nameless one. Readers let its pages go when they see it closed.
func (w *Writer) makeRoom() bool {
	old := openOld(w.paths.segment)
	defer old.close()
	if !old.cleanable() {
		return false
	}
	old.shut()
	if w.seg != nil {
		_ = w.seg.shut() // see rebuild
		w.seg.unmap()
	}
	return remove(w.paths.segment) == nil
}

// Write copies p into the next slot and publishes it. It allocates nothing and waits for nobody. The error is ErrTooLong,
// ErrTruncated (the next call makes the segment anew), ErrLost, or os.ErrClosed.
func (w *Writer) Write(p []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.ready(); err != nil {
		return err
	}
	if len(p) > w.geo.payload {
		return fmt.Errorf("writing to %s: %w: %d bytes, %d fit", w.paths.segment, ErrTooLong, len(p), w.geo.payload)
	}
	return w.finish(w.copyIn(p))
}

// WriteFunc lets fill put a record into the next slot in place and publishes the n bytes it says it wrote. fill may take
// its time: no reader looks at that slot. When it returns an error nothing is published and WriteFunc returns that error. It must
// not call the Writer.
func (w *Writer) WriteFunc(fill func(payload []byte) (n int, err error)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.ready(); err != nil {
		return err
	}
	return w.finish(w.fillIn(fill))
}

// ready looks at the name when that is due and tells whether a record can be written.
func (w *Writer) ready() error {
	if w.closed {
		return wrap("writing to", w.paths.segment, os.ErrClosed)
	}
	if NowNs() >= w.due {
		w.check()
	}
	return w.broken
}

func (w *Writer) copyIn(p []byte) (err error) {
	s := w.seg.region
	defer guard(s.mem, debug.SetPanicOnFault(true), &err)
	n := w.n + 1
	to := w.begin(n)
	if w.opt.Fault != nil {
		half := copy(to, p[:len(p)/2])
		w.fault(StepHalf)
		copy(to[half:], p[half:])
	} else {
		copy(to, p)
	}
	w.publish(n, len(p))
	return nil
}

func (w *Writer) fillIn(fill func([]byte) (int, error)) (err error) {
	s := w.seg.region
	defer guard(s.mem, debug.SetPanicOnFault(true), &err)
	n := w.n + 1
	to := w.begin(n)
	length, err := fill(to)
	if err != nil {
		return err // the slot stays odd; the next record takes it
	}
	if length < 0 || length > len(to) {
		return fmt.Errorf("%w: %d bytes, %d fit", ErrTooLong, length, len(to))
	}
	w.publish(n, length)
	return nil
}

// begin marks the slot of record n and hands out its payload.
func (w *Writer) begin(n uint64) []byte {
	g := w.seg.region
	if !w.skipOdd {
		g.beginWrite(n)
	}
	w.fault(StepOdd)
	from := g.slot(n) + SlotHeaderBytes
	return g.mem[from : from+w.geo.payload : from+w.geo.payload]
}

func (w *Writer) publish(n uint64, length int) {
	g := w.seg.region
	w.fault(StepPayload)
	g.stamp(n, length, NowNs())
	g.endWrite(n)
	w.fault(StepEven)
	g.publish(n)
	w.n = n
	w.count.published.Add(1)
	w.fault(StepHead)
	g.raise()
	futexWakeAll(g.u32(offWake))
	w.fault(StepWake)
}

func (w *Writer) finish(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, ErrTruncated) {
		w.due = 0 // look now, not in a while
	}
	return wrap("writing to", w.paths.segment, err)
}

// Check makes sure that the segment's name and the lock file's lead to what this writer holds, and puts right what was
// removed by hand. Write does it by itself; a writer that may not write for a while calls it now and then. The error is ErrLost when
// another process has become the owner meanwhile, and then only Close is left; ErrBusy while that is not yet decided.
func (w *Writer) Check() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return wrap("checking", w.paths.segment, os.ErrClosed)
	}
	w.check()
	return w.broken
}

func (w *Writer) check() {
	if errors.Is(w.broken, ErrLost) {
		return
	}
	w.due = NowNs() + int64(checkEvery)
	w.broken = w.mend()
}

func (w *Writer) mend() error {
	if !w.lock.leadsHere() {
		l, err := acquire(w.paths.lock, 0)
		if err != nil {
			// Whoever holds the new lock has taken over once the name leads to a segment of its own; lanectl clean holds it for
			// a moment too.
			if id, e := idOfPath(w.paths.segment); errors.Is(err, ErrBusy) && e == nil && id != w.seg.id {
				return fmt.Errorf("%w: %w", ErrLost, err)
			}
			return err
		}
		w.lock.release()
		w.lock = l
	}
	if id, err := idOfPath(w.paths.segment); err == nil && id == w.seg.id && w.seg.whole() {
		return nil
	}
	if err := w.rebuild(); err != nil {
		return err
	}
	w.count.rebuilt.Add(1)
	return nil
}

// Stats returns the counters. It waits for nothing, not even for a WriteFunc that does.
func (w *Writer) Stats() WriterStats { return w.count.snapshot() }

// Path is the segment's file.
func (w *Writer) Path() string { return w.paths.segment }

// Close tells the readers that no record will follow and removes the segment. It is idempotent.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil
	}
	w.closed = true
	_ = w.seg.shut() // a file cut short is removed all the same
	w.fault(StepClosed)
	err := w.unlink()
	w.fault(StepUnlinked)
	w.lock.remove()
	w.fault(StepLockRemoved)
	w.seg.unmap()
	w.lock.release()
	return err
}

// unlink removes the segment's name while it leads to our segment.
func (w *Writer) unlink() error {
	id, err := idOfPath(w.paths.segment)
	if err != nil || id != w.seg.id {
		return nil // removed by hand, or another's now
	}
	return remove(w.paths.segment)
}
