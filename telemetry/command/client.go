package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"lanekeeper/shm"
	"lanekeeper/telemetry"
	"lanekeeper/telemetry/endpoint"
)

// Client gives commands to one vehicle. Its methods may be called from any goroutine; none waits longer than AnswerTime,
// and none for another's answer. An error is a *RefusedError, a *NoAnswerError, or says that the client is closed.
type Client struct {
	options Options
	calls   chan *call
	close   context.CancelFunc
	closed  <-chan struct{}
	ended   chan struct{}

	mu    sync.Mutex
	clock *Clock // nil: not known
}

// Dial begins a client, and a session. A vehicle out of reach is no error here: each command says so.
func Dial(z *endpoint.Context, o Options) (*Client, error) {
	place, err := endpoint.PlaceOf(o.Address)
	switch {
	case err != nil:
		return nil, fmt.Errorf("commands: %w", err)
	case place != endpoint.File && o.Server == "":
		return nil, fmt.Errorf("commands: %s needs keys: the vehicle takes none in clear", o.Address)
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := &Client{options: o, calls: make(chan *call, laneRoom), close: cancel, closed: ctx.Done(), ended: make(chan struct{})}
	l := &line{options: o, zmq: z, pending: map[uint64]*call{}, tell: c.setClock}
	go func() {
		defer close(c.ended)
		l.work(ctx, c.calls)
	}()
	return c, nil
}

// Close ends the client, and what is under way.
func (c *Client) Close() {
	c.close()
	<-c.ended
}

// Clock is the vehicle's, as the last session tells it; false if there is none.
func (c *Client) Clock() (Clock, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.clock == nil {
		return Clock{}, false
	}
	return *c.clock, true
}

func (c *Client) setClock(k *Clock) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock = k
}

// Hello begins a session anew, unless one has just begun, and is what the vehicle says of itself and of this client's key.
// Whoever has control loses it.
func (c *Client) Hello(ctx context.Context) (w telemetry.Welcome, err error) {
	return w, c.give(ctx, telemetry.CommandHello, nil, &w)
}

// Pause stops the vehicle; it stays armed.
func (c *Client) Pause(ctx context.Context) error {
	return c.give(ctx, telemetry.CommandPause, nil, nil)
}

// Resume lets it go on.
func (c *Client) Resume(ctx context.Context) error {
	return c.give(ctx, telemetry.CommandResume, nil, nil)
}

// Take takes control: from now on the vehicle stops unless Keep comes every telemetry.KeepEvery.
func (c *Client) Take(ctx context.Context) error { return c.give(ctx, telemetry.CommandTake, nil, nil) }

// Keep says once that the link is alive.
func (c *Client) Keep(ctx context.Context) error { return c.give(ctx, telemetry.CommandKeep, nil, nil) }

// Hold keeps control until ctx ends, which is no error, or until it is lost.
func (c *Client) Hold(ctx context.Context) error {
	tick := time.NewTicker(telemetry.KeepEvery)
	defer tick.Stop()
	for {
		if err := c.Keep(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// Give gives control back.
func (c *Client) Give(ctx context.Context) error { return c.give(ctx, telemetry.CommandGive, nil, nil) }

// Stop is the emergency stop, until it is cleared on the vehicle.
func (c *Client) Stop(ctx context.Context) error { return c.give(ctx, telemetry.CommandStop, nil, nil) }

// Reset has the vehicle forget what it tracked.
func (c *Client) Reset(ctx context.Context) error {
	return c.give(ctx, telemetry.CommandReset, nil, nil)
}

// Params lists what Set may change.
func (c *Client) Params(ctx context.Context) (list []telemetry.Param, err error) {
	return list, c.give(ctx, telemetry.CommandParams, nil, &list)
}

// Set changes parameters, all of them or none, and tells which ones changed.
func (c *Client) Set(ctx context.Context, s telemetry.Setting) ([]string, error) {
	var changed telemetry.Changed
	err := c.give(ctx, telemetry.CommandSet, s, &changed)
	return changed.Changed, err
}

// give has a command carried out, and reads its result.
func (c *Client) give(ctx context.Context, command string, args, result any) error {
	var text json.RawMessage
	if args != nil {
		var err error
		if text, err = json.Marshal(args); err != nil {
			return fmt.Errorf("writing the command %s: %w", command, err)
		}
	}
	a, err := c.Do(ctx, command, text)
	switch {
	case err != nil:
		return err
	case !a.OK:
		return &RefusedError{Reason: a.Error}
	case result == nil:
		return nil
	}
	if err := json.Unmarshal(a.Result, result); err != nil {
		return fmt.Errorf("reading the answer to %s: %w", command, err)
	}
	return nil
}

// Do sends a command as it stands, and is the vehicle's answer, a refusal too. An error means that none came, so that nobody
// knows.
func (c *Client) Do(ctx context.Context, command string, args json.RawMessage) (telemetry.Answer, error) {
	now := shm.NowNs()
	k := &call{command: command, args: args, madeNs: now, endNs: now + AnswerTime.Nanoseconds(), done: make(chan outcome, 1)}
	select {
	case c.calls <- k:
	default:
		return telemetry.Answer{}, errors.New("too many commands are under way: give it again")
	}
	select {
	case o := <-k.done:
		return o.answer, o.err
	case <-ctx.Done():
		return telemetry.Answer{}, fmt.Errorf("waiting for the answer to %s: %w", command, ctx.Err())
	case <-c.closed:
		return telemetry.Answer{}, fmt.Errorf("giving the command %s: %w", command, os.ErrClosed)
	}
}
