package endpoint

import (
	"errors"
	"fmt"
	"time"

	"github.com/pebbe/zmq4"

	"lanekeeper/telemetry/keys"
)

// Kind is what a server's socket is for.
type Kind int

// The kinds.
const (
	Stream   Kind = iota + 1 // messages for all who subscribe; subscriptions come in (XPUB)
	Commands                 // messages from each connection, and answers to it (ROUTER)
)

// Options say what to offer where.
type Options struct {
	Name    string // of the endpoint, its own within the Context
	Kind    Kind
	Address string     // tcp://HOST:PORT, HOST an address, an interface or *; ipc://PATH
	Keys    *keys.Keys // nil: clients need no key
	Queue   int        // messages kept for a viewer that is behind; 0: few, for a stream of pictures
	Plain   bool       // a stream is offered in clear beyond this computer: what is sent must be for anybody
}

// Limits of what comes in and of what waits to go out. A stalled viewer reads what lies in these buffers first, so they are
// small: frames of some 30 kB, and the newest is wanted.
const (
	mostBytes     = 64 << 10 // of a message that comes in: subscriptions and commands are small
	socketBuffer  = 32 << 10 // the kernel takes twice that
	streamQueue   = 8        // messages for a viewer that is behind: two pictures with what goes with each
	commandsQueue = 64       // messages, either way
	backlog       = 16

	handshake    = 3 * time.Second // whoever connects and says nothing goes
	heartbeat    = 2 * time.Second
	heartbeatEnd = 6 * time.Second // a viewer that has vanished goes

	// ZeroMQ closes in the background, so what a socket before this one had may not be free yet.
	mostBindings = 3
	bindPause    = 100 * time.Millisecond
)

// Bind opens a socket. With keys it has refused an unknown key and a client without one before it is returned; otherwise
// nothing is offered, and the error says so.
func (c *Context) Bind(o Options) (*Socket, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("offering %s: %w", o.Address, err)
	}
	s, err := c.bind(o)
	if err != nil {
		return nil, fmt.Errorf("offering %s: %w", o.Address, err)
	}
	if o.Keys == nil {
		return s, nil
	}
	if err := c.selfTest(s, o); err != nil {
		return nil, errors.Join(fmt.Errorf("offering %s: it is not safe, and closed again: %w", o.Address, err), s.Close())
	}
	return s, nil
}

// check refuses what may not be offered.
func (o Options) check() error {
	place, err := PlaceOf(o.Address)
	switch {
	case err != nil:
		return err
	case o.Keys != nil && (o.Name == "" || o.Keys.Server.Secret == ""):
		return errors.New("an endpoint with keys needs a name and the server's key")
	case o.Keys != nil || place == File:
		return nil
	case o.Kind == Commands:
		return errors.New("commands over the network, even on this computer, need keys: make them with lanectl keys init")
	case place == Beyond && !o.Plain:
		return errors.New("beyond this computer viewers need keys: make the vehicle's with lanectl keys init and let viewers in " +
			"with lanectl keys authorise")
	}
	return nil
}

func (c *Context) bind(o Options) (*Socket, error) {
	kind, queue := zmq4.XPUB, streamQueue
	if o.Queue > 0 {
		queue = o.Queue
	}
	if o.Kind == Commands {
		kind, queue = zmq4.ROUTER, commandsQueue
	}
	z, err := c.zmq.NewSocket(kind)
	if err != nil {
		return nil, err
	}
	s := &Socket{zmq: z, context: c}
	err = errors.Join(
		z.SetIpv6(mayBeIPv6(o.Address)), z.SetLinger(0),
		z.SetSndhwm(queue), z.SetRcvhwm(commandsQueue), z.SetSndbuf(socketBuffer), z.SetRcvbuf(socketBuffer),
		z.SetMaxmsgsize(mostBytes), z.SetBacklog(backlog), z.SetHandshakeIvl(handshake),
		z.SetHeartbeatIvl(heartbeat), z.SetHeartbeatTimeout(heartbeatEnd), z.SetHeartbeatTtl(heartbeatEnd), z.SetTcpKeepalive(1))
	if o.Kind == Stream {
		err = errors.Join(err, z.SetXpubVerboser(1)) // each coming and going of a subscriber, not only the first and the last
	}
	if o.Kind == Commands {
		err = errors.Join(err, z.SetRouterMandatory(1)) // an answer for a connection that has gone is an error
	}
	if err == nil && o.Keys != nil {
		// The gate must know the domain before the socket has clients.
		if err = c.gate.open(o.Name, o.Keys.Viewers); err == nil {
			s.domain = o.Name
			err = z.ServerAuthCurve(o.Name, o.Keys.Server.Secret)
		}
	}
	if err == nil {
		err = listen(z, o.Address)
	}
	if err == nil {
		s.bound, err = z.GetLastEndpoint()
		s.file = fileOf(o.Address)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// listen binds the socket, and explains what a person can mend.
func listen(z *zmq4.Socket, address string) error {
	open := z.Bind
	if place, _ := PlaceOf(address); place == File {
		open = func(address string) error { return listenFile(z, address) }
	}
	err := open(address)
	for range mostBindings - 1 {
		if zmq4.AsErrno(err) != zmq4.EADDRINUSE && !errors.Is(err, errInUse) {
			break
		}
		time.Sleep(bindPause)
		err = open(address)
	}
	switch zmq4.AsErrno(err) {
	case zmq4.EADDRINUSE:
		return fmt.Errorf("%w: another process has the port; stop it, or set another endpoint", err)
	case zmq4.EADDRNOTAVAIL, enodev:
		return fmt.Errorf("%w: this computer has no such address now; tcp://*:PORT is all that it has", err)
	}
	return err
}
