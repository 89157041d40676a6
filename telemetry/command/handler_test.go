package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"lanekeeper/telemetry"
)

// bench is a handler with a clock of its own and a vehicle that notes what reaches it.
type bench struct {
	*Handler
	t       testing.TB
	vehicle *fakeVehicle
	now     int64
	logged  *observer.ObservedLogs
	seq     uint64
}

func newBench(t testing.TB) *bench {
	core, logged := observer.New(zapcore.DebugLevel)
	b := &bench{t: t, vehicle: &fakeVehicle{}, now: 1000 * time.Second.Nanoseconds(), logged: logged}
	b.Handler = NewHandler(b.vehicle, "1.0", 77, zap.New(core))
	b.nowNs = func() int64 { return b.now }
	return b
}

func operator(connection string) Peer {
	return Peer{Connection: connection, Name: "alice", May: telemetry.MayOperate}
}

func viewer(connection string) Peer {
	return Peer{Connection: connection, Name: "bob", May: telemetry.MayView}
}

// answer reads what the handler said.
func (b *bench) answer(text []byte) telemetry.Answer {
	b.t.Helper()
	var a telemetry.Answer
	if err := json.Unmarshal(text, &a); err != nil {
		b.t.Fatalf("answer %q: %v", text, err)
	}
	return a
}

// ask sends a request; a number of 0 stands for the next one.
func (b *bench) ask(p Peer, r telemetry.Request) telemetry.Answer {
	b.t.Helper()
	if r.Seq == 0 {
		b.seq++
		r.Seq = b.seq
	}
	text, err := json.Marshal(r)
	if err != nil {
		b.t.Fatal(err)
	}
	a := b.answer(b.Handle(b.t.Context(), p, text))
	if a.Seq != r.Seq || a.OK == (a.Error != "") || a.NowNs != b.now {
		b.t.Errorf("%s: answer %+v", text, a)
	}
	return a
}

// hello begins a session.
func (b *bench) hello(p Peer) string {
	b.t.Helper()
	var w telemetry.Welcome
	a := b.ask(p, telemetry.Request{Command: telemetry.CommandHello})
	if err := json.Unmarshal(a.Result, &w); err != nil || w.Name != p.Name || w.May != p.May || len(w.Session) != 32 {
		b.t.Fatalf("hello: %+v: %v", a, err)
	}
	return w.Session
}

func (b *bench) want(a telemetry.Answer, refusal string) {
	b.t.Helper()
	if a.OK != (refusal == "") || !strings.Contains(a.Error, refusal) {
		b.t.Errorf("ok %v, error %q; want %q", a.OK, a.Error, refusal)
	}
}

func (b *bench) wantReached(orders ...string) {
	b.t.Helper()
	if got := b.vehicle.reached(); !slices.Equal(got, orders) {
		b.t.Errorf("the vehicle was asked for %q, want %q", got, orders)
	}
}

// TestAge holds back what lets the vehicle move when it is late, and never what stops it.
func TestAge(t *testing.T) {
	for _, command := range []string{
		telemetry.CommandResume, telemetry.CommandTake, telemetry.CommandGive, telemetry.CommandReset, telemetry.CommandSet,
	} {
		b := newBench(t)
		p := operator("a")
		r := telemetry.Request{Session: b.hello(p), Command: command}
		if command == telemetry.CommandSet {
			r.Args = json.RawMessage(`{"daemon":"controld","values":{"control.steering.kp":0.5}}`)
		}
		b.want(b.ask(p, r), command+" needs at_ns")
		r.AtNs = b.now - telemetry.MaxAge.Nanoseconds() - 1
		b.want(b.ask(p, r), command+" came too late")
		r.AtNs = b.now + telemetry.MaxAge.Nanoseconds() + 1
		b.want(b.ask(p, r), command+" was made in the future")
		b.wantReached()
		r.AtNs = b.now - telemetry.MaxAge.Nanoseconds()
		if command == telemetry.CommandGive {
			b.want(b.ask(p, r), "control is not held")
			continue
		}
		b.want(b.ask(p, r), "")
		if command == telemetry.CommandResume && b.vehicle.resumedNs != r.AtNs {
			t.Errorf("resumed as of %d, made at %d", b.vehicle.resumedNs, r.AtNs)
		}
	}
	b := newBench(t)
	for _, p := range []Peer{operator("a"), viewer("b")} {
		s := b.hello(p)
		b.want(b.ask(p, telemetry.Request{Session: s, AtNs: 1, Command: telemetry.CommandStop}), "")
		b.want(b.ask(p, telemetry.Request{Session: s, Command: telemetry.CommandPause}), "")
	}
	b.wantReached("estop alice", "pause alice", "estop bob", "pause bob")
}

