package e2e

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/telemetry"
	remote "lanekeeper/telemetry/command"
	"lanekeeper/telemetry/endpoint"
	"lanekeeper/telemetry/keys"
)

// telemetered are the arguments for a controld that takes commands, on a unix socket and where else it is told.
func (r *rig) telemetered(more ...string) []string {
	return append([]string{
		"--set", "telemetry.enabled=true", "--set", "telemetry.endpoint=ipc://" + filepath.Join(r.place.RunDir, "stream.sock"),
	}, more...)
}

// commandedDrive starts a pipeline whose controld takes commands.
func (r *rig) commandedDrive(more ...string) map[string]*process {
	r.t.Helper()
	p := map[string]*process{controld: r.start(controld, r.telemetered(more...)...)}
	for _, name := range []string{detectd, laneSim} {
		p[name] = r.start(name)
	}
	r.driving(0)
	return p
}

// localCommands is where users of this machine give commands.
func (r *rig) localCommands() remote.Options {
	return remote.Options{Address: "ipc://" + filepath.Join(r.place.RunDir, r.place.Prefix+"controld-commands.sock")}
}

// client gives commands at an address, once they are taken there.
func (r *rig) client(o remote.Options) *remote.Client {
	r.t.Helper()
	z, err := endpoint.New()
	if err != nil {
		r.t.Fatal(err)
	}
	c, err := remote.Dial(z, o)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		c.Close()
		if err := z.Close(); err != nil {
			r.t.Error(err)
		}
	})
	var none *remote.NoAnswerError
	for deadline := time.Now().Add(patience); ; {
		_, err := c.Hello(r.t.Context())
		if err == nil {
			return c
		}
		if !errors.As(err, &none) || time.Now().After(deadline) {
			r.t.Fatal(err)
		}
	}
}

// refused holds that a command was refused with a reason.
func refused(t *testing.T, err error, reason string) {
	t.Helper()
	var r *remote.RefusedError
	if !errors.As(err, &r) || !strings.Contains(r.Reason, reason) {
		t.Errorf("%v, want refused: %s", err, reason)
	}
}

// TestCommands commands real daemons from afar: what is carried out is, and what must not be changed is not.
func TestCommands(t *testing.T) {
	r := newRig(t, "road")
	r.commandedDrive()
	ctx := t.Context()
	ann, ben := r.client(r.localCommands()), r.client(r.localCommands())
	mark := r.commands.mark()
	if err := ann.Pause(ctx); err != nil {
		t.Fatal(err)
	}
	r.commands.await(mark, "a pause", func(c *command) bool { return c.Reason == msg.ReasonPaused })
	if err := errors.Join(ann.Take(ctx), ann.Resume(ctx)); err != nil {
		t.Fatal(err)
	}
	refused(t, ben.Take(ctx), "local has control")
	refused(t, ben.Resume(ctx), "local has control")
	refused(t, ben.Reset(ctx), "local has control")
	held, drop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- ann.Hold(held) }()
	r.driving(r.commands.mark())

	list, err := ben.Params(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range list {
		names = append(names, p.Daemon+" "+p.Name)
		if !p.Live || strings.HasPrefix(p.Name, "control.gate") || p.Name == "control.clock" || p.Allowed == "" {
			t.Errorf("%+v", p)
		}
	}
	for _, want := range []string{"controld control.steering.kp", "lane-detectd detect.lane_width_m"} {
		if !slices.Contains(names, want) {
			t.Errorf("no %s among %q", want, names)
		}
	}
	set := func(c *remote.Client, daemon string, values map[string]any) error {
		_, err := c.Set(ctx, telemetry.Setting{Daemon: daemon, Values: values})
		return err
	}
	refused(t, set(ben, controld, map[string]any{"control.steering.kp": 0.9}), "local has control")
	if err := set(ann, controld, map[string]any{"control.steering.kp": 0.9, "control.speed.cruise_mps": 0.7}); err != nil {
		t.Error(err)
	}
	refused(t, set(ann, controld, map[string]any{"control.steering.kp": 99}), "99 given")
	refused(t, set(ann, controld, map[string]any{"control.steering.kp": 0.8, "control.gate.max_age": "1s"}), "safety limits")
	refused(t, set(ann, controld, map[string]any{"arm": "auto"}), "not one that can be changed while it runs")
	refused(t, set(ann, detectd, map[string]any{"nothing": 1}), "no such key")
	if got := r.param(controld, "control.steering.kp"); got != 0.9 {
		t.Errorf("kp is %v", got)
	}
	if err := ann.Reset(ctx); err != nil {
		t.Error(err)
	}

	mark = r.commands.mark()
	drop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	r.commands.await(mark, "the link to be lost", func(c *command) bool { return c.Reason == msg.ReasonLinkLost })
	refused(t, ann.Keep(ctx), "")
	mark = r.commands.mark()
	if err := ben.Resume(ctx); err != nil {
		t.Error(err)
	}
	r.driving(mark)
	r.happened(`info order: paused by="local"`, `info order: control taken by="local"`, `info order: tracking reset by="local"`)
}

