package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// TestSecondControllerLeavesTheActuatorAlone starts beside the owner of the commands.
func TestSecondControllerLeavesTheActuatorAlone(t *testing.T) {
	place := newPlace(t)
	owner, err := shm.Create(shm.WriterOptions{
		Dir: place.ShmDir, Name: msg.ControlCommands, Kind: msg.KindCommand, Slots: 4, PayloadBytes: msg.CommandBytes,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	if _, err := exec(t, place, run); !errors.Is(err, shm.ErrBusy) {
		t.Errorf("%v, %v expected", err, shm.ErrBusy)
	}
	if _, err := os.Stat(drivenPath(place)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it has opened the actuator: %v", err)
	}
}

// TestStateDirectory that cannot be made is said at start, and no reason not to drive.
func TestStateDirectory(t *testing.T) {
	stopped := func(ctx context.Context, d *daemon.Daemon[config]) error {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		return run(ctx, d)
	}
	for dir, said := range map[string]bool{"/proc/nowhere": true, t.TempDir(): false} {
		logged, err := exec(t, newPlace(t), stopped, "--state-dir", dir)
		if err != nil {
			t.Errorf("%s: %v", dir, err)
		}
		if got := strings.Contains(logged, "an emergency stop could not be remembered"); got != said {
			t.Errorf("%s: said %v, want %v\n%s", dir, got, said, logged)
		}
	}
}
