package bench

import (
	"slices"
	"time"

	"lanekeeper/shm"
)

// step is one visit to a cell.
type step struct {
	Cell
	Transports []Transport // used in turn
	Budget     time.Duration
}

// rotation is the order in which the transports are used, again and again. Where readers poll, code and data of the one are warm
// after a few records, so it has a block of them; readers that sleep find everything cold anyway.
func (s step) rotation() []Transport {
	if s.Wait != shm.Spin {
		return s.Transports
	}
	block := 500
	if s.Figure != Notification && s.PayloadBytes > 1000 {
		block = 40
	}
	var all []Transport
	for _, t := range s.Transports {
		all = append(all, slices.Repeat([]Transport{t}, block)...)
	}
	return all
}

// warmUp is how many rotations are not sampled. A reader that sleeps has to learn the pace first.
func (s step) warmUp() int {
	switch {
	case s.Wait == shm.Spin:
		return 1
	case s.paced() && slices.Contains(s.Transports, SharedMemory):
		return 30
	default:
		return 2
	}
}

// members are the processes that the step needs.
func (s step) members() []member {
	all := []member{{Role: writing}}
	for i := range s.Readers {
		for _, r := range []role{reading, readingBare} {
			if m := (member{r, i}); len(m.transports(s)) > 0 {
				all = append(all, m)
			}
		}
	}
	return all
}
