package actuator

import (
	"errors"

	"lanekeeper/msg"
)

// ErrCommand is wrapped by the errors of Apply about a command that no controller should give.
var ErrCommand = errors.New("malformed command")

// Actuator drives one vehicle. Its methods may be called by several goroutines.
type Actuator interface {
	// Apply drives what the command says at nowNs (CLOCK_MONOTONIC). A command that has expired by then, or whose mode does
	// not move the vehicle, drives neutral, which is no error. One that is not whole, not finite or out of range drives
	// neutral too and is an ErrCommand. An error of the hardware says what to look at; the vehicle's state is then unknown
	// and the caller goes on to apply neutral. The command is not kept. After Close it is os.ErrClosed.
	Apply(c *msg.Command, nowNs int64) error
	// Halt makes the vehicle inert at once: wheels straight, no throttle, no brake. It works before the first Apply too, as
	// when somebody cleans up after a controller that has died. It releases nothing; a later Apply drives again. After
	// Close it is os.ErrClosed.
	Halt() error
	// Close halts and then releases what the actuator holds. Closing again does nothing.
	Close() error
}
