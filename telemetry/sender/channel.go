package sender

import (
	"go.uber.org/zap"

	"lanekeeper/telemetry/endpoint"
	"lanekeeper/telemetry/keys"
)

// Channel is a socket on which commands come in, and what is to be known to answer them.
type Channel struct {
	Socket *endpoint.Socket
	// Keys tell what the Name of a message may do. It is nil for the unix socket: whoever can open that may operate.
	Keys *keys.Keys
	Plan Plan
	Log  *zap.Logger // to the daemon's log
}

// ControlSocket is the socket of the daemon that carries commands out.
func (c *Channel) ControlSocket() string { return c.Plan.socket() }
