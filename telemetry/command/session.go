package command

import (
	"crypto/rand"
	"encoding/hex"
	"time"
)

// Limits of sessions.
const (
	maxSessions   = 256
	maxOfKey      = 16
	sessionIdle   = 10 * time.Minute
	sessionBytes  = 16 // 128 bits cannot be guessed
	operatorBytes = 8  // tells operators apart; no secret
)

// session is what a hello has begun. It belongs to one connection and one key.
type session struct {
	id       string
	operator string // id for who has control
	peer     Peer
	seq      uint64 // the greatest seen
	usedNs   int64
}

// sessions are those that live, one for each connection. It is not safe for use by several goroutines.
type sessions struct {
	of map[string]*session // by connection
}

// begin begins a session in place of the connection's old one. Where there are too many, the one that was idle longest ends.
func (s *sessions) begin(p Peer, nowNs int64) *session {
	delete(s.of, p.Connection)
	s.forget(nowNs)
	if s.count(p.Name) >= maxOfKey {
		s.endIdlest(func(o *session) bool { return o.peer.Name == p.Name })
	}
	if len(s.of) >= maxSessions {
		s.endIdlest(func(*session) bool { return true })
	}
	n := &session{id: random(sessionBytes), operator: random(operatorBytes), peer: p, usedNs: nowNs}
	s.of[p.Connection] = n
	return n
}

// find is the session of that id, if it is this connection's and this key's; else nil.
func (s *sessions) find(id string, p Peer, nowNs int64) *session {
	o := s.of[p.Connection]
	if o == nil || o.id != id || o.peer != p || nowNs-o.usedNs > sessionIdle.Nanoseconds() {
		return nil
	}
	o.usedNs = nowNs
	return o
}

// forget ends the sessions that were idle for too long.
func (s *sessions) forget(nowNs int64) {
	for c, o := range s.of {
		if nowNs-o.usedNs > sessionIdle.Nanoseconds() {
			delete(s.of, c)
		}
	}
}

func (s *sessions) count(name string) (n int) {
	for _, o := range s.of {
		if o.peer.Name == name {
			n++
		}
	}
	return n
}

func (s *sessions) endIdlest(among func(*session) bool) {
	var idlest *session
	for _, o := range s.of {
		if among(o) && (idlest == nil || o.usedNs < idlest.usedNs) {
			idlest = o
		}
	}
	if idlest != nil {
		delete(s.of, idlest.peer.Connection)
	}
}

func random(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the process instead
	return hex.EncodeToString(b)
}
