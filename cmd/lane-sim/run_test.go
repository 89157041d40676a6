package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/sim"
)

// folder has a short path: a socket's may have 107 bytes.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "lane-sim-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// exec runs lane-sim in dir; run is what it does.
func exec(ctx context.Context, dir string, log io.Writer, run func(context.Context, *daemon.Daemon[config]) error, args ...string) error {
	p := program()
	p.Run = run
	return p.Exec(ctx, append([]string{"--config", "", "--run-dir", dir, "--shm-dir", dir, "--scenario", "tape"}, args...), log, log)
}

// TestOutputsAreTriedAtStart fails before the drive, not at its end.
func TestOutputsAreTriedAtStart(t *testing.T) {
	for flag, want := range map[string]string{"--report": "trying the report: ", "--export": "trying the export folder: "} {
		err := exec(t.Context(), folder(t), io.Discard, run, "--pacing", "lockstep", flag, "/proc/nowhere/x")
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, %s… expected", flag, err, want)
		}
	}
}

// withSimulator runs what is given with a simulator that has its segments and has not shown anything.
func withSimulator(t *testing.T, do func(context.Context, *daemon.Daemon[config], *simulator)) {
	t.Helper()
	err := exec(t.Context(), folder(t), io.Discard, func(ctx context.Context, d *daemon.Daemon[config]) error {
		scenario, err := sim.Load(d.Config().Scenario)
		if err != nil {
			return err
		}
		world, err := sim.New(scenario, 1)
		if err != nil {
			return err
		}
		s := &simulator{cfg: d.Config(), world: world, period: time.Millisecond, beat: d.Notify.Watchdog}
		if err := s.open(d); err != nil {
			return err
		}
		defer s.close()
		s.report = newReport(d, s)
		do(ctx, d, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLockstepWithoutRoomForFrames feeds the watchdog between the tries, and can be stopped.
func TestLockstepWithoutRoomForFrames(t *testing.T) {
	withSimulator(t, func(ctx context.Context, _ *daemon.Daemon[config], s *simulator) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		beats := 0
		s.beat = func() {
			if beats++; beats == 3 {
				cancel()
			}
		}
		if err := s.frames.Close(); err != nil { // every write is refused from now on
			t.Fatal(err)
		}
		if err := s.lockstep(ctx); err != nil {
			t.Error(err)
		}
		if beats != 3 || s.header.FrameID != 3 {
			t.Errorf("%d beats and %d frames tried, 3 and 3 expected", beats, s.header.FrameID)
		}
	})
}

// TestWaitingIsSaid when no command comes for a second: the rate falls, and the status says what is missing.
func TestWaitingIsSaid(t *testing.T) {
	withSimulator(t, func(_ context.Context, d *daemon.Daemon[config], s *simulator) {
		for _, c := range []struct {
			why  error
			want string
		}{
			{nil, "tape: waiting for the command to frame 0"},
			{shm.ErrNoSegment, "tape: waiting for the command to frame 0"},
			{shm.ErrForeign, "tape: waiting for the command to frame 0: not a segment to be read"},
		} {
			s.report.status.FPS = 30
			s.report.publish()
			s.report.aliveNs = shm.NowNs() - silentNs
			s.idle(c.why)
			if got := d.Notify.StatusLine(); got != c.want {
				t.Errorf("%v: %q, want %q", c.why, got, c.want)
			}
			if got := s.report.newest.Load().FPS; got != 0 {
				t.Errorf("%v: %v fps, 0 expected", c.why, got)
			}
		}
	})
}

// TestLockstepEndsWhenItsFramesAreAnothers while it waits for a command, and so writes none.
func TestLockstepEndsWhenItsFramesAreAnothers(t *testing.T) {
	dir := folder(t)
	ended := make(chan error, 1)
	go func() { ended <- exec(t.Context(), dir, io.Discard, run, "--pacing", "lockstep") }()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for published := false; !published; <-look.C {
		list, err := shm.List(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		published = len(list) == 1 && list[0].Head > 0
	}
	steal := func() (*shm.Writer, error) {
		if err := os.Remove(filepath.Join(dir, msg.CameraFeed+".lock")); err != nil {
			t.Fatal(err)
		}
		return shm.Create(shm.WriterOptions{Dir: dir, Name: msg.CameraFeed, Kind: msg.KindFrame, Slots: 4, PayloadBytes: 64})
	}
	thief, err := steal()
	for errors.Is(err, shm.ErrBusy) { // lane-sim has noticed before
		thief, err = steal()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer thief.Close()
	if err := <-ended; !errors.Is(err, shm.ErrLost) {
		t.Errorf("%v, %v expected", err, shm.ErrLost)
	}
}

// TestUnreadableCommands says why the vehicle rolls out, in real time and in lock-step.
func TestUnreadableCommands(t *testing.T) {
	for _, pacing := range []string{realtime, lockstep} {
		t.Run(pacing, func(t *testing.T) {
			dir, log := folder(t), &listener{word: "another kind of record", heard: make(chan struct{})}
			wrong, err := shm.Create(shm.WriterOptions{Dir: dir, Name: msg.ControlCommands, Kind: msg.KindFrame, Slots: 4, PayloadBytes: 64})
			if err != nil {
				t.Fatal(err)
			}
			defer wrong.Close()
			err = exec(t.Context(), dir, log, func(ctx context.Context, d *daemon.Daemon[config]) error {
				ctx, cancel := context.WithTimeout(ctx, time.Minute)
				defer cancel()
				go func() {
					<-log.heard
					cancel()
				}()
				return run(ctx, d)
			}, "--pacing", pacing)
			if err != nil || !strings.Contains(log.text.String(), "commands cannot be read") || !log.has {
				t.Errorf("%v, and no reason in\n%s", err, &log.text)
			}
		})
	}
}

// listener keeps a log, and tells when a word is in it. Only one goroutine writes a log.
type listener struct {
	word  string
	heard chan struct{} // closed then
	text  strings.Builder
	has   bool
}

func (l *listener) Write(p []byte) (int, error) {
	n, err := l.text.Write(p)
	if !l.has && strings.Contains(l.text.String(), l.word) {
		l.has = true
		close(l.heard)
	}
	return n, err
}
