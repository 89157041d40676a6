package receiver

import (
	"fmt"
	"time"

	"lanekeeper/telemetry/endpoint"
)

// When a link counts as silent and as lost. Every daemon sends its status once a second, and one may be late.
const (
	silentAfter = 1500 * time.Millisecond
	lostAfter   = 3 * time.Second
)

// LinkState is how a link is.
type LinkState string

// States of a link.
const (
	Connecting LinkState = "connecting" // nothing has come yet
	Live       LinkState = "live"
	Silent     LinkState = "silent" // nothing for a moment
	Lost       LinkState = "lost"   // nothing for long
)

// Link is how the link to a vehicle is: as that of its worse stream, but one that never was counts only while there is no other.
type Link struct {
	State  LinkState
	Text   string  // for people: which address, how long, and what to check
	SinceS float64 // since the last message, or since the start
}

// heard is what is known of one stream.
type heard struct {
	name, address string
	startNs       int64
	lastNs        int64 // 0: nothing yet
	link          endpoint.Link
	failure       error // why there is no socket
}

// now is the stream's link; inReach says that the vehicle is, since its other stream lives.
func (h heard) now(nowNs int64, inReach bool) Link {
	since := time.Duration(nowNs - h.lastNs)
	l := Link{State: Live}
	switch {
	case h.lastNs == 0:
		l.State, since = Connecting, time.Duration(nowNs-h.startNs)
	case since > lostAfter:
		l.State = Lost
	case since > silentAfter:
		l.State = Silent
	}
	l.SinceS = since.Seconds()
	if l.State == Live {
		l.Text = fmt.Sprintf("%s sends from %s", h.name, h.address)
		return l
	}
	l.Text = fmt.Sprintf("no message from %s at %s for %.0f s: %s", h.name, h.address, max(1, l.SinceS), h.advice(inReach))
	return l
}

func (h heard) lives(nowNs int64) bool {
	return h.lastNs > 0 && nowNs-h.lastNs <= silentAfter.Nanoseconds()
}

// advice is what to look for.
func (h heard) advice(inReach bool) string {
	switch {
	case h.failure != nil:
		return h.failure.Error()
	case h.link == endpoint.Connected:
		return "the connection is open and nothing comes; is the vehicle out of reach, or " + h.name + " stuck?"
	case h.link == endpoint.Unknown, h.link == endpoint.Mismatch:
		return h.link.String() + "; on the vehicle, lanectl keys list shows whom it knows"
	case inReach && h.lastNs == 0:
		return "the vehicle is in reach; is telemetry.enabled true in its " + h.name + ".yaml, and the address right?"
	case inReach:
		return "the vehicle is in reach; has " + h.name + " been stopped? Trying on"
	case h.lastNs == 0:
		return "is the address right, the vehicle switched on and in reach, and telemetry.enabled true in its " + h.name + ".yaml?"
	}
	return "has the vehicle been switched off, or left the network? Trying on"
}

// worse is the link of both streams together.
func worse(a, b heard, nowNs int64) Link {
	la, lb := a.now(nowNs, b.lives(nowNs)), b.now(nowNs, a.lives(nowNs))
	switch {
	case a.lastNs == 0 && b.lastNs == 0:
		return la
	case a.lastNs == 0:
		return besides(lb, la)
	case b.lastNs == 0:
		return besides(la, lb)
	case la.SinceS >= lb.SinceS:
		return la
	}
	return lb
}

// besides is a link, and what is to be said of a stream that never was.
func besides(l, never Link) Link {
	if l.State == Live {
		l.Text = never.Text
	}
	return l
}
