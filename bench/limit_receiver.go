package bench

import (
	"golang.org/x/sys/unix"

	"lanekeeper/shm"
)

// limitReceiver does the least that takes a record.
type limitReceiver struct {
	*bareMapping
	wait   shm.Wait
	sums   bool
	n      uint32
	lastNs int64 // stamp of the last record
}

// pollAheadNs is how long before a record is due the bare adaptive reader begins to poll: as long as package shm's.
const pollAheadNs = 150_000

func newLimitReceiver(j job) (*limitReceiver, error) {
	m, err := mapBare(bareFd, j.Step.PayloadBytes, unix.PROT_READ)
	if err != nil {
		return nil, err
	}
	return &limitReceiver{bareMapping: m, wait: j.Step.Wait, sums: j.Step.Figure == Delivery, n: m.line.n.Load()}, nil
}

func (r *limitReceiver) receive() (oneWayNs int64, total uint64, err error) {
	switch r.wait {
	case shm.Futex:
		for r.line.n.Load() == r.n {
			r.line.sleep(r.n)
		}
	case shm.Adaptive:
		sleepUntil(r.lastNs + framePeriodNs - pollAheadNs)
		fallthrough
	case shm.Spin:
		for r.line.n.Load() == r.n {
		}
	}
	if r.sums {
		total = sum(r.payload(r.n + 1))
	}
	now := shm.NowNs()
	r.n++
	r.lastNs = r.line.stampNs
	return now - r.lastNs, total, nil
}
