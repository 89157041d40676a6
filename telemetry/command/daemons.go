package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"lanekeeper/daemon"
	"lanekeeper/inspect"
	"lanekeeper/internal/order"
	"lanekeeper/telemetry"
)

// Daemons carries commands out through the control sockets of the daemons of one place. It runs beside a living controld, which
// therefore is asked straight; others are asked only where they live, so that none is started.
type Daemons struct {
	Place daemon.Place
	open  [lanes]*daemon.Line // to controld, so that no crowd of connections can keep an order from it
}

const controld = "controld"

// NewDaemons opens nothing yet.
func NewDaemons(p daemon.Place) *Daemons {
	d := &Daemons{Place: p}
	for i := range d.open {
		d.open[i] = daemon.NewLine(d.controld())
	}
	return d
}

// Less than a daemon leaves an idle connection open, and how long an answer may take.
const (
	keepOpenEvery = 10 * time.Second
	keepOpenTime  = time.Second
)

// KeepOpen holds the connections to controld open until ctx ends.
func (d *Daemons) KeepOpen(ctx context.Context) {
	every := time.NewTicker(keepOpenEvery)
	defer every.Stop()
	for ctx.Err() == nil {
		for _, l := range d.open {
			asked, cancel := context.WithTimeout(ctx, keepOpenTime)
			_ = l.Get(asked, "/status", nil) // without an answer there is nothing to do but to ask again
			cancel()
		}
		select {
		case <-every.C:
		case <-ctx.Done():
		}
	}
	for _, l := range d.open {
		l.Close()
	}
}

func (d *Daemons) controld() string {
	return daemon.SocketPath(d.Place.RunDir, d.Place.Prefix, controld)
}

// order gives controld an order, over the connection of the lane that it comes from: none waits for one of another lane.
func (d *Daemons) order(ctx context.Context, from lane, path string, o order.Giver) error {
	return told(insist(ctx, func() error { return d.open[from].Post(ctx, path, o, nil) }))
}

// crowdPause is how long to wait for a connection of somebody else's to end.
const crowdPause = 2 * time.Millisecond

// insist asks again while this process has all the files open that it may: whoever only connects, and shows no key, must not keep
// a stop from the vehicle. Nothing was sent then.
func insist(ctx context.Context, ask func() error) error {
	for {
		err := ask()
		if !errors.Is(err, unix.EMFILE) && !errors.Is(err, unix.ENFILE) {
			return err
		}
		t := time.NewTimer(crowdPause)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return err
		}
	}
}

// told is an error for who is not on the vehicle: the daemon's own words, or that it gave no answer.
func told(err error) error {
	var refused *daemon.AnswerError
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.Is(err, daemon.ErrNotRunning):
		return fmt.Errorf("%s is %w: it moves nothing, and starts disarmed", controld, daemon.ErrNotRunning)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s gives no answer: what the vehicle does now is not known; cut its power if it moves where it should not", controld)
	}
	return err
}

// Stop is on disk when it returns.
func (d *Daemons) Stop(ctx context.Context, by string) error {
	return d.order(ctx, atOnce, "/estop", order.Giver{By: by})
}

// Pause has the vehicle stop and stay armed.
func (d *Daemons) Pause(ctx context.Context, by string) error {
	return d.order(ctx, ordered, "/pause", order.Giver{By: by})
}

// Resume has it go on, unless it was stopped since.
func (d *Daemons) Resume(ctx context.Context, by, id string, atNs int64) error {
	return d.order(ctx, ordered, "/resume", order.Giver{By: by, ID: id, AtNs: atNs})
}

// Take gives control to id.
func (d *Daemons) Take(ctx context.Context, by, id string) error {
	return d.order(ctx, ordered, "/control/take", order.Giver{By: by, ID: id})
}

// Keep says that the link to id is alive.
func (d *Daemons) Keep(ctx context.Context, by, id string) error {
	return d.order(ctx, ordered, "/control/keep", order.Giver{By: by, ID: id})
}

// Give takes control from id.
func (d *Daemons) Give(ctx context.Context, by, id string) error {
	return d.order(ctx, ordered, "/control/give", order.Giver{By: by, ID: id})
}

// Reset has both daemons forget what they tracked; controld, which knows who has control, is the first to say whether it may be.
func (d *Daemons) Reset(ctx context.Context, by, id string) error {
	if err := d.order(ctx, slow, "/tracking/reset", order.Giver{By: by, ID: id}); err != nil {
		return err
	}
	return inspect.Post(ctx, d.Place, "lane-detectd", "/tracking/reset", order.Giver{By: by, ID: id}, nil)
}

// May asks controld, which knows who has control.
func (d *Daemons) May(ctx context.Context, by, id string) error {
	return d.order(ctx, slow, "/control/may", order.Giver{By: by, ID: id})
}

// Params lists what may be changed of the daemons that run. It is an error if none can be asked.
func (d *Daemons) Params(ctx context.Context) ([]telemetry.Param, error) {
	list := []telemetry.Param{}
	var errs []error
	for _, name := range settable() {
		all, err := d.params(ctx, name)
		list, errs = append(list, all...), append(errs, err)
	}
	if len(list) > 0 {
		return list, nil
	}
	return nil, errors.Join(errs...)
}

// params lists what may be changed of one daemon.
func (d *Daemons) params(ctx context.Context, name string) ([]telemetry.Param, error) {
	all, err := inspect.Params(ctx, d.Place, name)
	if err != nil {
		return nil, err
	}
	var list []telemetry.Param
	for _, p := range all {
		if !p.Live || guarded(p.Name) != nil {
			continue
		}
		list = append(list, telemetry.Param{
			Daemon: name, Name: p.Name, Value: p.Value, Default: p.Default, Allowed: p.Allowed, Unit: p.Unit,
			Min: p.Min, Max: p.Max, OneOf: p.OneOf, Doc: p.Doc, Live: p.Live,
		})
	}
	return list, nil
}

// Set changes only what Params lists, by exactly that name: a section's name would stand for keys that are not live.
func (d *Daemons) Set(ctx context.Context, s telemetry.Setting) ([]string, error) {
	list, err := d.params(ctx, s.Daemon)
	if err != nil {
		return nil, err
	}
	may := map[string]bool{}
	for _, p := range list {
		may[p.Name] = true
	}
	for name := range s.Values {
		if err := guarded(name); err != nil {
			return nil, err
		}
		if !may[name] {
			return nil, fmt.Errorf("%s: %s has no such key, or not one that can be changed while it runs; params lists those", short(name), s.Daemon)
		}
	}
	c, err := inspect.SetParams(ctx, d.Place, s.Daemon, s.Values)
	return c.Changed, err
}
