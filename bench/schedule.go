package bench

import (
	"time"

	"lanekeeper/shm"
)

// schedule is the order of measuring. Cells of a figure and waiting mode are visited size by size in several passes, since they are
// compared with each other too: what disturbs the machine for a second should not hit one of them alone.
func schedule(todo []Cell, quick bool) []step {
	var steps []step
	for len(todo) > 0 {
		n := 1
		for n < len(todo) && todo[n].Figure == todo[0].Figure && todo[n].Wait == todo[0].Wait {
			n++
		}
		passes := passes(todo[0], quick)
		for range passes {
			for _, c := range todo[:n] {
				steps = append(steps, step{c, []Transport{SharedMemory, Limit}, block(c, quick), budget(c, quick) / time.Duration(passes)})
				if c.Wait == shm.Futex {
					// Apart from the two that are compared closely: big records take the sockets longer than a frame period.
					steps = append(steps, step{c, []Transport{UnixSocket, ZeroMQ}, 1, socketBudget(quick) / time.Duration(passes)})
				}
			}
		}
		todo = todo[n:]
	}
	return steps
}

func passes(c Cell, quick bool) int {
	switch {
	case quick || c.Wait == shm.Adaptive: // which needs long to learn the pace
		return 1
	case c.Wait == shm.Spin:
		return 5
	default:
		return 2
	}
}

// block is how many records of one transport are sent before it is the next one's turn. Where readers poll, code and data of the one
// are warm after a few records, so it is so many that the first do not make the tail; readers that sleep find everything cold
// anyway.
func block(c Cell, quick bool) int {
	switch {
	case c.Wait != shm.Spin:
		return 1
	case c.Figure != Notification && c.PayloadBytes > 1000:
		return 40
	case quick:
		return 100
	default:
		return 500
	}
}

// budget is how long shm and the limit are measured in a cell, in all. Where records are few, it takes longer to know the tail.
func budget(c Cell, quick bool) time.Duration {
	switch {
	case quick:
		return 200 * time.Millisecond
	case c.Wait == shm.Futex && c.paced():
		return 3 * time.Second
	default:
		return 1200 * time.Millisecond
	}
}

// socketBudget is how long the others are measured.
func socketBudget(quick bool) time.Duration {
	if quick {
		return 50 * time.Millisecond
	}
	return 500 * time.Millisecond
}