// TestCommandedStop outlives a controld that is killed.
func TestCommandedStop(t *testing.T) {
	r := newRig(t, "road")
	p := r.commandedDrive()
	c := r.client(r.localCommands())
	mark := r.commands.mark()
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	p[controld].end()
	r.commands.await(mark, "the emergency stop", func(c *command) bool { return c.Reason == msg.ReasonEmergency })
	var none *remote.NoAnswerError
	if err := c.Resume(t.Context()); !errors.As(err, &none) { // what takes commands goes with controld
		t.Errorf("%v, want no answer", err)
	}
	mark = r.commands.mark()
	r.start(controld, r.telemetered()...)
	r.commands.await(mark, "the emergency stop after the restart", func(c *command) bool { return c.Reason == msg.ReasonEmergency })
	c = r.client(r.localCommands())
	refused(t, c.Resume(t.Context()), "")
	if err := c.Pause(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestCommandsByKey: over the network a key gives what it may, its commands are in the journal by its name, and the end of the
// laptop that has control stops the vehicle.
func TestCommandsByKey(t *testing.T) {
	r, dir, ctx := newRig(t, "road"), filepath.Join(t.TempDir(), "keys"), t.Context()
	server, _, err := keys.Init(dir)
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]keys.Pair{}
	for name, role := range map[string]keys.Role{"ann": keys.Operate, "ben": keys.View, "eve": ""} {
		if own[name], err = keys.NewPair(); err == nil && role != "" {
			err = keys.Authorise(dir, keys.Viewer{Name: name, Public: own[name].Public, Role: role})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	address := freeAddress(t)
	p := r.commandedDrive("--set", "telemetry.keys_dir="+dir, "--set", "telemetry.commands_endpoint="+address)
	as := func(name string) remote.Options {
		return remote.Options{Address: address, Server: server, Own: own[name]}
	}
	ann, ben := r.client(as("ann")), r.client(as("ben"))
	refused(t, ben.Resume(ctx), "may only look and stop")
	refused(t, ben.Take(ctx), "may only look and stop")
	mark := r.commands.mark()
	if err := ben.Pause(ctx); err != nil {
		t.Error(err)
	}
	r.commands.await(mark, "a pause", func(c *command) bool { return c.Reason == msg.ReasonPaused })
	mark = r.commands.mark()
	if err := errors.Join(ann.Take(ctx), ann.Resume(ctx)); err != nil {
		t.Error(err)
	}
	held := make(chan error, 1)
	go func() { held <- ann.Hold(ctx) }()
	r.driving(mark)
	refused(t, r.client(r.localCommands()).Resume(ctx), "ann has control")

	z, err := endpoint.New()
	if err != nil {
		t.Fatal(err)
	}
	eve, err := remote.Dial(z, as("eve"))
	if err != nil {
		t.Fatal(err)
	}
	var none *remote.NoAnswerError
	if err := eve.Stop(ctx); !errors.As(err, &none) || !strings.Contains(err.Error(), "not known there") {
		t.Errorf("%v, want the key not to be known", err)
	}
	eve.Close()
	if err := z.Close(); err != nil {
		t.Error(err)
	}

	mark = r.commands.mark()
	ann.Close() // as when the laptop dies
	r.commands.await(mark, "the link to be lost", func(c *command) bool { return c.Reason == msg.ReasonLinkLost })
	if err := <-held; err == nil {
		t.Error("control is held without a link")
	}
	for _, words := range [][]string{
		{"info", "a command from afar was carried out", `"key": "ben"`, `"command": "pause"`},
		{"info", "a command from afar was carried out", `"key": "ann"`, `"command": "take"`},
		{"warn", "a command from afar was refused", `"key": "ben"`, `"command": "resume"`},
	} {
		said := func(line string) bool {
			return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(line, w) })
		}
		if !slices.ContainsFunc(strings.Split(p[controld].output.String(), "\n"), said) {
			t.Errorf("the log does not say %q", words)
		}
	}
	r.happened(`info order: paused by="ben"`, `info order: resumed by="ann"`)
}

// freeAddress is one where nobody listens now.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "tcp://" + l.Addr().String()
}

// param is a value of a running daemon's configuration.
func (r *rig) param(name, key string) any {
	r.t.Helper()
	var list []daemon.Param
	if err := daemon.Get(r.t.Context(), r.socket(name), "/params", &list); err != nil {
		r.t.Fatal(err)
	}
	for _, p := range list {
		if p.Name == key {
			return p.Value
		}
	}
	r.t.Fatalf("%s has no key %s", name, key)
	return nil
}
