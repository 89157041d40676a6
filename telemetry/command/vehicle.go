package command

import (
	"context"

	"lanekeeper/telemetry"
)

// Vehicle carries commands out. by is the name of who gives one; id is its session's, for who has control. An error is for
// who gave the command: why not, and what to do.
type Vehicle interface {
	Stop(ctx context.Context, by string) error // on disk when it returns
	Pause(ctx context.Context, by string) error
	Resume(ctx context.Context, by, id string, atNs int64) error // atNs: when it was made, by the vehicle's CLOCK_MONOTONIC
	Take(ctx context.Context, by, id string) error
	Keep(ctx context.Context, by, id string) error
	Give(ctx context.Context, by, id string) error
	Reset(ctx context.Context, by, id string) error

	// May is an error while somebody else has control: for what the daemons, asked for it, do not know who asks.
	May(ctx context.Context, by, id string) error
	// Params lists what Set takes.
	Params(ctx context.Context) ([]telemetry.Param, error)
	// Set changes all of the values, or with an error none, and tells which keys changed.
	Set(ctx context.Context, s telemetry.Setting) ([]string, error)
}
