package main

import (
	"context"
	"errors"
	"fmt"

	"go.uber.org/zap"

	"lanekeeper/control"
	"lanekeeper/daemon"
	"lanekeeper/internal/order"
	"lanekeeper/shm"
	"lanekeeper/telemetry"
)

// command is an order as the control socket takes it.
type command struct {
	path string
	said string // what was ordered, for logs
	done string // what is so now, for events
	do   func(o *operator, ctx context.Context, who order.Giver, heardNs int64) error
	// safe makes the vehicle safer: it is carried out whatever the request says about who gives it, and even if that one has
	// gone meanwhile. That it was not carried out is an error, not a refusal.
	safe bool
	// remote is of an operator at a distance, who must be told from another.
	remote bool
	// often is not worth a log entry, an event or a new command.
	often bool
}

// commands are all of them.
func commands() []command {
	return []command{
		{path: "/arm", said: "arm", done: "armed", do: func(o *operator, ctx context.Context, _ order.Giver, _ int64) error {
			return o.give(ctx, o.arm)
		}},
		{path: "/disarm", said: "disarm", done: "disarmed", safe: true, do: func(o *operator, ctx context.Context, _ order.Giver, _ int64) error {
			return o.give(ctx, o.disarm)
		}},
		{path: "/estop", said: "emergency stop", done: "emergency stop", safe: true, do: (*operator).estop},
		{path: "/estop/clear", said: "clear emergency stop", done: "emergency stop cleared", do: (*operator).clearStop},
		{path: "/pause", said: "pause", done: "paused", safe: true, do: (*operator).pause},
		{path: "/resume", said: "resume", done: "resumed", do: (*operator).resume},
		{path: "/tracking/reset", said: "reset tracking", done: "tracking reset", do: (*operator).resetTracking},
		{path: "/control/take", said: "take control", done: "control taken", remote: true, do: (*operator).take},
		{path: "/control/keep", said: "keep control", remote: true, often: true, do: (*operator).keep},
		{path: "/control/give", said: "give control back", done: "control given back", remote: true, do: (*operator).giveBack},
		{path: "/control/may", said: "change settings", remote: true, often: true, do: (*operator).may},
	}
}

func (o *operator) estop(ctx context.Context, _ order.Giver, _ int64) error { return o.stop(ctx) }

func (o *operator) clearStop(ctx context.Context, _ order.Giver, _ int64) error {
	return o.clear(context.WithoutCancel(ctx))
}

func (o *operator) pause(ctx context.Context, _ order.Giver, _ int64) error {
	return o.give(ctx, func(c *control.Controller) error {
		c.Pause(shm.NowNs())
		return nil
	})
}

func (o *operator) resume(ctx context.Context, who order.Giver, heardNs int64) error {
	return o.give(ctx, func(c *control.Controller) error { return c.Resume(who.AskedNs(heardNs), who.ID) })
}

func (o *operator) resetTracking(ctx context.Context, who order.Giver, _ int64) error {
	return o.give(ctx, func(c *control.Controller) error {
		if err := c.May(shm.NowNs(), who.ID); err != nil {
			return fmt.Errorf("resetting tracking: %w", err)
		}
		c.ResetTracking()
		return nil
	})
}

func (o *operator) take(ctx context.Context, who order.Giver, heardNs int64) error {
	return o.give(ctx, func(c *control.Controller) error { return c.TakeControl(heardNs, who.ID, who.By) })
}

func (o *operator) keep(ctx context.Context, who order.Giver, heardNs int64) error {
	return o.hand(ctx, directive{often: true, do: func(c *control.Controller) error { return c.KeepControl(heardNs, who.ID) }})
}

func (o *operator) giveBack(ctx context.Context, who order.Giver, _ int64) error {
	return o.give(ctx, func(c *control.Controller) error { return c.GiveControl(shm.NowNs(), who.ID) })
}

// may is for whoever passes on what has no place for an id, such as new parameters, or goes to another daemon.
func (o *operator) may(ctx context.Context, who order.Giver, _ int64) error {
	return o.hand(ctx, directive{often: true, do: func(c *control.Controller) error { return c.May(shm.NowNs(), who.ID) }})
}

// answer carries an order out for whoever asks on the control socket.
func (o *operator) answer(ctx context.Context, k *command, heardNs int64, body []byte) error {
	who, err := order.Read(body)
	switch {
	case k.safe:
		err, ctx = nil, context.WithoutCancel(ctx)
	case err == nil && k.remote && who.ID == "":
		err = &daemon.UsageError{Err: errors.New("request: id: missing: control is an operator's, who is known by it")}
	}
	if err == nil {
		err = k.do(o, ctx, who, heardNs)
	}
	o.tell(k, who, err)
	return err
}

// tell logs what became of an order, and makes an event of it.
func (o *operator) tell(k *command, who order.Giver, err error) {
	log := o.log.With(zap.String("order", k.said), zap.String("by", who.By))
	severity, text := telemetry.Info, k.done
	switch {
	case err == nil && k.often:
		return
	case err == nil:
		log.Info("an operator's order was carried out")
	case k.safe || errors.Is(err, errHangs) || errors.Is(err, errDisk):
		log.Error("an operator's order was not carried out", idOrder.Field(), zap.Error(err))
		severity, text = telemetry.Error, k.said+" was not carried out: "+err.Error()
	case k.often && !o.keeps.pass(shm.NowNs()):
		return
	default: // whoever gave it has the answer, and the vehicle is as it was
		log.Info("an operator's order was refused", zap.Error(err))
		if !o.refusals.pass(shm.NowNs()) {
			return
		}
		severity, text = telemetry.Warning, k.said+" was refused: "+err.Error()
	}
	ev := happening(shm.NowNs(), telemetry.EventOrder, severity, text)
	now := o.newest()
	ev.By, ev.State, ev.Reason = who.By, now.State, now.Reason
	o.events.add(ev)
}
