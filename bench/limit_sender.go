package bench

import (
	"golang.org/x/sys/unix"

	"lanekeeper/shm"
)

// limitSender does the least that brings a record across.
type limitSender struct {
	*bareMapping
	copies bool
	wakes  bool
	n      uint32
}

func newLimitSender(j job) (*limitSender, error) {
	m, err := mapBare(bareFd, j.Step.PayloadBytes, unix.PROT_READ|unix.PROT_WRITE)
	if err != nil {
		return nil, err
	}
	return &limitSender{
		bareMapping: m,
		n:           m.line.n.Load(), // the mapping was used before
		copies:      j.Step.Figure != Notification,
		wakes:       j.Step.Figure == Write || j.Step.Wait == shm.Futex,
	}, nil
}

func (s *limitSender) send(m message) error {
	s.n++
	if s.copies {
		copy(s.payload(s.n), m.payload())
	}
	s.line.stampNs = shm.NowNs()
	s.line.n.Store(s.n)
	if s.wakes {
		s.line.wake()
	}
	return nil
}
