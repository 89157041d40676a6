package bench

import "fmt"

// member is one process of a measurement.
type member struct {
	Role  role
	Index int // of the reader
}

func (m member) String() string {
	return [...]string{"the writer", fmt.Sprintf("reader %d", m.Index), fmt.Sprintf("bare reader %d", m.Index)}[m.Role]
}

// transports are those that a member has to do with.
func (m member) transports(s step) []Transport {
	var own []Transport
	for _, t := range s.Transports {
		if m.Role == writing || m.Role == s.role(t) {
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
