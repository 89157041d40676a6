package shm

import (
	"runtime"
	"runtime/debug"
)

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
	if r.rouse(until); s.head() > r.last {
		return true, nil
	}
	r.doze(until)
	return s.head() > r.last, nil
}

// rouse makes the sleep in which the next record should come a short one. Go's scheduler takes its P from a goroutine whose system call
// lasts for 10 ms, or that was not scheduled anew for as long, and when no P is left in use its monitor goes to sleep. Who then
// comes back from a call has to wake the monitor first (runtime/proc.go: retake, sysmon, exitsyscall), which would add a
// third to the time that a wake-up takes. So a reader that knows the pace wakes once, rouseAhead before the record is due, and yields,
// which counts as being scheduled.
func (r *Reader) rouse(untilNs int64) {
	if early := r.pace.due() - int64(rouseAhead); early > NowNs() {
		r.doze(min(early, untilNs))
	}
	runtime.Gosched()
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
