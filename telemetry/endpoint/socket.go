package endpoint

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/pebbe/zmq4"
)

// userID is the property of a message that says whose key it was sent with.
const userID = "User-Id"

// mostParts is how many parts of a message are kept; more are read and dropped.
const mostParts = 8

// Message is what came in.
type Message struct {
	Parts [][]byte // of a Commands socket, the first is the connection it came on
	Name  string   // whose key it was sent with; empty in clear
}

// Socket is an open ZeroMQ socket, for one goroutine at a time.
type Socket struct {
	zmq     *zmq4.Socket
	context *Context
	domain  string // empty: not a server with CURVE
	bound   string
	file    string       // that a server made
	watch   *zmq4.Socket // what happens to a client's connection; nil for a server
	link    Link
}

// Address is where the socket is bound, with the port that it has.
func (s *Socket) Address() string { return s.bound }

// Encrypted tells whether clients need a key.
func (s *Socket) Encrypted() bool { return s.domain != "" }

// Refused is how many connections of unknown keys were refused.
func (s *Socket) Refused() uint64 { return s.context.gate.refused(s.domain) }

// Send hands a message over and never waits. A stream's message is dropped for each viewer that is behind; one that a
// Commands or Request socket cannot pass on is an error.
func (s *Socket) Send(parts ...[]byte) error {
	for i, p := range parts {
		flags := zmq4.DONTWAIT
		if i < len(parts)-1 {
			flags |= zmq4.SNDMORE
		}
		if _, err := s.zmq.SendBytes(p, flags); err != nil {
			return fmt.Errorf("sending a message: %w", err)
		}
	}
	return nil
}

// Recv waits for a message. When none came in time it is os.ErrDeadlineExceeded.
func (s *Socket) Recv(patience time.Duration) (Message, error) {
	if err := s.zmq.SetRcvtimeo(max(patience, 0)); err != nil {
		return Message{}, fmt.Errorf("receiving a message: %w", err)
	}
	var m Message
	for {
		part, properties, err := s.zmq.RecvBytesWithMetadata(0, userID)
		if again(err) {
			return Message{}, os.ErrDeadlineExceeded
		}
		if err != nil {
			return Message{}, fmt.Errorf("receiving a message: %w", err)
		}
		if len(m.Parts) < mostParts {
			m.Parts = append(m.Parts, part)
		}
		if s.domain != "" { // in clear a client may call itself anything
			m.Name = properties[userID]
		}
		more, err := s.zmq.GetRcvmore()
		if err != nil {
			return Message{}, fmt.Errorf("receiving a message: %w", err)
		}
		if !more {
			return m, nil
		}
	}
}

// Close lets go of what was not sent.
func (s *Socket) Close() error {
	var err error
	if s.watch != nil {
		err = errors.Join(s.zmq.Monitor("", 0), s.watch.Close())
	}
	if err := errors.Join(err, s.zmq.Close()); err != nil {
		return fmt.Errorf("closing %s: %w", s.bound, err)
	}
	if s.domain != "" {
		s.context.gate.forget(s.domain)
	}
	if s.file != "" { // ZeroMQ leaves it
		_ = os.Remove(s.file)
	}
	return nil
}
