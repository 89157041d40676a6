package bench

import (
	"time"

	"lanekeeper/shm"
)

// step is one visit to a cell.
type step struct {
	cell   Cell
	budget time.Duration
}

// schedule is the order of measuring. Cells that poll are visited in several passes, size by size, since they are compared with each
// other too: what a machine does for a second should not hit one size alone.
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
				steps = append(steps, step{cell: c, budget: budget(c, quick) / time.Duration(passes)})
			}
		}
		todo = todo[n:]
	}
	return steps
}

func passes(c Cell, quick bool) int {
	if c.Wait != shm.Spin || quick {
		return 1
	}
	return 5
}

// budget is how long a cell is measured. Where records are few, it takes longer to know the tail.
func budget(c Cell, quick bool) time.Duration {
	switch {
	case quick:
		return 200 * time.Millisecond
	case c.Wait == shm.Futex && c.paced():
		return 4 * time.Second
	default:
		return 1500 * time.Millisecond
	}
}
