package receiver

import (
	"context"
	"time"

	"lanekeeper/shm"
	"lanekeeper/telemetry/endpoint"
)

const (
	listenFor = 50 * time.Millisecond // at a time
	redial    = time.Second           // between two tries to make a socket
	mostDrain = 256                   // messages that are read before they are told
)

// stream is the subscription to one daemon.
type stream struct {
	heard
	topics  []string
	vehicle *Vehicle
	socket  *endpoint.Socket
	pid     int // of the daemon; 0 unknown
	uptimeS float64
}

// arrival is a message as it came, and when.
type arrival struct {
	picture    *Picture
	message    *Message
	receivedNs int64
	received   time.Time
}

// run receives until ctx ends.
func (s *stream) run(ctx context.Context) {
	defer s.hangUp()
	for ctx.Err() == nil {
		if s.socket == nil && !s.dial(ctx) {
			continue
		}
		batch, bytes, malformed, err := s.listen()
		s.vehicle.tell(s, batch, bytes, malformed)
		if err != nil {
			s.hangUp()
		}
	}
}

// dial makes the socket, or waits until it is to be tried again.
func (s *stream) dial(ctx context.Context) bool {
	v := s.vehicle
	socket, err := v.zmq.Dial(endpoint.ClientOptions{
		Kind: endpoint.Subscribe, Address: s.address, Server: v.options.Server, Own: v.options.Own, Topics: s.topics,
	})
	v.mu.Lock()
	s.failure = err
	v.mu.Unlock()
	if err == nil {
		s.socket = socket
		return true
	}
	s.vehicle.tell(s, nil, 0, 0)
	select {
	case <-time.After(redial):
	case <-ctx.Done():
	}
	return false
}

func (s *stream) hangUp() {
	if s.socket != nil {
		_ = s.socket.Close()
		s.socket = nil
	}
}

// listen waits for a message and takes what else is there. Of the pictures it keeps the newest, for the end.
func (s *stream) listen() (batch []arrival, bytes, malformed uint64, err error) {
	var newest *arrival
	patience := listenFor
	for range mostDrain {
		m, err := s.socket.Recv(patience)
		if timedOut(err) {
			break
		}
		if err != nil {
			return batch, bytes, malformed, err
		}
		patience = 0
		a := arrival{receivedNs: shm.NowNs(), received: time.Now()}
		for _, p := range m.Parts {
			bytes += uint64(len(p))
		}
		if a.picture, a.message, err = parse(s.name, s.topics, m.Parts); err != nil {
			malformed++
			continue
		}
		if a.picture != nil {
			newest = &a
			continue
		}
		batch = append(batch, a)
	}
	if newest != nil {
		batch = append(batch, *newest)
	}
	return batch, bytes, malformed, nil
}
