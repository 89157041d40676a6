package command

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"lanekeeper/shm"
	"lanekeeper/telemetry"
	"lanekeeper/telemetry/endpoint"
)

// linePatience is how long the socket is listened to at a time while something is under way: one goroutine sends, too.
const linePatience = 2 * time.Millisecond

// line is a client's connection and session. It belongs to one goroutine.
type line struct {
	options Options
	zmq     *endpoint.Context
	tell    func(*Clock)

	socket  *endpoint.Socket // nil: none
	session string           // empty: none
	hello   *call            // under way
	seq     uint64           // the last one given; it never begins anew, so an answer fits one request alone
	waiting []*call          // for a session
	pending map[uint64]*call // for an answer
	clock   Clock
	failure error // why there is no socket
}

// work gives the calls until ctx ends.
func (l *line) work(ctx context.Context, calls <-chan *call) {
	defer l.hangUp()
	l.greet()
	for ctx.Err() == nil {
		if len(l.waiting)+len(l.pending) == 0 {
			select {
			case k := <-calls:
				l.accept(k)
			case <-ctx.Done():
				return
			}
		}
		for more := true; more; {
			select {
			case k := <-calls:
				l.accept(k)
			default:
				more = false
			}
		}
		l.send()
		l.receive()
		l.expire()
	}
}

// accept has a call wait for a session. One of its own it waits for alone.
func (l *line) accept(k *call) {
	if k.command == telemetry.CommandHello {
		l.session = ""
	}
	l.waiting = append(l.waiting, k)
}

// greet has a session begun for its own sake, so that the first command need not wait for it.
func (l *line) greet() {
	l.waiting = append(l.waiting, newHello())
}

func newHello() *call {
	now := shm.NowNs()
	return &call{command: telemetry.CommandHello, madeNs: now, endNs: now + AnswerTime.Nanoseconds(), done: make(chan outcome, 1)}
}

// send begins a session, or sends what waits for one.
func (l *line) send() {
	if len(l.waiting) == 0 || !l.connect() {
		return
	}
	if l.session == "" {
		if l.hello == nil {
			l.hello = newHello()
			if l.pass(l.hello) != nil {
				l.hello = nil // there is no connection yet
			}
		}
		return
	}
	l.waiting = slices.DeleteFunc(l.waiting, func(k *call) bool { return l.pass(k) == nil })
}

// connect makes a socket where there is none.
func (l *line) connect() bool {
	if l.socket == nil {
		l.socket, l.failure = l.zmq.Dial(endpoint.ClientOptions{
			Kind: endpoint.Request, Address: l.options.Address, Server: l.options.Server, Own: l.options.Own,
		})
	}
	return l.socket != nil
}

// pass sends a call. The error says that there is no connection now: then it is tried again later.
func (l *line) pass(k *call) error {
	k.seq, k.sentNs = l.seq+1, shm.NowNs()
	r := telemetry.Request{Seq: k.seq, Command: k.command, Args: k.args}
	if k.command != telemetry.CommandHello {
		r.Session, r.AtNs = l.session, k.madeNs+l.clock.OffsetNs
	}
	text, err := json.Marshal(r)
	if err != nil {
		k.end(outcome{err: err})
		return nil
	}
	if err := l.socket.Send(text); err != nil {
		return err
	}
	l.seq++
	l.pending[k.seq] = k
	return nil
}

// receive takes the answers that are there, and waits a moment for one.
func (l *line) receive() {
	if l.socket == nil {
		time.Sleep(linePatience)
		return
	}
	for patience := linePatience; ; patience = 0 {
		m, err := l.socket.Recv(patience)
		if err != nil { // none; or a broken socket, which ends when the answers do not come
			return
		}
		if len(m.Parts) == 1 {
			l.take(m.Parts[0])
		}
	}
}

// take gives an answer to the call that it is for. One that comes too late is for none.
func (l *line) take(text []byte) {
	var a telemetry.Answer
	if json.Unmarshal(text, &a) != nil {
		return
	}
	k := l.pending[a.Seq]
	if k == nil {
		return
	}
	delete(l.pending, a.Seq)
	if k == l.hello {
		l.hello = nil
		l.welcome(k, a)
		return
	}
	l.clock.read(k.sentNs, shm.NowNs(), a.NowNs)
	l.told()
	if a.Hello && !k.again { // not carried out: with a new session it may be
		k.again, l.session = true, ""
		l.waiting = append(l.waiting, k)
		return
	}
	k.end(outcome{answer: a})
}

// welcome is the answer to a hello: the session begins. Whoever asked for one has the answer.
func (l *line) welcome(k *call, a telemetry.Answer) {
	var w telemetry.Welcome
	if a.OK && json.Unmarshal(a.Result, &w) == nil && w.Session != "" {
		l.session, l.clock = w.Session, Clock{}
		l.clock.read(k.sentNs, shm.NowNs(), a.NowNs)
		l.told()
	}
	l.waiting = slices.DeleteFunc(l.waiting, func(k *call) bool {
		answered := k.command == telemetry.CommandHello || l.session == ""
		if answered {
			k.end(outcome{answer: a})
		}
		return answered
	})
}

func (l *line) told() {
	c := l.clock
	l.tell(&c)
}

// expire ends the calls whose time is over. When one of them was sent, the connection is no good: what else is under way on it
// will not be answered either.
func (l *line) expire() {
	now, why := shm.NowNs(), l.why()
	l.waiting = slices.DeleteFunc(l.waiting, func(k *call) bool {
		over := now >= k.endNs
		if over {
			k.end(outcome{err: why})
		}
		return over
	})
	for _, k := range l.pending {
		if now >= k.endNs {
			l.hangUp()
			return
		}
	}
}

// hangUp ends the connection and the session, and fails what was sent.
func (l *line) hangUp() {
	why := l.why()
	for seq, k := range l.pending {
		delete(l.pending, seq)
		k.end(outcome{err: why})
	}
	if l.socket != nil {
		_ = l.socket.Close()
	}
	l.socket, l.session, l.hello = nil, "", nil
	l.tell(nil)
}

// why is what to say where no answer comes.
func (l *line) why() error {
	e := &NoAnswerError{Address: l.options.Address}
	switch {
	case l.failure != nil:
		e.Why = l.failure.Error()
	case l.socket == nil || l.socket.Link() == endpoint.Connecting:
		e.Why = "nobody is there; is the address right, the vehicle in reach, and telemetry.enabled true in its controld.yaml?"
	case l.socket.Link() == endpoint.Connected:
		e.Why = "it takes the connection and does not answer; what it has done is not known"
	default:
		e.Why = l.socket.Link().String() + "; on the vehicle, lanectl keys list shows whom it knows, lanectl keys show its own key"
	}
	return e
}