// TestOvertaken: a command that let the vehicle go on, and was given before a stop, is not carried out after it.
func TestOvertaken(t *testing.T) {
	for _, stop := range []string{telemetry.CommandPause, telemetry.CommandStop} {
		b := newBench(t)
		p, q := operator("a"), viewer("b")
		s, other := b.hello(p), b.hello(q)
		admit := func(p Peer, r telemetry.Request) *Job {
			t.Helper()
			b.seq++
			r.Seq, r.AtNs = b.seq, b.now
			text, _ := json.Marshal(r)
			answer, j := b.Admit(p, text)
			if j == nil {
				t.Fatalf("%s", answer)
			}
			return j
		}
		resume := admit(p, telemetry.Request{Session: s, Command: telemetry.CommandResume})
		take := admit(p, telemetry.Request{Session: s, Command: telemetry.CommandTake})
		pause := admit(q, telemetry.Request{Session: other, Command: stop})
		after := admit(p, telemetry.Request{Session: s, Command: telemetry.CommandResume})
		b.want(b.answer(pause.Run(t.Context())), "")
		b.want(b.answer(resume.Run(t.Context())), "the vehicle was stopped meanwhile")
		b.want(b.answer(take.Run(t.Context())), "the vehicle was stopped meanwhile")
		b.want(b.answer(after.Run(t.Context())), "")
		b.wantReached(stop+" bob", "resume alice")
		queued := admit(p, telemetry.Request{Session: s, Command: telemetry.CommandResume})
		b.now += telemetry.MaxAge.Nanoseconds() + 1
		b.want(b.answer(queued.Run(t.Context())), "resume came too late")
	}
}

// TestRefusals are the words for what makes no sense. S stands for the session.
func TestRefusals(t *testing.T) {
	setting := func(args string) string {
		return `{"session":"S","seq":9,"at_ns":1000000000000,"command":"set","args":` + args + `}`
	}
	many := make([]string, maxValues+1)
	for i := range many {
		many[i] = fmt.Sprintf(`"k%d":1`, i)
	}
	for message, want := range map[string]string{
		``:                                 "not a request: EOF",
		`{`:                                "not a request: unexpected EOF",
		`[]`:                               "not a request: json: cannot unmarshal array",
		`{"seq":9,"command":"pause"} {}`:   "not a request: more than one JSON value",
		`{"seq":9,"command":"x","more":1}`: `not a request: json: unknown field "more"`,
		`{"seq":-1,"command":"hello"}`:     "not a request: json: cannot unmarshal number",
		strings.Repeat(" ", telemetry.MaxRequestBytes+1):                            "16385 bytes given, at most 16384 expected",
		`{"seq":9,"command":"hello","args":{"x":1}}`:                                "hello takes no args",
		`{"session":"S","seq":9,"command":"pause","args":[1]}`:                      "pause takes no args",
		`{"session":"S","seq":9,"command":"arm"}`:                                   `there is no command "arm"`,
		`{"session":"S","seq":9}`:                                                   `there is no command ""`,
		`{"session":"S","seq":0,"command":"pause"}`:                                 "seq 0 was seen already",
		setting(`{"daemon":"camerad","values":{"x":1}}`):                            `args.daemon: "camerad" given, lane-detectd or controld expected`,
		setting(`{"daemon":"controld"}`):                                            "args.values: empty",
		setting(`{"daemon":"controld","values":{"x":[1]}}`):                         "x: a number, a text, true or false expected",
		setting(`{"daemon":"controld","values":{"x":1},"by":2}`):                    `args: json: unknown field "by"`,
		setting(`{"daemon":"controld","values":{"control.gate.max_age":"1s"}}`):     "control.gate.max_age: safety limits are changed on the vehicle only",
		setting(`{"daemon":"controld","values":{"control.gate":1}}`):                "control.gate: safety limits",
		setting(`{"daemon":"controld","values":{"control":1}}`):                     "control: safety limits",
		setting(`{"daemon":"controld","values":{"control.clock":"source"}}`):        "control.clock: safety limits",
		setting(`{"daemon":"controld","values":{` + strings.Join(many, ",") + `}}`): "args.values: 65 given, at most 64 expected",
		`{"session":"S","seq":9,"at_ns":1000000000000,"command":"set"}`:             "args: EOF",
	} {
		b := newBench(t)
		p := operator("a")
		a := b.answer(b.Handle(t.Context(), p, []byte(strings.ReplaceAll(message, "S", b.hello(p)))))
		if a.OK || !strings.HasPrefix(a.Error, want) {
			t.Errorf("%.80q: %q, want %q", message, a.Error, want)
		}
		if strings.Contains(message, `"seq":9`) && a.Seq != 9 {
			t.Errorf("%.80q: the answer is to %d", message, a.Seq)
		}
		b.wantReached()
		if n := b.logged.FilterMessage("a command from afar was refused").Len(); n != 1 {
			t.Errorf("%.80q: %d entries", message, n)
		}
	}
}

