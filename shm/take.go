package shm

import (
	"fmt"
	"runtime/debug"
)

// take begins with the newest record: it is whole now, and counted.
func (r *Reader) take() (n uint64, fresh, ok bool) {
	s := r.seg.region
	n = s.head()
	if fresh = n > r.last; fresh {
		r.count.skipped.Add(n - r.last - 1)
		r.last = n
	}
	return n, fresh, n != 0 && s.beginRead(n)
}

// settle ends with a record: well, or overtaken by the writer.
func (r *Reader) settle(n uint64, publishNs int64, fresh, whole bool) {
	if !whole {
		r.failed++
		if fresh {
			r.count.overrun.Add(1)
		}
		return
	}
	r.failed = 0
	r.good = n
	if fresh {
		r.count.read.Add(1)
		r.pace.saw(n, publishNs)
	}
}

// attempt runs fn on the newest record, in place or, after two overruns in a row, on a copy.
// fnErr is fn's own error, err what came between.
func (r *Reader) attempt(fn func(Record) error) (done bool, fnErr, err error) {
	if r.failed >= 2 {
		return r.attemptCopy(fn)
	}
	s := r.seg.region
	defer guard(s.mem, debug.SetPanicOnFault(true), &err)
	n, fresh, ok := r.take()
	if n == 0 {
		return false, nil, ErrNoRecord
	}
	if !ok {
		r.settle(n, 0, fresh, false)
		return false, nil, nil
	}
	rec := r.record(n)
	fnErr = fn(rec)
	whole := s.endRead(n, r.fence) || r.skipClosingCheck
	r.settle(n, rec.PublishNs, fresh, whole)
	return whole, fnErr, nil
}

func (r *Reader) attemptCopy(fn func(Record) error) (done bool, fnErr, err error) {
	if len(r.private) < r.seg.geometry.payload {
		r.private = make([]byte, r.seg.geometry.payload)
	}
	rec, ok, err := r.copyTo(r.private)
	if !ok || err != nil {
		return false, nil, err
	}
	rec.Copied = true
	r.count.copied.Add(1)
	return true, fn(rec), nil
}

func (r *Reader) copyTo(dst []byte) (rec Record, ok bool, err error) {
	s := r.seg.region
	defer guard(s.mem, debug.SetPanicOnFault(true), &err)
	n, fresh, ok := r.take()
	if n == 0 {
		return Record{}, false, ErrNoRecord
	}
	if !ok {
		r.settle(n, 0, fresh, false)
		return Record{}, false, nil
	}
	rec = r.record(n)
	length := len(rec.Payload)
	rec.Payload = dst[:copy(dst, rec.Payload)]
	whole := s.endRead(n, r.fence) || r.skipClosingCheck
	r.settle(n, rec.PublishNs, fresh, whole)
	if whole && length > len(dst) {
		return Record{}, false, fmt.Errorf("%w: %d bytes, the buffer has %d", ErrTooLong, length, len(dst))
	}
	return rec, whole, nil
}

// record describes record n in place. Skipped is counted from the last record that was taken well.
func (r *Reader) record(n uint64) Record {
	payload, publishNs := r.seg.payloadOf(n)
	skipped := uint64(0)
	if n > r.good {
		skipped = n - r.good - 1
	}
	return Record{N: n, Epoch: r.seg.header.epoch, PublishNs: publishNs, Skipped: skipped, Payload: payload}
}
