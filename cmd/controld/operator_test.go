package main

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"lanekeeper/daemon"
)

// TestStopOutlivesItsClient has a client that leaves without waiting for the answer, while the control loop is away.
func TestStopOutlivesItsClient(t *testing.T) {
	withStage(t, &fakeActuator{}, func(_ context.Context, d *daemon.Daemon[config], s *stage) {
		client, err := net.Dial("unix", daemon.SocketPath(d.RunDir, d.Prefix, d.Name))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Write([]byte("POST /estop HTTP/1.1\r\nHost: controld\r\nContent-Length: 0\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		client.Close()
		look := time.NewTicker(time.Millisecond)
		defer look.Stop()
		for set, err := false, error(nil); !set; set, err = s.operator.latch.set() {
			if err != nil {
				t.Fatal(err)
			}
			<-look.C
		}
		if s.operator.serve(s.controller); !s.controller.Status().Emergency {
			t.Error("the stop is on disk, and the loop does not know of it")
		}
	})
}

// TestStopWhileTheLoopHangs is not acknowledged, and counts when the loop goes on.
func TestStopWhileTheLoopHangs(t *testing.T) {
	withStage(t, &fakeActuator{}, func(ctx context.Context, _ *daemon.Daemon[config], s *stage) {
		err := s.operator.stop(ctx)
		if err == nil || !strings.Contains(err.Error(), "counts as soon as the control loop goes on") {
			t.Errorf("%v, expected to be told when it counts", err)
		}
		if !s.operator.serve(s.controller) || !s.controller.Status().Emergency {
			t.Error("the stop does not count when the loop goes on")
		}
		if s.operator.serve(s.controller) {
			t.Error("the stop is news for ever")
		}
	})
}

// TestStopWinsOverClear has a stop asked for while an older one is being cleared.
func TestStopWinsOverClear(t *testing.T) {
	withStage(t, &fakeActuator{}, func(ctx context.Context, _ *daemon.Daemon[config], s *stage) {
		s.controller.EmergencyStop()
		cleared := make(chan error, 1)
		go func() { cleared <- s.operator.clear(ctx) }()
		w := <-s.operator.orders
		s.operator.pulled.Add(1)
		w.done <- w.do(s.controller)
		if err := <-cleared; err == nil || !s.controller.Status().Emergency {
			t.Errorf("cleared: %v, emergency: %v", err, s.controller.Status().Emergency)
		}
	})
}

// TestClear forgets the stop on disk and here.
func TestClear(t *testing.T) {
	withStage(t, &fakeActuator{}, func(ctx context.Context, _ *daemon.Daemon[config], s *stage) {
		answered := make(chan error, 1)
		carryOut := func(do func(context.Context) error) {
			t.Helper()
			go func() { answered <- do(ctx) }()
			w := <-s.operator.orders
			w.done <- w.do(s.controller)
			if err := <-answered; err != nil {
				t.Error(err)
			}
		}
		carryOut(s.operator.stop)
		if !s.controller.Status().Emergency {
			t.Error("not stopped")
		}
		carryOut(s.operator.clear)
		if _, err := os.Stat(s.operator.latch.path); s.controller.Status().Emergency || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("emergency %v, on disk: %v", s.controller.Status().Emergency, err)
		}
		if s.operator.serve(s.controller); s.controller.Status().Emergency || !s.operator.handsOff {
			t.Error("a stop that was cleared is pulled again, or arms by itself")
		}
	})
}

// TestOnlyArmDiesWithItsClient gives an order for which nobody waits.
func TestOnlyArmDiesWithItsClient(t *testing.T) {
	withStage(t, &fakeActuator{}, func(ctx context.Context, _ *daemon.Daemon[config], s *stage) {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		if err := s.operator.give(ctx, s.operator.arm); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, %v expected", err, context.Canceled)
		}
		if s.operator.serve(s.controller) {
			t.Error("an order that was given up was carried out")
		}
	})
}
