package bench

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/pebbe/zmq4"

	"lanekeeper/shm"
)

// zmqSender answers each reader's request with the record.
type zmqSender struct {
	context *zmq4.Context
	socket  *zmq4.Socket
	readers int
}

// newZmqSender listens on a free port of the loopback, and tells it.
func newZmqSender(j job) (s *zmqSender, port uint32, err error) {
	ctx, socket, err := newZmqSocket(zmq4.REP)
	if err != nil {
		return nil, 0, err
	}
	s = &zmqSender{context: ctx, socket: socket, readers: j.Step.Readers}
	if err := socket.Bind("tcp://127.0.0.1:*"); err != nil {
		return nil, 0, fmt.Errorf("listening with ZeroMQ: %w", err)
	}
	endpoint, err := socket.GetLastEndpoint()
	if err != nil {
		return nil, 0, fmt.Errorf("listening with ZeroMQ: %w", err)
	}
	n, err := strconv.ParseUint(endpoint[strings.LastIndexByte(endpoint, ':')+1:], 10, 16)
	if err != nil {
		return nil, 0, fmt.Errorf("listening with ZeroMQ on %s: %w", endpoint, err)
	}
	return s, uint32(n), nil
}

// newZmqSocket makes a socket that drops what was not sent when it is closed.
func newZmqSocket(t zmq4.Type) (*zmq4.Context, *zmq4.Socket, error) {
	ctx, err := zmq4.NewContext()
	if err != nil {
		return nil, nil, fmt.Errorf("starting ZeroMQ: %w", err)
	}
	socket, err := ctx.NewSocket(t)
	if err == nil {
		err = socket.SetLinger(0)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("starting ZeroMQ: %w", errors.Join(err, ctx.Term()))
	}
	return ctx, socket, nil
}

func (s *zmqSender) send(m message) error {
	for i := range s.readers {
		if _, err := s.socket.RecvBytes(0); err != nil {
			return fmt.Errorf("waiting for a request: %w", err)
		}
		if i == 0 {
			m.stamp(shm.NowNs())
		}
		if _, err := s.socket.SendBytes(m.wire(), 0); err != nil {
			return fmt.Errorf("answering a request: %w", err)
		}
	}
	return nil
}

func (s *zmqSender) close() { _ = errors.Join(s.socket.Close(), s.context.Term()) }
