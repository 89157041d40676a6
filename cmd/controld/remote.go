package main

import (
	"context"
	"sync"

	afar "lanekeeper/telemetry/command"
	"lanekeeper/telemetry/sender"
)

// remote answers commands from afar, in the process beside the daemon. All channels have one set of rules and one order.
type remote struct {
	once   sync.Once
	server *afar.Server
}

func (r *remote) answer(ctx context.Context, c sender.Channel) error {
	r.once.Do(func() {
		carriedOut := afar.Daemons{Place: c.Plan.Place}
		r.server = afar.NewServer(afar.NewHandler(carriedOut, c.Plan.Version, c.Plan.PID, c.Log))
	})
	return r.server.Serve(ctx, afar.Source{Socket: c.Socket, Keys: c.Keys})
}
