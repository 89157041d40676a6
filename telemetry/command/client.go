package command

import (
	"context"
	"errors"

	"lanekeeper/telemetry"
)

// Client gives commands to one vehicle. Its methods may be called from any goroutine; none waits longer than AnswerTime,
// and none for another's answer. An error is a *RefusedError, a *NoAnswerError, or says that the client is closed.
type Client struct {
	options Options
}

// Dial begins a client. A vehicle out of reach is no error here: each command says so.
func Dial(o Options) (*Client, error) { return &Client{options: o}, nil }

// Close ends it.
func (c *Client) Close() {}


// Hello is what the vehicle says of itself and of this client's key.
func (c *Client) Hello(context.Context) (telemetry.Welcome, error) { return telemetry.Welcome{}, errors.ErrUnsupported }

// Pause stops the vehicle; it stays armed.
func (c *Client) Pause(context.Context) error { return errors.ErrUnsupported }

// Resume lets it go on.
func (c *Client) Resume(context.Context) error { return errors.ErrUnsupported }

// Take takes control: from now on the vehicle stops unless Keep comes every telemetry.KeepEvery.
func (c *Client) Take(context.Context) error { return errors.ErrUnsupported }

// Keep says once that the link is alive.
func (c *Client) Keep(context.Context) error { return errors.ErrUnsupported }

// Give gives control back.
func (c *Client) Give(context.Context) error { return errors.ErrUnsupported }

// Stop is the emergency stop, until it is cleared on the vehicle.
func (c *Client) Stop(context.Context) error { return errors.ErrUnsupported }

// Reset has the vehicle forget what it tracked.
func (c *Client) Reset(context.Context) error { return errors.ErrUnsupported }

// Params lists what Set may change.
func (c *Client) Params(context.Context) ([]telemetry.Param, error) { return nil, errors.ErrUnsupported }

// Set changes parameters, all of them or none, and tells which ones changed.
func (c *Client) Set(context.Context, telemetry.Setting) ([]string, error) { return nil, errors.ErrUnsupported }
