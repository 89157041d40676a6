package actuator

import "lanekeeper/msg"

// Sim stands for the simulated vehicle. The simulator takes the commands from their segment by itself and, like every
// consumer of them, counts an expired one, a closed segment or none as neutral; so there is nothing here to move. What is
// left to do is to check what the simulator is about to read, and to say so when it is not drivable.
//
// Halt, for the same reason, cannot reach into the simulator: the simulated vehicle rolls out when the last command
// expires or its segment is closed, whichever is first.
type Sim struct{ journal }

// Apply checks the command and counts it.
func (s *Sim) Apply(c *msg.Command, nowNs int64) error { return s.apply(c, nowNs) }

// Halt counts.
func (s *Sim) Halt() error { return s.halt() }

// Close refuses what comes after.
func (s *Sim) Close() error { return s.close() }
