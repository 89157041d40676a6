package endpoint

import (
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/pebbe/zmq4"

	"lanekeeper/telemetry/keys"
)

// testPatience is how long a test client may wait to be let in or refused.
const testPatience = 3 * time.Second

// selfTest holds that the socket lets in who it should and nobody else.
func (c *Context) selfTest(s *Socket, o Options) error {
	known, err := keys.NewPair()
	if err != nil {
		return err
	}
	stranger, err := keys.NewPair()
	if err != nil {
		return err
	}
	done := c.gate.lend(s.domain, known.Public)
	defer done()
	kind := Subscribe
	if o.Kind == Commands {
		kind = Request
	}
	for _, k := range []struct {
		what string
		own  *keys.Pair
		want []Link
	}{
		{"a client with an unknown key", &stranger, []Link{Unknown}},
		{"a client without a key", nil, []Link{Unknown, Mismatch}},
		{"a client with a known key", &known, []Link{Connected}},
	} {
		got, err := c.try(ClientOptions{Kind: kind, Address: reachable(s.bound), deaf: true}, o.Keys.Server.Public, k.own)
		if err != nil {
			return fmt.Errorf("testing it with %s: %w", k.what, err)
		}
		fits := false
		for _, w := range k.want {
			fits = fits || got == w
		}
		if !fits {
			return fmt.Errorf("testing it with %s: %s", k.what, outcome(got))
		}
	}
	return nil
}

func outcome(l Link) string {
	switch l {
	case Connected:
		return "it was let in"
	case Connecting:
		return "it was neither let in nor refused"
	}
	return "it was refused: " + l.String()
}

// try connects as somebody and tells what came of it.
func (c *Context) try(o ClientOptions, server string, own *keys.Pair) (Link, error) {
	if own != nil {
		o.Server, o.Own = server, *own
	}
	s, err := c.Dial(o)
	if err != nil {
		return Connecting, err
	}
	link, deadline := Connecting, time.Now().Add(testPatience)
	for link == Connecting && time.Now().Before(deadline) {
		if err := s.watch.SetRcvtimeo(time.Until(deadline)); err != nil {
			return Connecting, errors.Join(err, s.Close())
		}
		event, _, _, err := s.watch.RecvEvent(0)
		if err == nil {
			link = linkAfter(link, event)
		} else if !again(err) {
			return Connecting, errors.Join(err, s.Close())
		}
	}
	return link, s.Close()
}

// again tells that nothing came in time.
func again(err error) bool { return zmq4.AsErrno(err) == zmq4.Errno(syscall.EAGAIN) }
