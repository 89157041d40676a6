package main

import (
	"context"
	"errors"
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

// operator hands orders from the control socket to the control loop.
type operator struct {
	orders chan order
	log    *zap.Logger
	latch  latch
}

func newOperator(d *daemon.Daemon[config], l latch) *operator {
	o := &operator{orders: make(chan order), log: d.Log.Logger, latch: l}
	answer := map[string]string{"result": "done"}
	handle := func(pattern, said string, do func(*control.Controller) error) {
		d.Control.Func(pattern, func(ctx context.Context, _ []byte) (any, error) {
			if err := o.give(ctx, do); err != nil {
				o.log.Warn("an operator's order was refused", zap.String("order", said), zap.Error(err))
				return nil, err
			}
			o.log.Info("an operator's order was carried out", zap.String("order", said))
			return answer, nil
		})
	}
	handle("POST /arm", "arm", func(c *control.Controller) error { return c.Arm(shm.NowNs()) })
	handle("POST /disarm", "disarm", func(c *control.Controller) error {
		c.Disarm()
		return nil
	})
	handle("POST /estop", "emergency stop", func(c *control.Controller) error {
		c.EmergencyStop() // first of all; then on disk, and only then acknowledged
		return o.latch.pull()
	})
	handle("POST /estop/clear", "clear emergency stop", func(c *control.Controller) error {
		if err := o.latch.clear(); err != nil {
			return err
		}
		c.ClearEmergency()
		return nil
	})
	return o
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
