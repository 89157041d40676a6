package inspect

import (
	"context"
	"errors"
	"fmt"

	"lanekeeper/daemon"
)

// Order is an operator's order to controld.
type Order string

// The orders, by their path on the control socket.
const (
	Arm           Order = "/arm"
	Disarm        Order = "/disarm"
	EmergencyStop Order = "/estop"
	ClearStop     Order = "/estop/clear"
	Pause         Order = "/pause"
	Resume        Order = "/resume"
)

func (o Order) String() string {
	switch o {
	case Arm:
		return "arming"
	case Disarm:
		return "disarming"
	case EmergencyStop:
		return "stopping the vehicle"
	case ClearStop:
		return "clearing the emergency stop"
	case Pause:
		return "pausing the vehicle"
	case Resume:
		return "resuming"
	}
	return string(o)
}

// Give gives the order to the controld of a place. It never starts one: a controld that does not run moves nothing. The
// error is daemon.ErrNotRunning then, a *daemon.AnswerError when controld refuses, and else says why it cannot be asked.
func (o Order) Give(ctx context.Context, place daemon.Place) error {
	k := knownControld()
	e, err := gather(place) // without a view of the processes, the segment alone has to show that controld lives
	if _, alive := e.of(k); !alive && !e.publishes(k) {
		return errors.Join(fmt.Errorf("%v: controld is %w", o, daemon.ErrNotRunning), err)
	}
	path := daemon.SocketPath(place.RunDir, place.Prefix, k.name)
	ctx, cancel := context.WithTimeout(ctx, answerPatience)
	defer cancel()
	err = answered(k.name, path, daemon.Post(ctx, path, string(o), nil, nil))
	var refused *daemon.AnswerError
	if err == nil || errors.As(err, &refused) {
		return err
	}
	return fmt.Errorf("%v: %w", o, err)
}
