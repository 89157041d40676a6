package bench

import (
	"fmt"

	"lanekeeper/shm"
)

// maxReaders is the most readers of a cell.
const maxReaders = 8

// Cell is one combination that is measured, with all its transports.
type Cell struct {
	Figure       Figure
	Wait         shm.Wait
	PayloadBytes int
	Readers      int
}

func (c Cell) String() string {
	return fmt.Sprintf("%s, %v, %s, %s", c.Figure, c.Wait, payloadName(c.PayloadBytes), plural(c.Readers, "reader"))
}

// cells lists every combination.
func cells() []Cell {
	var all []Cell
	for _, f := range figures() {
		for _, w := range []shm.Wait{shm.Spin, shm.Futex, shm.Adaptive} {
			for _, p := range payloads() {
				for _, n := range []int{1, 2, maxReaders} {
					all = append(all, Cell{Figure: f, Wait: w, PayloadBytes: p.bytes, Readers: n})
				}
			}
		}
	}
	return all
}

// brief tells whether the cell is measured when there is little time: all figures and modes, but no big picture, no pair of
// readers, and eight of them only where they sleep.
func (c Cell) brief() bool {
	crowd := c.Readers == maxReaders && c.Wait == shm.Futex && c.Figure != Delivery
	return c.PayloadBytes <= 800*600*3 && (c.Readers == 1 || crowd)
}

// measurable tells whether so many CPUs are enough: one for each process that polls all the time, and two for one that
// polls now and then.
func (c Cell) measurable(cpus int) bool {
	switch c.Wait {
	case shm.Spin:
		return c.Readers+1 <= cpus
	case shm.Adaptive:
		return cpus >= 2
	default:
		return true
	}
}

// transports are those that the cell compares.
func (c Cell) transports() []Transport {
	if c.Wait == shm.Futex {
		return transports()
	}
	return []Transport{SharedMemory, Limit}
}

// paced tells whether the records of each transport come at 60 Hz.
func (c Cell) paced() bool {
	return c.Wait == shm.Adaptive || c.Wait == shm.Futex && c.Figure == Notification
}
