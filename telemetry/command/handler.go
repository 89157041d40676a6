package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"go.uber.org/zap"

	"lanekeeper/daemon"
	"lanekeeper/shm"
	"lanekeeper/telemetry"
)

// What the journal says of commands.
const (
	idDone    daemon.MessageID = "bf0f7af6cd1c403eb1b022cf529bc1f3" // a command from afar was carried out
	idRefused daemon.MessageID = "37ca6f6d5d844e0d8e83308abae7cf38" // it was refused
	idFailed  daemon.MessageID = "18c5e4bc9fe64a50ab1049317194c761" // one that stops was not carried out
)

// Handler decides about requests. Its methods may be called from any goroutine.
type Handler struct {
	vehicle  Vehicle
	version  string
	pid      int
	log      *zap.Logger
	refusals *zap.Logger // at most one entry a second
	rules    map[string]rule
	nowNs    func() int64 // CLOCK_MONOTONIC

	mu       sync.Mutex
	sessions sessions
	rates    rates
	stopped  uint64 // pauses and stops that were let in
}

// NewHandler hands what it allows to the vehicle; version and pid are the daemon's.
func NewHandler(v Vehicle, version string, pid int, log *zap.Logger) *Handler {
	return &Handler{
		vehicle: v, version: version, pid: pid, log: log, refusals: daemon.Throttle(log, time.Second), rules: rules(), nowNs: shm.NowNs,
		sessions: sessions{of: map[string]*session{}}, rates: rates{of: map[string]*rate{}},
	}
}

// Admit decides about a request and waits for nothing. What is refused, and hello, has its answer; the rest is a Job.
func (h *Handler) Admit(p Peer, message []byte) (answer []byte, job *Job) {
	nowNs := h.nowNs()
	h.mu.Lock()
	defer h.mu.Unlock()
	k := h.rates.key(p.Name, nowNs)
	flood := !k.any.take(anyPerS, nowNs)
	if flood && len(message) > stopBytes {
		return h.refuse(p, telemetry.Request{}, errTooMany), nil
	}
	r, err := decode(message)
	switch {
	case flood && !stops(r.Command):
		err = errTooMany
	case err != nil:
	case !k.allow(r.Command, nowNs):
		err = errTooMany
	case r.Command == telemetry.CommandHello:
		err = noArgs(r)
	default:
		job, err = h.admit(p, r, nowNs)
	}
	switch {
	case err != nil:
		return h.refuse(p, r, err), nil
	case job != nil:
		return nil, job
	}
	s := h.sessions.begin(p, nowNs)
	welcome := telemetry.Welcome{Session: s.id, Name: p.Name, May: p.May, Version: h.version, PID: h.pid}
	return h.done(r, welcome), nil
}

var (
	errTooMany = errors.New("too many requests: wait a second")
	errSession = errors.New("this session is not known here: begin one with hello")
)

// admit decides about a request that needs a session. A request's number is used up whatever becomes of it.
func (h *Handler) admit(p Peer, r telemetry.Request, nowNs int64) (*Job, error) {
	s := h.sessions.find(r.Session, p, nowNs)
	if s == nil {
		return nil, errSession
	}
	if r.Seq <= s.seq {
		return nil, fmt.Errorf("seq %d was seen already, the last one was %d: each request needs a greater one", r.Seq, s.seq)
	}
	s.seq = r.Seq
	rule, known := h.rules[r.Command]
	if !known {
		return nil, fmt.Errorf("there is no command %q", short(r.Command))
	}
	if !rule.view && p.May != telemetry.MayOperate {
		return nil, fmt.Errorf("the key %s may only look and stop: on the vehicle, lanectl keys authorise --role operate lets it do more", p.Name)
	}
	j := &Job{handler: h, peer: p, request: r, rule: rule, session: s}
	if err := j.fresh(nowNs); err != nil {
		return nil, err
	}
	if rule.args {
		if err := strictly(r.Args, &j.setting); err != nil {
			return nil, fmt.Errorf("args: %w", err)
		}
		if err := checkSetting(j.setting); err != nil {
			return nil, err
		}
	} else if err := noArgs(r); err != nil {
		return nil, err
	}
	if stops(r.Command) {
		h.stopped++
	}
	j.stopped = h.stopped
	return j, nil
}

// decode reads a request. With an error it still has the number, where there is one, for the answer.
func decode(message []byte) (r telemetry.Request, err error) {
	if len(message) > telemetry.MaxRequestBytes {
		return r, fmt.Errorf("%d bytes given, at most %d expected", len(message), telemetry.MaxRequestBytes)
	}
	if err := strictly(message, &r); err != nil {
		var number struct {
			Seq uint64 `json:"seq"`
		}
		_ = json.NewDecoder(bytes.NewReader(message)).Decode(&number)
		return telemetry.Request{Seq: number.Seq}, fmt.Errorf("not a request: %w", err)
	}
	return r, nil
}

// strictly reads one JSON value with no field that is not known.
func strictly(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return errors.New(short(err.Error())) // which quotes what came
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}

func noArgs(r telemetry.Request) error {
	if len(r.Args) > 0 && string(r.Args) != "null" && string(r.Args) != "{}" {
		return fmt.Errorf("%s takes no args", r.Command)
	}
	return nil
}

// done is the answer of a command that was carried out.
func (h *Handler) done(r telemetry.Request, result any) []byte {
	a := telemetry.Answer{Seq: r.Seq, OK: true, NowNs: h.nowNs()}
	if result != nil {
		text, err := json.Marshal(result)
		if err != nil { // a value of a configuration that JSON cannot say
			return h.encode(telemetry.Answer{Seq: r.Seq, Error: "writing the result: " + err.Error(), NowNs: h.nowNs()})
		}
		a.Result = text
	}
	return h.encode(a)
}

// refuse is the answer of a request that was not let in.
func (h *Handler) refuse(p Peer, r telemetry.Request, why error) []byte {
	h.refusals.Warn("a command from afar was refused", idRefused.Field(), zap.String("key", p.Name),
		zap.String("command", short(r.Command)), zap.Error(why))
	return h.encode(telemetry.Answer{Seq: r.Seq, Error: why.Error(), Hello: errors.Is(why, errSession), NowNs: h.nowNs()})
}

func (h *Handler) encode(a telemetry.Answer) []byte {
	text, err := json.Marshal(a)
	if err != nil { // cannot be: an Answer holds text, numbers, and JSON that was made above
		return []byte(`{"error":"writing the answer"}`)
	}
	return text
}
