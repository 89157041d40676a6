package command

import (
	"context"
	"encoding/json"
	"testing"

	"lanekeeper/telemetry"
)

// TestLanes: the emergency stop, a pause and a keep wait for nothing that takes long, and find room where others do not.
func TestLanes(t *testing.T) {
	b := newBench(t)
	b.vehicle.hold = make(chan struct{})
	p := operator("a")
	s := b.hello(p)
	ctx, cancel := context.WithCancel(t.Context())
	r := newRunner(ctx)
	defer r.wait()
	defer cancel()
	answers := make(chan []byte, 2*laneRoom)
	enter := func(command string) (*Job, bool) {
		t.Helper()
		b.seq++
		q := telemetry.Request{Session: s, Seq: b.seq, AtNs: b.now, Command: command}
		if command == telemetry.CommandSet {
			q.Args = json.RawMessage(`{"daemon":"controld","values":{"control.steering.kp":0.5}}`)
		}
		text, _ := json.Marshal(q)
		b.mu.Lock()
		b.rates.of = map[string]*rate{} // rates are another test's
		b.mu.Unlock()
		answer, j := b.Admit(p, text)
		if j == nil {
			t.Fatalf("%s", answer)
		}
		return j, r.enter(turn{job: j, answer: func(a []byte) { answers <- a }})
	}
	entered := 0
	for {
		j, ok := enter(telemetry.CommandSet)
		if !ok {
			b.want(b.answer(busy(j)), "the vehicle is behind")
			break
		}
		entered++
	}
	if entered < laneRoom-stopsRoom || entered > laneRoom-stopsRoom+1 { // and the one being carried out
		t.Errorf("%d found room", entered)
	}
	for _, c := range []string{telemetry.CommandTake, telemetry.CommandKeep, telemetry.CommandPause, telemetry.CommandStop} {
		if _, ok := enter(c); !ok {
			t.Fatalf("%s found no room", c)
		}
		if a := b.answer(<-answers); !a.OK || a.Seq != b.seq {
			t.Errorf("%s: %+v", c, a)
		}
	}
	close(b.vehicle.hold)
	for range entered {
		b.want(b.answer(<-answers), "")
	}
}
