package endpoint

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/pebbe/zmq4"
)

// Context is an instance of ZeroMQ, which decides for its sockets who is let in.
type Context struct {
	zmq     *zmq4.Context
	gate    *gate
	watches atomic.Uint64 // made so far: each needs a name of its own
}

// New starts ZeroMQ with one thread of its own for input and output.
func New() (*Context, error) {
	z, err := zmq4.NewContext()
	if err != nil {
		return nil, fmt.Errorf("starting ZeroMQ: %w", err)
	}
	c := &Context{zmq: z}
	if c.gate, err = openGate(z); err != nil {
		return nil, fmt.Errorf("starting ZeroMQ: %w", errors.Join(err, z.Term()))
	}
	return c, nil
}

// Close ends it. All of its sockets must have been closed.
func (c *Context) Close() error {
	if err := errors.Join(c.zmq.Term(), <-c.gate.ended); err != nil {
		return fmt.Errorf("ending ZeroMQ: %w", err)
	}
	return nil
}
