package shm

import (
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// attach makes sure that there is a segment to read, and that the name still leads to it.
func (r *Reader) attach(now int64) error {
	if r.seg != nil && !r.gone(now) {
		return nil
	}
	r.detach()
	s, err := openSegment(r.paths.segment, r.opt.Kind, r.trusted)
	if err != nil {
		return err
	}
	closed, err := isClosed(s.region)
	if err == nil && closed {
		err = wrap("opening", r.paths.segment, ErrNoSegment)
	}
	if err != nil {
		s.unmap()
		return err
	}
	r.seg, r.look = s, now+int64(waitSlice)
	r.last, r.good, r.spun, r.failed, r.pace = 0, 0, 0, 0, pace{}
	r.count.attached.Store(true)
	r.count.epoch.Store(s.header.epoch)
	r.count.attaches.Add(1)
	return r.rebase()
}

// rebase begins to count with the newest record there is: those before it were published to nobody.
func (r *Reader) rebase() (err error) {
	s := r.seg.region
	defer guard(s.mem, debug.SetPanicOnFault(true), &err)
	if head := s.head(); head > 0 {
		r.last = head - 1
		r.good = r.last
		r.count.before.Add(r.last)
	}
	return nil
}

func isClosed(g region) (closed bool, err error) {
	closed, _, err = ending(g, 0)
	return closed, err
}

// ending tells whether the segment is closed, and whether it then holds a record newer than last.
func ending(g region, last uint64) (closed, rest bool, err error) {
	defer guard(g.mem, debug.SetPanicOnFault(true), &err)
	closed = g.closed()
	return closed, closed && g.head() > last, nil
}

// gone tells whether the segment is closed, its name leads elsewhere, or its file was cut short. A closed segment is not gone
// while its last record has not been taken and no other has its name: it may be the one that says neutral.
func (r *Reader) gone(now int64) bool {
	closed, rest, err := ending(r.seg.region, r.last)
	if err == nil && !closed {
		if now < r.look {
			return false
		}
		r.look = now + int64(waitSlice)
		var st unix.Stat_t
		named := unix.Lstat(r.paths.segment, &st) == nil
		if named && idOfStat(&st) == r.seg.id && st.Size == int64(r.seg.header.size()) {
			return false
		}
		// It may have been closed, and its name removed, since.
		if closed, rest, err = ending(r.seg.region, r.last); !closed {
			return true
		}
	}
	if err != nil || !rest {
		return true
	}
	id, err := idOfPath(r.paths.segment) // which goes a moment after the closing
	return err == nil && id != r.seg.id
}

func (r *Reader) detach() {
	if r.seg != nil {
		r.seg.unmap()
		r.seg = nil
		r.count.attached.Store(false)
	}
}
