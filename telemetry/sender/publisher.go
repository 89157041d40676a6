package sender

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"lanekeeper/telemetry"
	"lanekeeper/telemetry/endpoint"
)

// publisher is the stream's socket, and who listens to what on it. Its methods are for any goroutine.
type publisher struct {
	topics []string // that are published

	mu     sync.Mutex
	socket *endpoint.Socket // nil: not offered now
	subs   map[string]int   // how many have subscribed, by what they gave as the beginning of a topic
	joined map[string]uint64
	sent   map[string]uint64
	change chan struct{} // closed, and made anew, when somebody has subscribed
}

func newPublisher(topics []string) *publisher {
	return &publisher{
		topics: topics, subs: map[string]int{}, joined: map[string]uint64{}, sent: map[string]uint64{}, change: make(chan struct{}),
	}
}

// attach gives the publisher its socket, or with nil takes it away; nobody has subscribed to a new one.
func (p *publisher) attach(s *endpoint.Socket) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.socket = s
	clear(p.subs)
}

// Subscriptions that are looked at in one go: a flood of them must not keep anybody from sending.
const mostSubscriptions = 256

// listen takes note of who has come and gone.
func (p *publisher) listen() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.socket == nil {
		return nil
	}
	for range mostSubscriptions {
		m, err := p.socket.Recv(0)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil
		}
		if err != nil {
			return err
		}
		p.subscription(m)
	}
	return nil
}

// subscription is a byte, 1 for one that comes and 0 for one that goes, and the beginning of the topics that it is for.
// Anything else is nothing of ours.
func (p *publisher) subscription(m endpoint.Message) {
	if len(m.Parts) != 1 || len(m.Parts[0]) == 0 || m.Parts[0][0] > 1 {
		return
	}
	begins, ours := string(m.Parts[0][1:]), false
	for _, t := range p.topics {
		if strings.HasPrefix(t, begins) {
			ours = true
			p.joined[t] += uint64(m.Parts[0][0])
		}
	}
	switch {
	case !ours:
	case m.Parts[0][0] == 1:
		p.subs[begins]++
		close(p.change)
		p.change = make(chan struct{})
	case p.subs[begins] > 1:
		p.subs[begins]--
	default:
		delete(p.subs, begins)
	}
}

// wanted tells whether somebody listens to one of the topics. When nobody does it waits for somebody, for a while.
func (p *publisher) wanted(ctx context.Context, topics ...string) bool {
	p.mu.Lock()
	n, change := 0, p.change
	for _, t := range topics {
		n += p.listeners(t)
	}
	p.mu.Unlock()
	if n > 0 {
		return true
	}
	t := time.NewTimer(idlePatience)
	defer t.Stop()
	select {
	case <-change:
	case <-t.C:
	case <-ctx.Done():
	}
	return false
}

// listeners is how many there are; the lock is held.
func (p *publisher) listeners(topic string) int {
	if p.socket == nil || !slices.Contains(p.topics, topic) {
		return 0
	}
	n := 0
	for begins, count := range p.subs {
		if strings.HasPrefix(topic, begins) {
			n += count
		}
	}
	return n
}

// joins grows with each one who subscribes to a topic.
func (p *publisher) joins(topic string) uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.joined[topic]
}

// send publishes a message to whoever listens and is not behind.
func (p *publisher) send(topic string, message any, more ...[]byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listeners(topic) == 0 {
		return nil
	}
	text, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("writing a message of %s: %w", topic, err)
	}
	parts := append([][]byte{[]byte(topic), text}, more...)
	if err := p.socket.Send(parts...); err != nil {
		return err
	}
	p.sent[topic]++
	return nil
}

// report fills in what the publisher knows.
func (p *publisher) report(r *report) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r.Sent = maps.Clone(p.sent)
	for _, t := range p.topics {
		r.Viewers = max(r.Viewers, p.listeners(t))
	}
	if p.socket != nil {
		r.Refused += p.socket.Refused()
	}
}

// state is what a status message says of the stream.
func (p *publisher) state() telemetry.Sender {
	p.mu.Lock()
	defer p.mu.Unlock()
	var s telemetry.Sender
	for _, n := range p.sent {
		s.Sent += n
	}
	if p.socket != nil {
		s.Refused, s.Encrypted = p.socket.Refused(), p.socket.Encrypted()
	}
	return s
}
