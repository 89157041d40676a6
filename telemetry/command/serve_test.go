package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
	"go.uber.org/zap"

	"lanekeeper/telemetry"
	"lanekeeper/telemetry/endpoint"
	"lanekeeper/telemetry/keys"
)

// server is a Handler behind real sockets: a unix socket and one with keys.
type server struct {
	vehicle      *fakeVehicle
	local, keyed string
	keys         keys.Keys
	stop         func()
}

func newPair(t *testing.T) keys.Pair {
	t.Helper()
	p, err := keys.NewPair()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newContext(t *testing.T) *endpoint.Context {
	t.Helper()
	z, err := endpoint.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := z.Close(); err != nil {
			t.Error(err)
		}
	})
	return z
}

// serve starts a server at a path, with the viewers of k.
func serve(t *testing.T, path string, k keys.Keys) *server {
	t.Helper()
	z, err := endpoint.New()
	if err != nil {
		t.Fatal(err)
	}
	bind := func(o endpoint.Options) *endpoint.Socket {
		s, err := z.Bind(o)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	local := bind(endpoint.Options{Name: "local", Kind: endpoint.Commands, Address: "ipc://" + path})
	keyed := bind(endpoint.Options{Name: "keyed", Kind: endpoint.Commands, Address: "tcp://127.0.0.1:*", Keys: &k})
	s := &server{vehicle: &fakeVehicle{}, local: local.Address(), keyed: keyed.Address(), keys: k}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	server := NewServer(NewHandler(s.vehicle, "1.0", 77, zap.NewNop()))
	go func() { ended <- server.Serve(ctx, Source{Socket: local}) }()
	go func() { ended <- server.Serve(ctx, Source{Socket: keyed, Keys: &k}) }()
	stopped := false
	s.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		ends := errors.Join(<-ended, <-ended)
		server.Close()
		if err := errors.Join(ends, local.Close(), keyed.Close(), z.Close()); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(s.stop)
	return s
}

func viewers(t *testing.T, pairs map[string]keys.Pair) keys.Keys {
	k := keys.Keys{Server: newPair(t)}
	for name, p := range pairs {
		role := keys.Operate
		if strings.HasPrefix(name, "view") {
			role = keys.View
		}
		k.Viewers = append(k.Viewers, keys.Viewer{Name: name, Public: p.Public, Role: role})
	}
	return k
}

func dial(t *testing.T, z *endpoint.Context, o Options) *Client {
	t.Helper()
	c, err := Dial(z, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func wantRefused(t *testing.T, err error, reason string) {
	t.Helper()
	var refused *RefusedError
	if !errors.As(err, &refused) || !strings.Contains(refused.Reason, reason) {
		t.Errorf("%v, want refused: %s", err, reason)
	}
}

// TestCommands gives every command through real sockets, as two operators and a viewer do.
func TestCommands(t *testing.T) {
	alice, carol, view := newPair(t), newPair(t), newPair(t)
	s := serve(t, filepath.Join(t.TempDir(), "c.sock"), viewers(t, map[string]keys.Pair{"alice": alice, "carol": carol, "viewer": view}))
	z := newContext(t)
	as := func(p keys.Pair) *Client {
		return dial(t, z, Options{Address: s.keyed, Server: s.keys.Server.Public, Own: p})
	}
	a, c, v, local := as(alice), as(carol), as(view), dial(t, z, Options{Address: s.local})
	ctx := t.Context()
	for name, c := range map[string]*Client{"alice operate": a, "carol operate": c, "viewer view": v, "local operate": local} {
		w, err := c.Hello(ctx)
		if got := w.Name + " " + w.May; err != nil || got != name || w.PID != 77 || w.Version != "1.0" {
			t.Errorf("%+v, %v; want %s", w, err, name)
		}
		if _, known := c.Clock(); !known {
			t.Errorf("%s: the vehicle's clock is not known", name)
		}
	}
	if err := errors.Join(a.Take(ctx), a.Keep(ctx)); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, c.Take(ctx), "alice has control")
	wantRefused(t, local.Reset(ctx), "alice has control")
	wantRefused(t, v.Resume(ctx), "may only look and stop")
	setting := telemetry.Setting{Daemon: "controld", Values: map[string]any{"control.steering.kp": 0.5}}
	changed, err := a.Set(ctx, setting)
	if err != nil || len(changed) != 1 {
		t.Errorf("%q, %v", changed, err)
	}
	_, err = c.Set(ctx, setting)
	wantRefused(t, err, "alice has control")
	list, err := v.Params(ctx)
	if err != nil || len(list) != 1 || list[0].Name != "control.steering.kp" {
		t.Errorf("%+v, %v", list, err)
	}
	if err := errors.Join(v.Pause(ctx), a.Resume(ctx), a.Give(ctx), local.Reset(ctx), v.Stop(ctx)); err != nil {
		t.Error(err)
	}
	want := "take alice,keep,set,params,pause viewer,resume alice,give alice,reset local,estop viewer"
	if got := strings.Join(s.vehicle.reached(), ","); got != want {
		t.Errorf("the vehicle was asked for %s\nwant %s", got, want)
	}
	held, cancel := context.WithCancel(ctx)
	if err := a.Take(ctx); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- a.Hold(held) }()
	for len(s.vehicle.reached()) < 13 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	wantRefused(t, c.Hold(ctx), "control is not held")
}

// TestRestart: after a restart of the vehicle's daemon the first command is carried out, in a new session; control is lost.
func TestRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.sock")
	k := viewers(t, nil)
	s := serve(t, path, k)
	c := dial(t, newContext(t), Options{Address: s.local})
	ctx := t.Context()
	if err := c.Take(ctx); err != nil {
		t.Fatal(err)
	}
	s.stop()
	var none *NoAnswerError
	if err := c.Stop(ctx); !errors.As(err, &none) {
		t.Errorf("%v, want no answer", err)
	}
	serve(t, path, k)
	if err := c.Stop(ctx); err != nil {
		t.Error(err)
	}
	wantRefused(t, c.Keep(ctx), "control is not held")
}

