package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"lanekeeper/telemetry"
	"lanekeeper/telemetry/endpoint"
	"lanekeeper/telemetry/keys"
)

// Socket is a ROUTER socket as package endpoint opens it.
type Socket interface {
	Recv(patience time.Duration) (endpoint.Message, error)
	Send(parts ...[]byte) error
	Address() string
	Encrypted() bool
}

// Source is where commands come from.
type Source struct {
	Socket Socket
	Keys   *keys.Keys // who may do what; nil for users of this machine, on a unix socket
}

// How long a socket is listened to at a time: briefly while an answer is being made, since one goroutine does both.
const (
	idlePatience = 100 * time.Millisecond
	busyPatience = time.Millisecond
)

// Server answers what comes from its sources by one set of rules, and carries out in one order what comes from all of them.
type Server struct {
	handler *Handler
	runner  *runner
	close   context.CancelFunc
}

// NewServer begins to carry out what the handler allows, until Close.
func NewServer(h *Handler) *Server {
	ctx, cancel := context.WithCancel(context.Background())
	return &Server{handler: h, runner: newRunner(ctx), close: cancel}
}

// Close gives up what is under way.
func (s *Server) Close() {
	s.close()
	s.runner.wait()
}

// Serve answers what comes from a source until ctx ends, or the source fails.
func (s *Server) Serve(ctx context.Context, from Source) error {
	l := &listener{source: from, handler: s.handler, runner: s.runner, answers: make(chan [][]byte, int(lanes)*(laneRoom+1))}
	return l.listen(ctx)
}

// listener answers the requests of one socket.
type listener struct {
	source  Source
	handler *Handler
	runner  *runner
	waiting int           // jobs of which the answer is still to come
	answers chan [][]byte // with room for every job that can be under way
}

func (l *listener) listen(ctx context.Context) error {
	for ctx.Err() == nil {
		patience := idlePatience
		if l.waiting > 0 {
			patience = busyPatience
		}
		m, err := l.source.Socket.Recv(patience)
		switch {
		case err == nil:
			l.take(m)
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return fmt.Errorf("taking commands at %s: %w", l.source.Socket.Address(), err)
		}
		l.send()
	}
	return nil
}

// send passes on the answers that are there. Whoever has gone meanwhile gets none.
func (l *listener) send() {
	for l.waiting > 0 {
		select {
		case parts := <-l.answers:
			l.waiting--
			_ = l.source.Socket.Send(parts...)
		default:
			return
		}
	}
}

// take answers a message, or has it wait for its turn. It is the connection and the request, with or without an empty part
// between: as DEALER and as REQ send it.
func (l *listener) take(m endpoint.Message) {
	if len(m.Parts) == 0 {
		return
	}
	envelope, body := m.Parts[:1], []byte(nil)
	switch {
	case len(m.Parts) == 2:
		body = m.Parts[1]
	case len(m.Parts) == 3 && len(m.Parts[1]) == 0:
		envelope, body = m.Parts[:2], m.Parts[2]
	} // anything else has no request in it, and is told so
	p, known := l.peer(m)
	if !known {
		return
	}
	answered := func(answer []byte) [][]byte { return append(envelope[:len(envelope):len(envelope)], answer) }
	answer, job := l.handler.Admit(p, body)
	if job != nil {
		if l.runner.enter(turn{job: job, answer: func(a []byte) { l.answers <- answered(a) }}) {
			l.waiting++
			return
		}
		answer = busy(job)
	}
	_ = l.source.Socket.Send(answered(answer)...)
}

// peer is who sent a message. A key whose name is not known, and a socket that has keys and let somebody in without, are none:
// the endpoint let nobody in like that.
func (l *listener) peer(m endpoint.Message) (Peer, bool) {
	connection := l.source.Socket.Address() + "\x00" + string(m.Parts[0])
	if l.source.Keys == nil {
		return Local(connection), !l.source.Socket.Encrypted()
	}
	v, known := l.source.Keys.ByName(m.Name)
	p := Peer{Connection: connection, Name: v.Name, May: telemetry.MayView}
	if v.MayOperate() {
		p.May = telemetry.MayOperate
	}
	return p, known && l.source.Socket.Encrypted()
}
