package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"

	"lanekeeper/control"
	"lanekeeper/daemon"
	"lanekeeper/shm"
)

// order is an operator's word, carried out by the control loop between two steps, so that nothing changes within one.
type order struct {
	do   func(c *control.Controller) error
	done chan error
}

// operator hands orders from the control socket to the control loop. The disk is waited for here and never there.
type operator struct {
	orders   chan order
	log      *zap.Logger
	latch    latch
	latching sync.Mutex // held while the latch and the controller are brought to say the same
}

func newOperator(d *daemon.Daemon[config], l latch) *operator {
	o := &operator{orders: make(chan order), log: d.Log.Logger, latch: l}
	answer := map[string]string{"result": "done"}
	handle := func(pattern, said string, do func(context.Context) error) {
		d.Control.Func(pattern, func(ctx context.Context, _ []byte) (any, error) {
			if err := do(ctx); err != nil {
				o.log.Warn("an operator's order was refused", zap.String("order", said), zap.Error(err))
				return nil, err
			}
			o.log.Info("an operator's order was carried out", zap.String("order", said))
			return answer, nil
		})
	}
	handle("POST /arm", "arm", func(ctx context.Context) error {
		return o.give(ctx, func(c *control.Controller) error { return c.Arm(shm.NowNs()) })
	})
	handle("POST /disarm", "disarm", func(ctx context.Context) error { return o.give(ctx, disarm) })
	handle("POST /estop", "emergency stop", o.stop)
	handle("POST /estop/clear", "clear emergency stop", o.clear)
	return o
}

func disarm(c *control.Controller) error {
	c.Disarm()
	return nil
}

func emergencyStop(c *control.Controller) error {
	c.EmergencyStop()
	return nil
}

func clearEmergency(c *control.Controller) error {
	c.ClearEmergency()
	return nil
}

// stop stops the vehicle first of all; then the stop goes to disk, and only then is it acknowledged. It is given once more
// when nobody clears an older one at the same time, so that vehicle and disk agree in the end.
func (o *operator) stop(ctx context.Context) error {
	stopped := o.give(ctx, emergencyStop)
	o.latching.Lock()
	defer o.latching.Unlock()
	if stopped == nil {
		stopped = o.give(ctx, emergencyStop)
	}
	return errors.Join(stopped, o.latch.pull()) // on disk even if the control loop hangs
}

// clear clears the disk first: what cannot be forgotten there must not be forgotten here.
func (o *operator) clear(ctx context.Context) error {
	o.latching.Lock()
	defer o.latching.Unlock()
	if err := o.latch.clear(); err != nil {
		return err
	}
	return o.give(ctx, clearEmergency)
}

// patience is how long an operator waits for a control loop that should answer within milliseconds.
const patience = time.Second

func (o *operator) give(ctx context.Context, do func(*control.Controller) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	w := order{do: do, done: make(chan error, 1)}
	select {
	case o.orders <- w:
	case <-ctx.Done():
		return errors.New("the control loop does not answer; the vehicle is neutral or will be within 100 ms")
	}
	return <-w.done
}

// serve carries out what is waiting and tells whether there was anything.
func (o *operator) serve(c *control.Controller) (any bool) {
	for {
		select {
		case w := <-o.orders:
			w.done <- w.do(c)
			any = true
		default:
			return any
		}
	}
}
