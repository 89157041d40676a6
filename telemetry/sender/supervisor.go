package sender

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"go.uber.org/zap"

	"lanekeeper/daemon"
	"lanekeeper/telemetry/endpoint"
)

// What happens to telemetry.
const (
	idUnserved daemon.MessageID = "7e29279ca6564701bbce2463ec742316" // an endpoint cannot be offered
	idClear    daemon.MessageID = "c3131d7b55844a5f931a1d3a8ef06d0b" // what the camera sees goes through the network in clear
	idEnded    daemon.MessageID = "36f74408cffa4cd39a04db9f37734057" // the child ended by itself
	idCommands daemon.MessageID = "591f2ffaf42c4f2cb49bdb8d4801764e" // a channel failed
)

const (
	firstWord   = 15 * time.Second // a child on a slow board loads its libraries first
	silence     = 6 * time.Second
	farewell    = 300 * time.Millisecond // for a child to close what it has open
	leastPause  = time.Second
	mostPause   = 15 * time.Second
	mostLine    = 64 << 10
	mostEntries = 50  // that a child may log between two reports: whoever sends nonsense must not fill the log
	mostText    = 400 // of what a child wrote before it ended, bytes
)

// Supervisor keeps a daemon's child running. A nil one stands for telemetry that is off. Its methods are for any
// goroutine, and wait for nothing but Close.
type Supervisor struct {
	plan  Plan
	log   *zap.Logger
	state atomic.Pointer[State]
	sent  map[string]*atomic.Uint64 // by topic, of all children

	cancel context.CancelFunc
	ended  chan struct{}

	last    report // of the child that runs; the supervising goroutine's own
	told    string // trouble, as last logged
	served  []offerState
	entries int // that the child has logged since its last report
}

// Start begins to publish by the plan, until ctx ends; Daemon, Version, Place and PID are filled in here. Close waits for the
// end.
func Start[C any](ctx context.Context, d *daemon.Daemon[C], p Plan) *Supervisor {
	p.Daemon, p.Version, p.Place, p.PID = d.Name, d.Version, d.Place, os.Getpid()
	s := start(ctx, p, d.Log.Logger)
	s.measure(d.Part("telemetry"))
	return s
}

func start(ctx context.Context, p Plan, log *zap.Logger) *Supervisor {
	ctx, cancel := context.WithCancel(ctx)
	s := &Supervisor{plan: p, log: log, cancel: cancel, ended: make(chan struct{}), sent: map[string]*atomic.Uint64{}}
	for _, t := range p.Topics {
		s.sent[t] = new(atomic.Uint64)
	}
	s.state.Store(&State{Endpoint: p.Endpoint})
	if p.inClearBeyond() {
		log.Warn("what the camera sees goes through the network in clear: anybody there can watch", idClear.Field(),
			zap.String("endpoint", p.Endpoint), zap.Strings("topics", p.Topics))
	}
	go s.supervise(ctx)
	return s
}

// State is how telemetry does; nil when it is off.
func (s *Supervisor) State() *State {
	if s == nil {
		return nil
	}
	return s.state.Load()
}

// Suffix is for the daemon's status line: empty unless something is wrong.
func (s *Supervisor) Suffix() string {
	if s == nil || s.state.Load().Trouble == "" {
		return ""
	}
	return "; telemetry is not served"
}

// Close ends the child.
func (s *Supervisor) Close() {
	if s == nil {
		return
	}
	s.cancel()
	<-s.ended
	for _, path := range s.plan.files() { // a killed child leaves them
		endpoint.RemoveLeft(path)
	}
}

// measure adds telemetry's part of /metrics.
func (s *Supervisor) measure(m daemon.Metrics) {
	for t, n := range s.sent {
		m.CounterFunc("sent_total", "Messages published, by topic.", n.Load, "topic", t)
	}
	m.CounterFunc("restarts_total", "Times that the sending process was started again.", func() uint64 { return s.State().Restarts })
	m.CounterFunc("unsent_total", "Frames that could not be made into pictures.", func() uint64 { return s.State().Unsent })
	m.GaugeFunc("viewers", "Subscribers of the topic that has the most.", func() float64 { return float64(s.State().Viewers) })
	m.GaugeFunc("serving", "1 while the stream is offered.", func() float64 { return daemon.Flag(s.State().Serving) })
	m.GaugeFunc("refused_connections", "Connections of unknown keys that the sending process has refused.",
		func() float64 { return float64(s.State().Refused) })
	m.GaugeFunc("encode_seconds", "Making a picture: the median of the last second.", func() float64 { return s.State().EncodeMs / 1e3 })
}

// supervise starts children until ctx ends.
func (s *Supervisor) supervise(ctx context.Context) {
	defer close(s.ended)
	// The kernel kills the child when the thread that started it ends, which this one does with this function.
	runtime.LockOSThread()
	wait := leastPause
	for ctx.Err() == nil {
		began := time.Now()
		err := s.child(ctx)
		if ctx.Err() != nil {
			return
		}
		s.last = report{}
		if errors.Is(err, errAnew) {
			s.log.Info("the keys have changed: viewers are asked for theirs again")
			wait = leastPause
			continue
		}
		if time.Since(began) > mostPause {
			wait = leastPause
		}
		s.over(err)
		pause(ctx, wait)
		wait = min(2*wait, mostPause)
	}
}

