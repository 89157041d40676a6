package actuator

import (
	"os"
	"sync"

	"lanekeeper/msg"
)

// Stats is what an actuator without hardware has been told.
type Stats struct {
	Moved   uint64 // commands that drove
	Neutral uint64 // commands that did not because of their mode
	Expired uint64 // commands that were too old when they came
	Refused uint64 // commands with an ErrCommand
	Halts   uint64
}

// journal is all there is to an actuator without hardware: it checks, counts and remembers.
type journal struct {
	mu     sync.Mutex
	drive  Drive
	stats  Stats
	closed bool
}

func (j *journal) apply(c *msg.Command, nowNs int64) error {
	d, err := DriveOf(c, nowNs)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return os.ErrClosed
	}
	j.drive = d
	switch {
	case err != nil:
		j.stats.Refused++
	case nowNs > c.ValidUntilNs:
		j.stats.Expired++
	case c.Mode != msg.ModeActive && c.Mode != msg.ModeDegraded:
		j.stats.Neutral++
	default:
		j.stats.Moved++
	}
	return err
}

func (j *journal) halt() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return os.ErrClosed
	}
	j.drive = Drive{}
	j.stats.Halts++
	return nil
}

func (j *journal) close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.drive, j.closed = Drive{}, true
	return nil
}

// Last is what the vehicle would be doing now, and what has been told so far.
func (j *journal) Last() (Drive, Stats) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.drive, j.stats
}
