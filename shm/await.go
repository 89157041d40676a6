package shm

import "runtime/debug"

// await waits for a record newer than the last one taken.
func (r *Reader) await(now, until int64) (got bool, err error) {
	s := r.seg.region
	defer guard(s.mem, debug.SetPanicOnFault(true), &err)
	if s.head() > r.last {
		return true, nil
	}
	if r.opt.Wait == Adaptive {
		if due := r.pace.due() - int64(spinAhead); due > now {
			if r.doze(min(due, until)); s.head() > r.last {
				return true, nil
			}
		}
	}
	if next := r.last + 1; r.opt.Wait != Futex && r.spun != next {
		if r.opt.Wait == Spin || r.pace.due()-int64(spinAhead) <= NowNs() {
			r.spun = next
			if r.spin(until) {
				return true, nil
			}
		}
	}
	r.doze(until)
	return s.head() > r.last, nil
}

// doze sleeps until the writer raises wake, or until untilNs.
func (r *Reader) doze(untilNs int64) {
	s := r.seg.region
	wake := s.wake() // before head and closed: whatever is raised after this load ends the sleep
	if s.head() > r.last || s.closed() || r.closing.Load() {
		return
	}
	futexWaitUntil(s.u32(offWake), wake, untilNs)
}

// spin polls for a new record, for spinLimit or until untilNs.
func (r *Reader) spin(untilNs int64) bool {
	s := r.seg.region
	until := min(NowNs()+int64(spinLimit), untilNs)
	for i := 1; ; i++ {
		if s.head() > r.last {
			return true
		}
		if i%64 == 0 && NowNs() >= until {
			return false
		}
	}
}
