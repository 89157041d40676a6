package viewer

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

const (
	maxPages       = 16               // open at a time
	maxSaid        = 1024             // bytes, of a page's message
	saidPerS       = 200              // messages that a page may send in a second, for each vehicle
	streamPatience = 10 * time.Second // for a page to take a message
)

// stream is one page's connection.
type stream struct {
	conn    *websocket.Conn
	outlets []*outbox // by vehicle
	waiting chan struct{}
}

// serveStream is GET /stream.
func (s *Server) serveStream(w http.ResponseWriter, r *http.Request) {
	select {
	case s.seats <- struct{}{}:
		defer func() { <-s.seats }()
	default:
		fail(w, http.StatusServiceUnavailable, fmt.Errorf("%d pages are open already: close one of them", maxPages))
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return // Accept has answered
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(maxSaid)

	page := rand.Text()
	st := &stream{conn: conn, waiting: make(chan struct{}, 1)}
	wake := func() {
		select {
		case st.waiting <- struct{}{}:
		default:
		}
	}
	hello := Hello{Type: TypeHello, Version: s.opt.Version, Page: page, Vehicles: []Vehicle{}}
	for _, v := range s.vehicles {
		hello.Vehicles = append(hello.Vehicles, v.about)
		st.outlets = append(st.outlets, newOutbox(page, v.about.ID, wake))
	}
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	// A page that knows its name can give commands: it has joined before it is told.
	for i, v := range s.vehicles {
		v.join(st.outlets[i])
		defer v.leave(st.outlets[i])
	}
	if text, err := json.Marshal(hello); err != nil || st.write(ctx, websocket.MessageText, text) != nil {
		return
	}
	heard := make(chan error, 1)
	go func() {
		heard <- s.hear(ctx, st)
		cancel()
	}()
	st.tell(ctx)
	cancel()
	if err := <-heard; errors.Is(err, errWrongMessage) {
		_ = conn.Close(websocket.StatusPolicyViolation, err.Error())
	} else if s.ctx.Err() != nil {
		_ = conn.Close(websocket.StatusGoingAway, "the viewer ends")
	}
}

// tell writes what there is to say, until the connection or ctx ends.
func (st *stream) tell(ctx context.Context) {
	for {
		some := false
		for _, o := range st.outlets {
			now := time.Now()
			out, ok := o.next(now)
			if !ok {
				continue
			}
			some = true
			data, isBinary, err := o.encode(out, now)
			if err != nil {
				continue // the vehicle's JSON is not what its topic has: nothing to show
			}
			kind := websocket.MessageText
			if isBinary {
				kind = websocket.MessageBinary
			}
			if st.write(ctx, kind, data) != nil {
				return
			}
		}
		if some {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-st.waiting:
		}
	}
}

// write gives up on a page that does not take a message: it may come again.
func (st *stream) write(ctx context.Context, kind websocket.MessageType, data []byte) error {
	ctx, cancel := context.WithTimeout(ctx, streamPatience)
	defer cancel()
	return st.conn.Write(ctx, kind, data)
}

// errWrongMessage is what a page of ours never says.
var errWrongMessage = errors.New("wrong message")

// hear reads what the page says, until the connection ends or it says something wrong.
func (s *Server) hear(ctx context.Context, st *stream) error {
	began, count := time.Now(), 0
	for {
		kind, data, err := st.conn.Read(ctx)
		if err != nil {
			return err
		}
		if now := time.Now(); now.Sub(began) >= time.Second {
			began, count = now, 0
		}
		if count++; count > saidPerS*len(s.vehicles) {
			return fmt.Errorf("%w: too many of them", errWrongMessage)
		}
		var said Said
		if kind != websocket.MessageText || json.Unmarshal(data, &said) != nil {
			return fmt.Errorf("%w: JSON expected", errWrongMessage)
		}
		if said.Vehicle < 0 || said.Vehicle >= len(s.vehicles) {
			return fmt.Errorf("%w: no such vehicle", errWrongMessage)
		}
		switch o := st.outlets[said.Vehicle]; said.Type {
		case TypeAck:
			if err := o.ack(said.Seq); err != nil {
				return fmt.Errorf("%w: %w", errWrongMessage, err)
			}
		case TypeKeep:
			s.vehicles[said.Vehicle].keep(s.ctx, o.page)
		default:
			return fmt.Errorf("%w: ack or keep expected", errWrongMessage)
		}
	}
}
