package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"lanekeeper/daemon"
	"lanekeeper/inspect"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/watch"
)

// vehicle is a set of empty directories, and the flags that lead there.
func vehicle(t *testing.T) (p daemon.Place, flags []string) {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "lanectl-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	p = daemon.Place{Prefix: "p-", ShmDir: dir, RunDir: t.TempDir()}
	return p, []string{"--prefix", p.Prefix, "--shm-dir", p.ShmDir, "--run-dir", p.RunDir}
}

// controller runs a controld in this process that owns its segment, refuses to be armed, and obeys all else.
func controller(t *testing.T, p daemon.Place, flags []string) {
	t.Helper()
	ready, ended := make(chan struct{}), make(chan error, 1)
	program := daemon.Program[struct{}]{Name: "controld", Version: "v1.2.3", Doc: "a controld of a test",
		Run: func(ctx context.Context, d *daemon.Daemon[struct{}]) error {
			w, err := shm.Create(shm.WriterOptions{
				Dir: p.ShmDir, Prefix: p.Prefix, Name: msg.ControlCommands, Kind: msg.KindCommand, Slots: 4, PayloadBytes: msg.CommandBytes,
			})
			if err != nil {
				return err
			}
			defer w.Close()
			done := func(context.Context, []byte) (any, error) { return "done", nil }
			for _, o := range []inspect.Order{inspect.Disarm, inspect.EmergencyStop, inspect.ClearStop, inspect.Pause, inspect.Resume} {
				d.Control.Func("POST "+string(o), done)
			}
			d.Control.Func("POST "+string(inspect.Arm), func(context.Context, []byte) (any, error) {
				return nil, errors.New("arming: not ready: no-detection")
			})
			d.Notify.Status("standing by")
			d.Notify.Ready()
			close(ready)
			<-ctx.Done()
			return nil
		}}
	ctx, stop := context.WithCancel(t.Context())
	go func() { ended <- program.Exec(ctx, append(flags, "--config="), os.Stderr, os.Stderr) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	select {
	case <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
}

// lanectl runs a command as main does, and returns all that it said, and its exit code.
func lanectl(t *testing.T, p daemon.Place, args ...string) (said string, code int) {
	t.Helper()
	var out strings.Builder
	code = exitCode(run(t.Context(), args, &out, &out), &out)
	said = strings.NewReplacer(p.ShmDir, "SHM", p.RunDir, "RUN").Replace(out.String())
	for pattern, general := range map[string]string{fmt.Sprint(`\b`, os.Getpid(), `\b`): "PID", `\b[0-9.]+m?s\b`: "TIME", `[ ]{2,}`: " "} {
		said = regexp.MustCompile(pattern).ReplaceAllString(said, general)
	}
	return said, code
}

func TestOperate(t *testing.T) {
	p, flags := vehicle(t)
	with := func(command string, more ...string) []string {
		return append(append([]string{command}, flags...), more...)
	}
	const unheard = "lanectl: stopping the vehicle: controld is not running: it moves nothing, and the stop is not remembered; " +
		"if the vehicle moves, use its own switch\n"
	for _, c := range []struct {
		args []string
		says string
		code int
	}{
		{with("arm"), "lanectl: arming: controld is not running: start it first: sudo systemctl start controld; it starts disarmed\n", 1},
		{with("disarm"), "lanectl: disarming: controld is not running: it moves nothing, and starts disarmed\n", 1},
		{with("pause"), "lanectl: pausing the vehicle: controld is not running: it moves nothing, and starts disarmed\n", 1},
		{with("resume"), "lanectl: resuming: controld is not running: start it first: sudo systemctl start controld; it starts disarmed\n", 1},
		{with("estop"), unheard, 1},
		{with("clean"), "nothing to remove\n", 0},
		{with("clean", "x"), "nothing to remove: x\n", 0},
		{with("arm", "now"), "lanectl: arm: \"now\": flags expected\n", 2},
		{[]string{"status", "--prefix", "a/b"}, "lanectl: --prefix \"a/b\": a prefix of names expected, not of a path; see --shm-dir and --run-dir\n", 2},
		{with("top", "--interval", "1us"), "lanectl: top: --interval 1µs: at least TIME expected\n", 2},
	} {
		if said, code := lanectl(t, p, c.args...); said != c.says || code != c.code {
			t.Errorf("%q: exit code %d, it said\n%s\nwant %d,\n%s", c.args, code, said, c.code, c.says)
		}
	}
	controller(t, p, flags)
	for _, c := range []struct {
		args []string
		says string
		code int
	}{
		{with("arm"), "lanectl: controld answers: arming: not ready: no-detection\n", 1},
		{with("disarm"), "disarmed: the vehicle is held neutral\n", 0},
		{with("pause"), "paused: the vehicle is held neutral; to drive on: lanectl resume\n", 0},
		{with("resume"), "resumed: the vehicle may move\n", 0},
		{with("estop"), "emergency stop: the vehicle is held neutral until lanectl estop --clear\n", 0},
		{with("estop", "--clear"), "emergency stop cleared: the vehicle is disarmed; to drive on: lanectl arm\n", 0},
		{with("clean"), "kept control_commands: pid PID owns it\n", 0},
		{with("clean", "control_commands"), "lanectl: cleaning SHM/p-control_commands: owned by another process: pid PID lives; stop it first\n", 1},
		{with("status"), `DAEMON PID UPTIME VERSION STATUS
camerad – – – not running
lane-sim – – – not running
lane-detectd – – – not running
controld PID TIME v1.2.3 standing by

SEGMENT KIND SIZE SLOTS OWNER RECORDS AGE STATE
control_commands command 5.0 KiB 4 PID 0 – open
`, 0},
	} {
		if said, code := lanectl(t, p, c.args...); said != c.says || code != c.code {
			t.Errorf("%q: exit code %d, it said\n%s\nwant %d,\n%s", c.args, code, said, c.code, c.says)
		}
	}
}

func TestStatusAsJSON(t *testing.T) {
	p, flags := vehicle(t)
	controller(t, p, flags)
	said, code := lanectl(t, p, append([]string{"status", "--json"}, flags...)...)
	var v struct {
		Daemons []struct {
			Name    string
			Running bool
			Line    string
		}
	}
	said = strings.ReplaceAll(said, "PID", "1")
	if err := json.Unmarshal([]byte(said), &v); err != nil || code != 0 || len(v.Daemons) != 4 || v.Daemons[0].Running || v.Daemons[3].Line != "standing by" {
		t.Errorf("exit code %d, %v, it said\n%s", code, err, said)
	}
}

func TestTopOnce(t *testing.T) {
	p, flags := vehicle(t)
	controller(t, p, flags)
	var out strings.Builder
	if err := run(t.Context(), append([]string{"top", "--once", "--json", "--interval", "60ms"}, flags...), &out, os.Stderr); err != nil {
		t.Fatal(err)
	}
	var r watch.Report
	if err := json.Unmarshal([]byte(out.String()), &r); err != nil || strings.Count(out.String(), "\n") != 1 {
		t.Fatalf("%v: one line of JSON expected, not\n%s", err, out.String())
	}
	if len(r.Segments) != 3 || r.Segments[2].Name != msg.ControlCommands || r.Segments[2].Problem != "" || r.Command != nil {
		t.Errorf("%+v", r)
	}
}

// TestTopEnds: Ctrl-C is how top is meant to end.
func TestTopEnds(t *testing.T) {
	_, flags := vehicle(t)
	ctx, stop := context.WithCancel(t.Context())
	seen := writerFunc(func(b []byte) (int, error) {
		stop()
		if strings.Contains(string(b), "\x1b") {
			t.Errorf("escape sequences for what is no terminal: %q", b)
		}
		return len(b), nil
	})
	if err := run(ctx, append([]string{"top", "--interval", "10ms"}, flags...), seen, os.Stderr); err != nil {
		t.Error(err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
