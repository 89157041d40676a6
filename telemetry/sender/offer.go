package sender

import (
	"context"
	"sync"
	"time"

	"lanekeeper/telemetry/endpoint"
	"lanekeeper/telemetry/keys"
)

// offerAgain is after how long an endpoint that could not be offered is tried again.
const offerAgain = 3 * time.Second

// offer keeps an endpoint open. What keeps it from being so is told, and no reason not to try again.
type offer struct {
	name    string
	options func() (endpoint.Options, error) // reads the keys each time
	use     func(ctx context.Context, s *endpoint.Socket, k *keys.Keys)
	changed func() // something that a person wants to know

	mu    sync.Mutex
	state offerState
}

func (o *offer) run(ctx context.Context, z *endpoint.Context) {
	for ctx.Err() == nil {
		options, err := o.options()
		var s *endpoint.Socket
		if err == nil {
			s, err = z.Bind(options)
		}
		if err != nil {
			o.tell(offerState{Name: o.name, Address: options.Address, Trouble: err.Error()})
			pause(ctx, offerAgain)
			continue
		}
		o.tell(offerState{Name: o.name, Address: s.Address(), Encrypted: s.Encrypted()})
		o.use(ctx, s, options.Keys)
		if err := s.Close(); err != nil {
			o.tell(offerState{Name: o.name, Address: options.Address, Trouble: err.Error()})
		}
	}
}

func (o *offer) tell(s offerState) {
	o.mu.Lock()
	o.state = s
	o.mu.Unlock()
	o.changed()
}

func (o *offer) now() offerState {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.state
}
