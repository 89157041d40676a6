package endpoint

import (
	"errors"
	"fmt"
	"time"

	"github.com/pebbe/zmq4"

	"lanekeeper/telemetry/keys"
)

// ClientKind is what a client's socket is for.
type ClientKind int

// The kinds.
const (
	Subscribe ClientKind = iota + 1 // a stream's messages (SUB)
	Request                         // commands and their answers (DEALER)
)

// ClientOptions say what to connect to.
type ClientOptions struct {
	Kind    ClientKind
	Address string    // tcp://HOST:PORT or ipc://PATH
	Server  string    // the vehicle's public key; empty: in clear
	Own     keys.Pair // this computer's key; used when Server is given
	Topics  []string  // that begin the messages to get, of Subscribe; empty: all

	deaf bool // of the self-test: subscribe to nothing
}

// A viewer that is behind wants the newest message, not those before.
const (
	clientQueue   = 4
	clientBytes   = 16 << 20 // of a message; a frame is far smaller
	reconnect     = 100 * time.Millisecond
	reconnectMost = time.Second
	connectEnd    = 2 * time.Second
)

// Link is how a client's connection is.
type Link int

// The states of a connection.
const (
	Connecting Link = iota // nobody answers
	Connected              // the server has let us in
	Unknown                // the server does not know our key
	Mismatch               // one side wants keys and the other does not, or the server has another key
)

func (l Link) String() string {
	return [...]string{"connecting", "connected", "this computer's key is not known there", "the keys do not fit"}[l]
}

// watchEvents are what tells a Link.
const watchEvents = zmq4.EVENT_HANDSHAKE_SUCCEEDED | zmq4.EVENT_HANDSHAKE_FAILED_AUTH | zmq4.EVENT_HANDSHAKE_FAILED_PROTOCOL |
	zmq4.EVENT_HANDSHAKE_FAILED_NO_DETAIL | zmq4.EVENT_DISCONNECTED | zmq4.EVENT_CLOSED

// Dial begins to connect, and returns at once: ZeroMQ connects when the server is there, and again when it comes back.
// What a Request socket is to send while there is no connection is refused.
func (c *Context) Dial(o ClientOptions) (*Socket, error) {
	if _, err := PlaceOf(o.Address); err != nil {
		return nil, err
	}
	kind := zmq4.SUB
	if o.Kind == Request {
		kind = zmq4.DEALER
	}
	z, err := c.zmq.NewSocket(kind)
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", o.Address, err)
	}
	s := &Socket{zmq: z, context: c, bound: o.Address}
	err = errors.Join(
		z.SetIpv6(mayBeIPv6(o.Address)), z.SetLinger(0),
		z.SetRcvhwm(clientQueue), z.SetRcvbuf(socketBuffer), z.SetSndhwm(commandsQueue), z.SetImmediate(o.Kind == Request),
		z.SetMaxmsgsize(clientBytes), z.SetReconnectIvl(reconnect), z.SetReconnectIvlMax(reconnectMost), z.SetConnectTimeout(connectEnd),
		z.SetHandshakeIvl(handshake), z.SetHeartbeatIvl(heartbeat), z.SetHeartbeatTimeout(heartbeatEnd), z.SetTcpKeepalive(1))
	if err == nil && o.Server != "" {
		err = z.ClientAuthCurve(o.Server, o.Own.Public, o.Own.Secret)
	}
	if err == nil && o.Kind == Subscribe && !o.deaf {
		err = subscribe(z, o.Topics)
	}
	if err == nil {
		err = s.watchLink()
	}
	if err == nil {
		err = z.Connect(o.Address)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("connecting to %s: %w", o.Address, err), s.Close())
	}
	return s, nil
}

func subscribe(z *zmq4.Socket, topics []string) error {
	if len(topics) == 0 {
		topics = []string{""}
	}
	var err error
	for _, t := range topics {
		err = errors.Join(err, z.SetSubscribe(t))
	}
	return err
}

// watchLink has ZeroMQ tell what happens to the connection.
func (s *Socket) watchLink() error {
	address := fmt.Sprintf("inproc://watch-%d", s.context.watches.Add(1))
	if err := s.zmq.Monitor(address, watchEvents); err != nil {
		return err
	}
	w, err := s.context.zmq.NewSocket(zmq4.PAIR)
	if err != nil {
		return err
	}
	s.watch = w
	return errors.Join(w.SetLinger(0), w.SetRcvtimeo(0), w.Connect(address))
}

// Link is how a client's connection is now.
func (s *Socket) Link() Link {
	for s.watch != nil {
		event, _, _, err := s.watch.RecvEvent(0)
		if err != nil {
			break
		}
		s.link = linkAfter(s.link, event)
	}
	return s.link
}

// linkAfter is a connection's state after an event. Why it was refused stays known while ZeroMQ tries again.
func linkAfter(l Link, event zmq4.Event) Link {
	switch event {
	case zmq4.EVENT_HANDSHAKE_SUCCEEDED:
		return Connected
	case zmq4.EVENT_HANDSHAKE_FAILED_AUTH:
		return Unknown
	case zmq4.EVENT_HANDSHAKE_FAILED_PROTOCOL, zmq4.EVENT_HANDSHAKE_FAILED_NO_DETAIL:
		return Mismatch
	}
	if l == Connected {
		return Connecting
	}
	return l
}
