package command

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lanekeeper/telemetry"
)

// TestViewersOnlyLook: no sequence of requests of a key that may view ever reaches what lets the vehicle move.
func TestViewersOnlyLook(t *testing.T) {
	b := newBench(t)
	names := []string{"", "Resume", "resume ", "RESUME"}
	for c := range rules() {
		names = append(names, c)
	}
	slices.Sort(names)
	r := rand.New(rand.NewPCG(1, 2))
	sessions := []string{"", b.hello(operator("o"))}
	seq := uint64(0)
	for i := range 20000 {
		b.now += r.Int64N(50) * time.Millisecond.Nanoseconds()
		p := viewer(fmt.Sprint("v", r.IntN(3)))
		if i%50 == 0 {
			sessions = append(sessions, b.hello(p))
			sessions = sessions[max(0, len(sessions)-6):]
		}
		seq += uint64(r.IntN(3))
		q := telemetry.Request{
			Session: sessions[r.IntN(len(sessions))], Seq: seq, Command: names[r.IntN(len(names))], AtNs: b.now - r.Int64N(3e9) + 1e9,
		}
		if r.IntN(2) == 0 {
			q.Args = json.RawMessage(`{"daemon":"controld","values":{"control.steering.kp":0.5}}`)
		}
		text, _ := json.Marshal(q)
		b.answer(b.Handle(t.Context(), p, text))
	}
	counts := map[string]int{}
	for _, o := range b.vehicle.reached() {
		counts[o]++
	}
	if len(counts) != 3 || counts["params"] == 0 || counts["pause bob"] == 0 || counts["estop bob"] == 0 {
		t.Errorf("the vehicle was asked for %v", counts)
	}
}

// FuzzHandle: whatever comes, there is one answer, bounded, and nothing moves the vehicle but a request that may. In the
// input S stands for the session of the operator, V for that of the viewer.
func FuzzHandle(f *testing.F) {
	for c := range rules() {
		f.Add([]byte(`{"session":"S","seq":1,"at_ns":1000000000000,"command":"`+c+`"}`), false)
		f.Add([]byte(`{"session":"V","seq":1,"at_ns":1000000000000,"command":"`+c+`"}`), true)
	}
	f.Add([]byte(`{"session":"S","seq":2,"at_ns":1000000000000,"command":"set","args":{"daemon":"controld","values":{"control.gate.max_age":1}}}`), false)
	f.Add([]byte("\x00\xff\xfe{"), true)
	f.Add([]byte(`{"seq":1e400,"command":null,"args":"`+strings.Repeat("[", 1000)), false)
	f.Fuzz(func(t *testing.T, message []byte, view bool) {
		b := newBench(t)
		p, v := operator("a"), viewer("b")
		text := strings.ReplaceAll(strings.ReplaceAll(string(message), "S", b.hello(p)), "V", b.hello(v))
		from := p
		if view {
			from = v
		}
		for range 2 { // the second time it is a replay
			answer := b.Handle(t.Context(), from, []byte(text))
			if len(answer) > 1024 {
				t.Errorf("an answer of %d bytes", len(answer))
			}
			b.answer(answer)
		}
		seen := map[string]int{}
		for _, o := range b.vehicle.reached() {
			seen[o]++
			if view && o != "params" && o != "pause bob" && o != "estop bob" {
				t.Errorf("a viewer reached %s with %q", o, text)
			}
		}
		for o, n := range seen {
			if n > 1 {
				t.Errorf("%s was carried out %d times by %q", o, n, text)
			}
		}
	})
}