// TestSessionForgotten: a command whose session the vehicle does not know any more is given again in another.
func TestSessionForgotten(t *testing.T) {
	s := serve(t, filepath.Join(t.TempDir(), "c.sock"), viewers(t, nil))
	z, ctx := newContext(t), t.Context()
	c := dial(t, z, Options{Address: s.local})
	for _, c := range append([]*Client{c}, make([]*Client, maxOfKey)...) {
		if c == nil { // each of the others takes the place of the oldest
			c = dial(t, z, Options{Address: s.local})
		}
		if _, err := c.Hello(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Resume(ctx); err != nil {
		t.Error(err)
	}
}

// TestUnknownKey: who is not known gets no answer, and is told why.
func TestUnknownKey(t *testing.T) {
	s := serve(t, filepath.Join(t.TempDir(), "c.sock"), viewers(t, map[string]keys.Pair{"alice": newPair(t)}))
	z := newContext(t)
	var none *NoAnswerError
	err := dial(t, z, Options{Address: s.keyed, Server: s.keys.Server.Public, Own: newPair(t)}).Stop(t.Context())
	if !errors.As(err, &none) || !strings.Contains(err.Error(), "this computer's key is not known there") {
		t.Error(err)
	}
	if err := dial(t, z, Options{Address: s.keyed, Server: newPair(t).Public, Own: newPair(t)}).Stop(t.Context()); !errors.As(err, &none) {
		t.Error(err)
	}
	if _, err := Dial(z, Options{Address: s.keyed}); err == nil {
		t.Error("a client without keys was made")
	}
	if got := s.vehicle.reached(); len(got) != 0 {
		t.Errorf("the vehicle was asked for %q", got)
	}
}

// TestLateAnswer: an answer that comes late, or one that nobody asked for, is not taken for another request's.
func TestLateAnswer(t *testing.T) {
	z := newContext(t)
	path := "ipc://" + filepath.Join(t.TempDir(), "c.sock")
	s, err := z.Bind(endpoint.Options{Name: "c", Kind: endpoint.Commands, Address: path})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := dial(t, z, Options{Address: path})
	next := func() (connection []byte, r telemetry.Request) {
		t.Helper()
		m, err := s.Recv(10 * time.Second)
		if err != nil || len(m.Parts) != 2 {
			t.Fatalf("%q, %v", m.Parts, err)
		}
		r, err = decode(m.Parts[1])
		if err != nil {
			t.Fatal(err)
		}
		return m.Parts[0], r
	}
	answer := func(connection []byte, text string) { _ = s.Send(connection, []byte(text)) }
	connection, hello := next()
	answer(connection, `garbage`)
	answer(connection, fmt.Sprintf(`{"seq":%d,"ok":true,"result":{"session":"one"},"now_ns":5}`, hello.Seq))
	first := make(chan error, 1)
	go func() { first <- c.Pause(t.Context()) }()
	old, pause := next()
	var none *NoAnswerError
	if err := <-first; !errors.As(err, &none) || pause.Session != "one" {
		t.Fatalf("%v, %+v", err, pause)
	}
	go func() { first <- c.Resume(t.Context()) }()
	connection, hello = next()
	if bytes.Equal(connection, old) || hello.Command != telemetry.CommandHello {
		t.Errorf("no new connection and session: %+v", hello)
	}
	answer(connection, fmt.Sprintf(`{"seq":%d,"ok":true,"result":{"session":"two"},"now_ns":5}`, hello.Seq))
	_, resume := next()
	late := fmt.Sprintf(`{"seq":%d,"ok":true,"now_ns":6}`, pause.Seq)
	answer(old, late)
	answer(connection, late)
	answer(connection, fmt.Sprintf(`{"seq":%d,"ok":false,"error":"no","now_ns":6}`, resume.Seq))
	wantRefused(t, <-first, "no")
	if resume.Session != "two" || resume.Seq <= pause.Seq {
		t.Errorf("%+v", resume)
	}
}

// TestGarbage sends what is no request to a real socket. The one who sends sense meanwhile is served.
func TestGarbage(t *testing.T) {
	alice := newPair(t)
	s := serve(t, filepath.Join(t.TempDir(), "c.sock"), viewers(t, map[string]keys.Pair{"alice": alice, "carol": newPair(t)}))
	rude, err := zmq4.NewContext()
	if err != nil {
		t.Fatal(err)
	}
	raw := func(address string) *zmq4.Socket {
		t.Helper()
		d, err := rude.NewSocket(zmq4.DEALER)
		if err == nil {
			err = errors.Join(d.SetLinger(0), d.SetRcvtimeo(10*time.Second))
		}
		if err == nil && address == s.keyed {
			err = d.ClientAuthCurve(s.keys.Server.Public, alice.Public, alice.Secret)
		}
		if err == nil {
			err = d.Connect(address)
		}
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	c := dial(t, newContext(t), Options{Address: s.local})
	for _, address := range []string{s.local, s.keyed} {
		d := raw(address)
		for name, parts := range map[string][]any{
			"empty": {""}, "two empty": {"", ""}, "binary": {"\x00\xff\x80"}, "many": make([]any, 50), "deep": {strings.Repeat("[", 1<<14)},
			"large": {strings.Repeat("x", 60<<10)}, "no array": {"null"}, "part and request": {"x", `{"seq":1,"command":"hello"}`},
		} {
			for i, p := range parts {
				if p == nil {
					parts[i] = "x"
				}
			}
			if _, err := d.SendMessage(parts...); err != nil {
				t.Fatal(err)
			}
			got, err := d.RecvMessage(0)
			if err != nil || !strings.Contains(strings.Join(got, ""), `"ok":false`) {
				t.Errorf("%s to %s: %q, %v", name, address, got, err)
			}
		}
		if _, err := d.SendMessage("", `{"seq":3,"command":"hello"}`); err != nil { // as REQ sends
			t.Fatal(err)
		}
		if got, err := d.RecvMessage(0); err != nil || len(got) != 2 || got[0] != "" || !strings.Contains(got[1], `"seq":3,"ok":true`) {
			t.Errorf("%q, %v", got, err)
		}
		huge := raw(address)
		if _, err := huge.SendMessage(strings.Repeat("x", 1<<20)); err != nil {
			t.Fatal(err)
		}
		for range 2000 { // faster than anybody may
			if _, err := d.SendMessageDontwait("{"); err != nil {
				break
			}
		}
		if err := c.Pause(t.Context()); err != nil {
			t.Error(err)
		}
		for _, z := range []*zmq4.Socket{d, huge} {
			if err := z.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := rude.Term(); err != nil {
		t.Error(err)
	}
	if got := strings.Join(s.vehicle.reached(), ","); got != "pause local,pause local" {
		t.Errorf("the vehicle was asked for %s", got)
	}
}
