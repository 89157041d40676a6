package bench

import (
	"math/rand/v2"

	"golang.org/x/sys/unix"

	"lanekeeper/shm"
)

// framePeriodNs is the period of a camera at 60 Hz.
const framePeriodNs = int64(1e9) / 60

// pacer spaces a writer's records out.
type pacer struct {
	step    step
	control *control
	jitter  *rand.Rand
	role    role  // of those who take the last record
	records int64 // with it
	dueNs   int64
}

func newPacer(s step, ctl *control) *pacer {
	return &pacer{step: s, control: ctl, jitter: rand.New(rand.NewPCG(1, 2)), role: reading}
}

// sent notes that a record, with which there are so many, was published to the readers of a role.
func (p *pacer) sent(r role, records int64) { p.role, p.records = r, records }

// wait returns when everyone has taken the last record and had the time to wait again, at the pace of the cell.
func (p *pacer) wait() {
	if p.step.Wait == shm.Spin {
		p.poll()
		return
	}
	for !p.taken() {
		sleepUntil(shm.NowNs() + 50_000)
	}
	now := shm.NowNs()
	if p.step.paced() {
		// The transports take turns. When one comes late the pace begins anew, so that no record comes early.
		p.dueNs += framePeriodNs / int64(len(p.step.Transports))
		if p.dueNs < now {
			p.dueNs = now + 1_000_000
		}
	} else {
		p.dueNs = now + p.between(500_000, 1_500_000)
	}
	sleepUntil(p.dueNs)
}

func (p *pacer) poll() {
	for !p.taken() {
	}
	for until := shm.NowNs() + p.between(20_000, 50_000); shm.NowNs() < until; {
	}
}

func (p *pacer) taken() bool {
	for i := range p.step.Readers {
		if p.control.taken[p.role][i].n.Load() < p.records {
			return false
		}
	}
	return true
}

func (p *pacer) between(lowNs, highNs int64) int64 { return lowNs + p.jitter.Int64N(highNs-lowNs) }

// sleepUntil sleeps until CLOCK_MONOTONIC ns, by a timer of the kernel and not of the runtime.
func sleepUntil(ns int64) {
	at := unix.NsecToTimespec(ns)
	for unix.ClockNanosleep(unix.CLOCK_MONOTONIC, unix.TIMER_ABSTIME, &at, nil) == unix.EINTR {
	}
}
