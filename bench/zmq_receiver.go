package bench

import (
	"errors"
	"fmt"

	"github.com/pebbe/zmq4"

	"lanekeeper/shm"
)

// zmqReceiver asks for each record.
type zmqReceiver struct {
	context *zmq4.Context
	socket  *zmq4.Socket
	length  int // of an answer
	sums    bool
}

func newZmqReceiver(j job, port uint32) (*zmqReceiver, error) {
	ctx, socket, err := newZmqSocket(zmq4.REQ)
	if err != nil {
		return nil, err
	}
	if err := socket.Connect(fmt.Sprintf("tcp://127.0.0.1:%d", port)); err != nil {
		return nil, fmt.Errorf("connecting with ZeroMQ: %w", err)
	}
	return &zmqReceiver{context: ctx, socket: socket, length: wireHeader + j.Step.PayloadBytes, sums: j.Step.Figure == Delivery}, nil
}

func (r *zmqReceiver) receive() (oneWayNs int64, total uint64, err error) {
	if _, err := r.socket.SendBytes(nil, 0); err != nil {
		return 0, 0, fmt.Errorf("sending a request: %w", err)
	}
	b, err := r.socket.RecvBytes(0)
	if err != nil {
		return 0, 0, fmt.Errorf("waiting for an answer: %w", err)
	}
	if len(b) != r.length {
		return 0, 0, fmt.Errorf("an answer of %d bytes: %d expected", len(b), r.length)
	}
	if r.sums {
		total = sum(b[wireHeader:])
	}
	return shm.NowNs() - stampOf(b), total, nil
}

func (r *zmqReceiver) close() { _ = errors.Join(r.socket.Close(), r.context.Term()) }
