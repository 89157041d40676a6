package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"lanekeeper/control"
	"lanekeeper/daemon"
	"lanekeeper/shm"
)

// What happens to operators' orders.
const (
	idLatched   daemon.MessageID = "9e8f14cb13774da9ba5f51d960c05ab0" // an emergency stop holds
	idForgotten daemon.MessageID = "78c497e6c01e4cefbe5114f286dcbb2a" // it would not hold across a restart
	idOrder     daemon.MessageID = "8420fe87f6904e37be373a32cbd73ff4" // an order that makes the vehicle safer was not carried out
)

// directive is an operator's word, carried out by the control loop between two steps, so that nothing changes within one.
type directive struct {
	do    func(c *control.Controller) error
	done  chan error
	often bool // it comes again and again, and is no reason for a new command
}

// operator hands orders from the control socket to the control loop. The disk is waited for here and never there.
type operator struct {
	orders   chan directive
	log      *zap.Logger
	events   *events
	refusals seldom         // that become events
	keeps    seldom         // refused, that are told at all
	newest   func() *status // of the vehicle
	latch    latch
	latching sync.Mutex    // held while the latch and the controller are brought to say the same
	pulled   atomic.Uint64 // emergency stops asked for; the loop looks before every step
	obeyed   uint64        // of those; the loop's own
	handsOff bool          // an operator disarmed or stopped, so that only one arms again; the loop's own
}

func newOperator(d *daemon.Daemon[config], l latch, r *report) *operator {
	o := &operator{
		orders: make(chan directive), log: d.Log.With(zap.String("actuator", d.Config().Actuator)),
		events: r.events, newest: r.newest.Load, latch: l,
	}
	done := map[string]string{"result": "done"}
	for _, k := range commands() {
		d.Control.Func("POST "+k.path, func(ctx context.Context, body []byte) (any, error) {
			if err := o.answer(ctx, &k, shm.NowNs(), body); err != nil {
				return nil, err
			}
			return done, nil
		})
	}
	d.Control.Query("GET /events", o.events.list)
	return o
}

func (o *operator) arm(c *control.Controller) error {
	err := c.Arm(shm.NowNs())
	o.handsOff = o.handsOff && err != nil
	return err
}

func (o *operator) disarm(c *control.Controller) error {
	c.Disarm()
	o.handsOff = true
	return nil
}

func (o *operator) emergencyStop(c *control.Controller) error {
	c.EmergencyStop()
	o.obeyed, o.handsOff = o.pulled.Load(), true
	return nil
}

// stop counts at once, even if the loop comes back only later. Then it goes to disk, and only when vehicle and disk agree is
// it acknowledged.
func (o *operator) stop(ctx context.Context) error {
	o.pulled.Add(1)
	o.latching.Lock()
	defer o.latching.Unlock()
	o.pulled.Add(1) // an older stop may have been cleared since
	saved := o.latch.pull()
	if saved != nil {
		o.log.Error("an emergency stop could not be remembered", idForgotten.Field(), zap.Error(saved))
	} else {
		o.latched()
	}
	if err := o.give(ctx, o.emergencyStop); err != nil {
		return errors.Join(saved, fmt.Errorf("the emergency stop counts as soon as the control loop goes on: %w", err))
	}
	return saved
}

// latched says that the vehicle stands until a person clears the stop.
func (o *operator) latched() {
	o.log.Warn("the emergency stop is set", idLatched.Field(), zap.String("latch_file", o.latch.path))
}

// clear clears the disk first: what cannot be forgotten there must not be forgotten here. A stop that is asked for meanwhile
// wins. The vehicle stays disarmed until an operator arms it.
func (o *operator) clear(ctx context.Context) error {
	o.latching.Lock()
	defer o.latching.Unlock()
	known := o.pulled.Load()
	if err := o.latch.clear(); err != nil {
		return fmt.Errorf("%w: %w", errDisk, err)
	}
	return o.give(ctx, func(c *control.Controller) error {
		if o.pulled.Load() != known {
			return errors.New("clearing the emergency stop: it was asked for again meanwhile")
		}
		c.ClearEmergency()
		o.obeyed, o.handsOff = known, true
		return nil
	})
}

// patience is how long an operator waits for a control loop that should answer within milliseconds.
const patience = time.Second

// errDisk: the emergency stop is remembered there, and stays.
var errDisk = errors.New("the stop holds")

// errHangs: the control loop does not carry out what it is told.
var errHangs = errors.New("the control loop has not answered")

// give waits until the control loop has carried an order out; one that is given up is never carried out later.
func (o *operator) give(ctx context.Context, do func(*control.Controller) error) error {
	return o.hand(ctx, directive{do: do})
}

// hand is give for any directive.
func (o *operator) hand(ctx context.Context, w directive) error {
	late := time.NewTimer(patience)
	defer late.Stop()
	w.done = make(chan error, 1)
	select {
	case o.orders <- w:
		return <-w.done
	case <-ctx.Done():
		return fmt.Errorf("whoever gave the order has gone: %w", ctx.Err())
	case <-late.C:
		return fmt.Errorf("%w for %v: its commands have expired, but what the actuator does now "+
			"is not known; cut the vehicle's power if it moves", errHangs, patience)
	}
}

// mostOrders are carried out between two steps: whoever gives them without end must not keep the loop from its work.
const mostOrders = 64

// serve carries out what is waiting and tells whether that asks for a new command. The emergency stop has the last word.
func (o *operator) serve(c *control.Controller) (any bool) {
	for more, n := true, 0; more && n < mostOrders; n++ {
		select {
		case w := <-o.orders:
			w.done <- w.do(c)
			any = any || !w.often
		default:
			more = false
		}
	}
	if o.pulled.Load() != o.obeyed {
		_ = o.emergencyStop(c)
		any = true
	}
	return any
}
