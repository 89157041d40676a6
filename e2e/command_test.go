package e2e

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/zap"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/telemetry"
	remote "lanekeeper/telemetry/command"
	"lanekeeper/telemetry/endpoint"
)

// serveCommands takes commands for the rig's daemons at a unix socket, until the test ends, and returns its address.
func (r *rig) serveCommands() string {
	r.t.Helper()
	z, err := endpoint.New()
	if err != nil {
		r.t.Fatal(err)
	}
	s, err := z.Bind(endpoint.Options{Name: "local", Kind: endpoint.Commands, Address: "ipc://" + filepath.Join(r.place.RunDir, "commands.sock")})
	if err != nil {
		r.t.Fatal(err)
	}
	server := remote.NewServer(remote.NewHandler(remote.Daemons{Place: r.place}, "test", 1, zap.NewNop()))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- server.Serve(ctx, remote.Source{Socket: s}) }()
	r.t.Cleanup(func() {
		cancel()
		err := <-ended
		server.Close()
		if err := errors.Join(err, s.Close(), z.Close()); err != nil {
			r.t.Error(err)
		}
	})
	return s.Address()
}

// client gives commands at an address.
func (r *rig) client(address string) *remote.Client {
	r.t.Helper()
	z, err := endpoint.New()
	if err != nil {
		r.t.Fatal(err)
	}
	c, err := remote.Dial(z, remote.Options{Address: address})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		c.Close()
		if err := z.Close(); err != nil {
			r.t.Error(err)
		}
	})
	return c
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
	r.drive()
	address, ctx := r.serveCommands(), t.Context()
	ann, ben := r.client(address), r.client(address)
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
	p := r.drive()
	c := r.client(r.serveCommands())
	mark := r.commands.mark()
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	p[controld].end()
	r.commands.await(mark, "the emergency stop", func(c *command) bool { return c.Reason == msg.ReasonEmergency })
	refused(t, c.Resume(t.Context()), "controld is not running")
	mark = r.commands.mark()
	r.start(controld)
	r.commands.await(mark, "the emergency stop after the restart", func(c *command) bool { return c.Reason == msg.ReasonEmergency })
	refused(t, c.Resume(t.Context()), "")
	if err := c.Pause(t.Context()); err != nil {
		t.Error(err)
	}
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
