package main

import (
	"context"
	"sync"

	afar "lanekeeper/telemetry/command"
	"lanekeeper/telemetry/sender"
)

// remote takes commands from afar. It lives in the process that sends telemetry, and reaches the control loop as everybody
// does, over the control socket.
type remote struct {
	once   sync.Once
	server *afar.Server // one for all channels, so that commands from all are carried out in one order
}

// take answers what comes on a channel until ctx ends.
func (r *remote) take(ctx context.Context, c sender.Channel) error {
	r.once.Do(func() {
		daemons := afar.NewDaemons(c.Plan.Place)
		go daemons.KeepOpen(ctx)
		r.server = afar.NewServer(afar.NewHandler(daemons, c.Plan.Version, c.Plan.PID, c.Log))
	})
	return r.server.Serve(ctx, afar.Source{Socket: c.Socket, Keys: c.Keys})
}
