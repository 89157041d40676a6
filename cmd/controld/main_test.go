package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lanekeeper/control"
	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// output collects what a daemon logs.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// exec runs what is given as controld, in folders of its own, and returns what it logged.
func exec(t *testing.T, place daemon.Place, run func(context.Context, *daemon.Daemon[config]) error, args ...string) (string, error) {
	t.Helper()
	p, log := program(), new(output)
	p.Run = run
	err := p.Exec(t.Context(), append([]string{
		"--config", "", "--run-dir", place.RunDir, "--shm-dir", place.ShmDir, "--state-dir", filepath.Join(place.RunDir, "state"),
	}, args...), log, log)
	return log.String(), err
}

// newPlace is a folder with a short path: a socket's may have 107 bytes.
func newPlace(t *testing.T) daemon.Place {
	t.Helper()
	dir, err := os.MkdirTemp("", "controld-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return daemon.Place{RunDir: dir, ShmDir: dir}
}

// withStage runs a stage of controld as far as the test does.
func withStage(t *testing.T, act *fakeActuator, do func(ctx context.Context, d *daemon.Daemon[config], s *stage)) (logged string) {
	t.Helper()
	logged, err := exec(t, newPlace(t), func(ctx context.Context, d *daemon.Daemon[config]) error {
		cfg := d.Config()
		controller, err := control.New(cfg.Control)
		if err != nil {
			return err
		}
		out, err := shm.Create(shm.WriterOptions{
			Dir: d.ShmDir, Name: cfg.CommandShmName, Kind: msg.KindCommand, Slots: cfg.Slots, PayloadBytes: msg.CommandBytes,
		})
		if err != nil {
			return err
		}
		defer out.Close()
		s, err := newStage(d, controller, act, out, newLatch(cfg.StateDir, d.Prefix))
		if err != nil {
			return err
		}
		defer s.in.Close()
		d.Notify.Ready()
		do(ctx, d, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return logged
}

// fakeActuator counts and answers as it is told to.
type fakeActuator struct {
	applied []msg.Command
	err     error
	onApply func()
}

func (f *fakeActuator) Apply(c *msg.Command, _ int64) error {
	f.applied = append(f.applied, *c)
	if f.onApply != nil {
		f.onApply()
	}
	return f.err
}

func (f *fakeActuator) Halt() error  { return nil }
func (f *fakeActuator) Close() error { return nil }
