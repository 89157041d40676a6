package bench

import (
	"fmt"

	"lanekeeper/shm"
)

// role is what a process does.
type role int

const (
	writing     role = iota
	reading          // of all transports, but for
	readingBare      // the limit where readers sleep
)

// role is that of the processes that read transport t. A bare wait keeps the Go scheduler of its process awake, which would
// spare the other transports its waking up; so where readers sleep the limit has processes of its own.
func (c Cell) role(t Transport) role {
	if t == Limit && c.Wait != shm.Spin {
		return readingBare
	}
	return reading
}

// member is one process of a measurement.
type member struct {
	Role  role
	Index int // of the reader
}

func (m member) String() string {
	return [...]string{"the writer", fmt.Sprintf("reader %d", m.Index), fmt.Sprintf("bare reader %d", m.Index)}[m.Role]
}

// members are the processes that a cell needs.
func (c Cell) members() []member {
	all := []member{{Role: writing}}
	for i := range c.Readers {
		all = append(all, member{reading, i})
		if c.role(Limit) == readingBare {
			all = append(all, member{readingBare, i})
		}
	}
	return all
}

// transports are those that a member has to do with.
func (m member) transports(c Cell) []Transport {
	var own []Transport
	for _, t := range c.transports() {
		if m.Role == writing || m.Role == c.role(t) {
			own = append(own, t)
		}
	}
	return own
}

// cpu is where the member runs: the writer on a CPU of its own and the readers spread over the others; -1, anywhere, where there
// is only one.
func (m member) cpu(cpus []int) int {
	switch {
	case len(cpus) < 2:
		return -1
	case m.Role == writing:
		return cpus[0]
	}
	return cpus[1+m.Index%(len(cpus)-1)]
}
