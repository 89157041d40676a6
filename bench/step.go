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
	Block      int         // records of one transport before the next one's turn
	Budget     time.Duration
}

// rotation is the order in which the transports are used, again and again.
func (s step) rotation() []Transport {
	var all []Transport
	for _, t := range s.Transports {
		all = append(all, slices.Repeat([]Transport{t}, s.Block)...)
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
