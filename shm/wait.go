package shm

import (
	"fmt"
	"time"
)

// Wait is how a reader waits for the next record.
type Wait int

// The ways to wait.
const (
	Futex    Wait = iota // sleep until woken: no polling, a few microseconds late
	Spin                 // poll for up to spinLimit, then sleep: no system call between writer and reader, one CPU busy
	Adaptive             // sleep until just before the record is due, then poll
)

var waitNames = [...]string{Futex: "futex", Spin: "spin", Adaptive: "adaptive"}

func (w Wait) String() string {
	if w >= 0 && int(w) < len(waitNames) {
		return waitNames[w]
	}
	return fmt.Sprintf("wait %d", int(w))
}

// ParseWait is the inverse of String.
func ParseWait(name string) (Wait, error) {
	for w, n := range waitNames {
		if n == name {
			return Wait(w), nil
		}
	}
	return 0, fmt.Errorf("waiting mode %q: one of futex, spin, adaptive expected", name)
}

const (
	// waitSlice bounds a sleep: so often a waiting reader looks at its context and the segment's name.
	waitSlice = 50 * time.Millisecond
	// spinLimit bounds the polling for one record.
	spinLimit = time.Millisecond
	// spinAhead is how long before the next record is due an adaptive reader wakes up: more than the kernel's timer slack of 50 µs
	// and a wake-up together.
	spinAhead = 150 * time.Microsecond
	// rouseAhead is how long before the next record is due a sleeping reader wakes up, to sleep again: half of what the scheduler
	// lets a system call last before it takes the goroutine's P.
	rouseAhead = 5 * time.Millisecond
)

// pace estimates when the next record is due from when the last ones were published.
type pace struct {
	n        uint64
	at       int64   // ns, when record n was published
	periodNs float64 // smoothed; 0 before two records were seen
}

func (p *pace) saw(n uint64, publishNs int64) {
	if p.n != 0 && n > p.n && publishNs > p.at {
		const weight = 1.0 / 8
		period := float64(publishNs-p.at) / float64(n-p.n)
		if p.periodNs == 0 {
			p.periodNs = period
		}
		p.periodNs += weight * (period - p.periodNs)
	}
	p.n, p.at = n, publishNs
}

// due is when the next record is expected; 0 when that is unknown.
func (p *pace) due() int64 {
	if p.periodNs == 0 {
		return 0
	}
	return p.at + int64(p.periodNs)
}

// SlotsFor is the number of slots with which a reader may hold a record in place for hold while a new one comes every
// period: ⌈hold ÷ period⌉ + 3, at least MinSlots.
func SlotsFor(hold, period time.Duration) int {
	if period <= 0 || hold < 0 {
		return MinSlots
	}
	return max(int((hold+period-1)/period)+3, MinSlots)
}