// TestExclusive: while somebody has control, others change nothing, and stop the vehicle all the same.
func TestExclusive(t *testing.T) {
	b := newBench(t)
	p, q := operator("a"), operator("b")
	q.Name = "carol"
	s, o := b.hello(p), b.hello(q)
	ask := func(p Peer, session, command string) telemetry.Answer {
		r := telemetry.Request{Session: session, AtNs: b.now, Command: command}
		if command == telemetry.CommandSet {
			r.Args = json.RawMessage(`{"daemon":"controld","values":{"control.steering.kp":0.5}}`)
		}
		return b.ask(p, r)
	}
	b.want(ask(p, s, telemetry.CommandTake), "")
	b.want(ask(q, o, telemetry.CommandTake), "alice has control")
	b.want(ask(q, o, telemetry.CommandSet), "alice has control")
	b.want(ask(q, o, telemetry.CommandReset), "alice has control")
	b.want(ask(q, o, telemetry.CommandKeep), "control is not held")
	b.want(ask(q, o, telemetry.CommandParams), "")
	b.want(ask(q, o, telemetry.CommandPause), "")
	b.want(ask(p, s, telemetry.CommandKeep), "")
	b.want(ask(p, s, telemetry.CommandSet), "")
	b.want(ask(p, s, telemetry.CommandReset), "")
	second := operator("c") // the same key on another connection is not who has control
	b.want(ask(second, b.hello(second), telemetry.CommandSet), "alice has control")
	b.want(ask(p, s, telemetry.CommandGive), "")
	b.want(ask(q, o, telemetry.CommandSet), "")
	b.wantReached("take alice", "keep", "params", "pause carol", "keep", "set", "reset alice", "give alice", "set")
}

// TestJournal: what is carried out is written down with the key's name, but not what comes again and again.
func TestJournal(t *testing.T) {
	b := newBench(t)
	p := operator("a")
	s := b.hello(p)
	for _, c := range []string{telemetry.CommandParams, telemetry.CommandTake, telemetry.CommandKeep, telemetry.CommandPause} {
		b.want(b.ask(p, telemetry.Request{Session: s, AtNs: b.now, Command: c}), "")
	}
	var said []string
	for _, e := range b.logged.All() {
		f := e.ContextMap()
		said = append(said, fmt.Sprint(e.Level, " ", e.Message, " ", f["key"], " ", f["command"]))
	}
	if want := []string{"info a command from afar was carried out alice take", "info a command from afar was carried out alice pause"}; !slices.Equal(said, want) {
		t.Errorf("%q", said)
	}
	b.vehicle.refuse = errors.New("the disk is full")
	b.want(b.ask(p, telemetry.Request{Session: s, Command: telemetry.CommandStop}), "the disk is full")
	if e := b.logged.FilterMessage("a command from afar to stop was not carried out").All(); len(e) != 1 || e[0].Level != zapcore.ErrorLevel {
		t.Errorf("%+v", e)
	}
}
