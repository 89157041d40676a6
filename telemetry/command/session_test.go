package command

import (
	"fmt"
	"testing"
	"time"

	"lanekeeper/telemetry"
)

// TestReplay sends requests again that were good once.
func TestReplay(t *testing.T) {
	b := newBench(t)
	p := operator("a")
	s := b.hello(p)
	resume := telemetry.Request{Session: s, Seq: 7, AtNs: b.now, Command: telemetry.CommandResume}
	b.want(b.ask(p, resume), "")
	b.want(b.ask(p, resume), "seq 7 was seen already, the last one was 7")
	resume.Seq = 6
	b.want(b.ask(p, resume), "seq 6 was seen already")
	resume.Seq = 8
	elsewhere := b.ask(operator("b"), resume)
	b.want(elsewhere, "this session is not known here")
	if !elsewhere.Hello {
		t.Error("the answer does not say that another session is needed")
	}
	other := operator("a")
	other.Name = "carol"
	b.want(b.ask(other, resume), "this session is not known here")
	other.Name, other.May = p.Name, telemetry.MayView // authorised anew for less
	b.want(b.ask(other, resume), "this session is not known here")
	b.want(b.ask(p, resume), "")
	again := newBench(t) // as after a restart
	again.want(again.ask(p, resume), "this session is not known here")
	again.wantReached()
	b.wantReached("resume alice", "resume alice")
	resume.Session, resume.Seq = "", 9
	b.want(b.ask(p, resume), "this session is not known here")
	b.hello(p)
	resume.Session = s
	b.want(b.ask(p, resume), "this session is not known here") // the new one took its place
}

// TestRefusedUsesUpItsNumber: what was refused for its age cannot be sent again with the right one.
func TestRefusedUsesUpItsNumber(t *testing.T) {
	b := newBench(t)
	p := operator("a")
	r := telemetry.Request{Session: b.hello(p), Seq: 5, AtNs: 1, Command: telemetry.CommandResume}
	b.want(b.ask(p, r), "came too late")
	r.AtNs = b.now
	b.want(b.ask(p, r), "was seen already")
}

// TestSessionsAreBounded: the one that was idle longest goes, of the same key first.
func TestSessionsAreBounded(t *testing.T) {
	b := newBench(t)
	first := b.hello(operator("first"))
	other := b.hello(viewer("other"))
	for i := range maxOfKey {
		b.now += time.Second.Nanoseconds()
		b.hello(operator(fmt.Sprint(i)))
	}
	ask := func(p Peer, session string) telemetry.Answer {
		return b.ask(p, telemetry.Request{Session: session, Command: telemetry.CommandPause})
	}
	b.want(ask(operator("first"), first), "this session is not known here")
	b.want(ask(viewer("other"), other), "")
	for i := range 2 * maxSessions {
		b.now += time.Millisecond.Nanoseconds()
		b.hello(Peer{Connection: fmt.Sprint("many", i), Name: fmt.Sprint("key", i), May: telemetry.MayView})
	}
	if len(b.sessions.of) > maxSessions || len(b.rates.of) > maxKeys {
		t.Errorf("%d sessions, %d rates", len(b.sessions.of), len(b.rates.of))
	}
	s := b.hello(viewer("idle"))
	b.now += sessionIdle.Nanoseconds()
	b.want(ask(viewer("idle"), s), "")
	b.now += sessionIdle.Nanoseconds() + 1
	b.want(ask(viewer("idle"), s), "this session is not known here")
}

// TestRates: a key that sends too much is refused, and may stop the vehicle all the same.
func TestRates(t *testing.T) {
	b := newBench(t)
	p := operator("a")
	s := b.hello(p)
	refused := 0
	for range 2 * commandsPerS {
		if a := b.ask(p, telemetry.Request{Session: s, Command: telemetry.CommandParams}); !a.OK {
			b.want(a, "too many requests")
			refused++
		}
	}
	if refused != commandsPerS+1 { // and the hello
		t.Errorf("%d refused", refused)
	}
	for range stopsPerS {
		b.want(b.ask(p, telemetry.Request{Session: s, Command: telemetry.CommandStop}), "")
	}
	b.want(b.ask(p, telemetry.Request{Session: s, Command: telemetry.CommandStop}), "too many requests")
	v := viewer("b")
	b.want(b.ask(v, telemetry.Request{Session: b.hello(v), Command: telemetry.CommandParams}), "")
	b.now += time.Second.Nanoseconds() / commandsPerS
	b.want(b.ask(p, telemetry.Request{Session: s, Command: telemetry.CommandParams}), "")
	b.want(b.ask(p, telemetry.Request{Session: s, Command: telemetry.CommandParams}), "too many requests")
	for range 2 * anyPerS {
		b.answer(b.Handle(t.Context(), p, []byte("x")))
	}
	b.want(b.answer(b.Handle(t.Context(), p, make([]byte, stopBytes+1))), "too many requests")
	b.now += 2 * time.Second.Nanoseconds() / stopsPerS
	b.want(b.ask(p, telemetry.Request{Session: s, Command: telemetry.CommandStop}), "") // through the flood
}
