package bench

import "lanekeeper/shm"

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