// over says that the child has ended.
func (s *Supervisor) over(err error) {
	s.log.Warn("the process that sends telemetry ended: another one follows", idEnded.Field(), zap.Error(err))
	s.change(func(x *State) {
		x.Serving, x.Viewers, x.PID, x.RateHz, x.Commands = false, 0, 0, 0, nil
		x.Restarts++
		x.Trouble = err.Error()
	})
}

// change replaces the state.
func (s *Supervisor) change(f func(*State)) {
	x := *s.state.Load()
	f(&x)
	s.state.Store(&x)
}

// child runs one child and tells why it ended.
func (s *Supervisor) child(ctx context.Context) error {
	c := exec.CommandContext(context.WithoutCancel(ctx), "/proc/self/exe", flag) // it is ended in order, below
	c.Args[0] = s.plan.Daemon                                                    // for who looks at the processes
	c.Env = slices.DeleteFunc(os.Environ(), forDaemonOnly)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	stderr := &tail{}
	c.Stderr = stderr
	in, err := c.StdinPipe()
	if err != nil {
		return fmt.Errorf("starting to send telemetry: %w", err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return fmt.Errorf("starting to send telemetry: %w", err)
	}
	if err := c.Start(); err != nil {
		return fmt.Errorf("starting to send telemetry: %w", err)
	}
	s.change(func(x *State) { x.PID, x.Serving, x.Commands = c.Process.Pid, false, nil })
	heard := make(chan line)
	go hear(out, heard)
	err = json.NewEncoder(in).Encode(s.plan)
	if err == nil {
		err = s.follow(ctx, heard)
	}
	_ = in.Close()
	if errors.Is(err, errSilent) {
		_ = c.Process.Kill()
	}
	kill := time.AfterFunc(farewell, func() { _ = c.Process.Kill() })
	defer kill.Stop()
	for x := range heard { // its last words, until its output closes
		err = errors.Join(err, s.take(x))
	}
	ended := c.Wait()
	if err != nil {
		return err
	}
	return fmt.Errorf("sending telemetry: %s", cause(ended, stderr.String()))
}

// forDaemonOnly tells of variables by which systemd speaks to the daemon, or that configure it.
func forDaemonOnly(v string) bool {
	for _, p := range []string{"NOTIFY_", "LISTEN_", "WATCHDOG_", "LANEKEEPER_"} {
		if strings.HasPrefix(v, p) && !strings.HasPrefix(v, bootVariable) {
			return true
		}
	}
	return false
}

var errSilent = errors.New("sending telemetry: its process says nothing any more, and was killed")

// follow takes what the child says until it says no more, or ctx ends.
func (s *Supervisor) follow(ctx context.Context, heard <-chan line) error {
	patience := time.NewTimer(firstWord)
	defer patience.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-patience.C:
			return errSilent
		case x, ok := <-heard:
			if !ok {
				return nil
			}
			if x.Report != nil { // entries come from whatever still goes round in a child that hangs
				patience.Reset(silence)
			}
			if err := s.take(x); err != nil {
				return err
			}
		}
	}
}

// take handles a line.
func (s *Supervisor) take(x line) error {
	if s.entries++; x.Entry != nil && s.entries <= mostEntries {
		x.Entry.log(s.log)
	}
	if x.Report == nil {
		return nil
	}
	r := x.Report
	for t, n := range r.Sent {
		if c := s.sent[t]; c != nil {
			c.Add(n - min(n, s.last.Sent[t]))
		}
	}
	s.entries = 0
	unsent := r.Unsent - min(r.Unsent, s.last.Unsent)
	s.last = *r
	s.change(func(x *State) {
		x.offers(r.Offers)
		x.Viewers, x.RateHz, x.EncodeMs, x.Refused = r.Viewers, r.RateHz, r.EncodeMs, r.Refused
		x.Unsent += unsent
		x.Sent = 0
		for _, n := range s.sent {
			x.Sent += n.Load()
		}
	})
	s.say(r.Offers)
	if r.KeysAnew {
		return errAnew
	}
	return nil
}

// say logs what is offered, and why something is not, when that is news.
func (s *Supervisor) say(offers []offerState) {
	for _, o := range offers {
		if o.Trouble == "" && o.Address != "" && !slices.Contains(s.served, o) {
			s.log.Info("telemetry is served", zap.String("what", o.Name), zap.String("endpoint", o.Address), zap.Bool("encrypted", o.Encrypted))
		}
	}
	s.served = offers
	trouble := s.state.Load().Trouble
	if trouble != "" && trouble != s.told {
		s.log.Error("telemetry is not served; it is tried again", idUnserved.Field(), zap.String("error", trouble))
	}
	s.told = trouble
}

// hear reads lines until the child's output closes. What is no line of ours is passed over.
func hear(out io.Reader, heard chan<- line) {
	defer close(heard)
	scan := bufio.NewScanner(out)
	scan.Buffer(nil, mostLine)
	for scan.Scan() {
		var x line
		if json.Unmarshal(scan.Bytes(), &x) != nil {
			continue
		}
		heard <- x
	}
}

// cause is why the child ended, on one line.
func cause(ended error, stderr string) string {
	text := strings.Join(strings.Fields(stderr), " ")
	switch {
	case ended == nil && text == "":
		return "its process ended"
	case ended == nil:
		return text
	case text == "":
		return ended.Error()
	}
	return ended.Error() + ": " + text
}

// tail keeps the last that was written to it.
type tail struct{ b bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	t.b.Write(p)
	if over := t.b.Len() - mostText; over > 0 {
		t.b.Next(over)
	}
	return len(p), nil
}

func (t *tail) String() string { return strings.ToValidUTF8(t.b.String(), "…") }
