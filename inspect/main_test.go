package inspect

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"golang.org/x/sys/unix"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// daemonEnv names the segment of the daemon that a process started by a test plays, under the name it was started by.
const daemonEnv = "INSPECT_TEST_SEGMENT"

func TestMain(m *testing.M) {
	if segment := os.Getenv(daemonEnv); segment != "" {
		os.Exit(daemonProgram(filepath.Base(os.Args[0]), segment).Main())
	}
	os.Exit(m.Run())
}

type noConfig struct{}

// daemonProgram is a daemon that owns a segment and takes controld's orders; it refuses to be armed. It says on standard
// output when it is ready.
func daemonProgram(name, segment string) daemon.Program[noConfig] {
	return daemon.Program[noConfig]{Name: name, Version: "v1.2.3", Doc: "a daemon of a test",
		Run: func(ctx context.Context, d *daemon.Daemon[noConfig]) error {
			w, err := shm.Create(shm.WriterOptions{
				Dir: d.ShmDir, Prefix: d.Prefix, Name: segment, Kind: msg.KindCommand, Slots: 4, PayloadBytes: msg.CommandBytes,
			})
			if err != nil {
				return err
			}
			defer w.Close()
			d.Control.Func("POST /arm", func(context.Context, []byte) (any, error) { return nil, errors.New("arming: not ready: no-detection") })
			for _, path := range []Order{Disarm, EmergencyStop, ClearStop, Pause, Resume} {
				d.Control.Func("POST "+string(path), func(context.Context, []byte) (any, error) {
					d.Notify.Status("was told " + string(path))
					return "done", nil
				})
			}
			d.OnStatus(func() any { return map[string]string{"state": "standby"} })
			d.Notify.Status("standing by")
			d.Notify.Ready()
			fmt.Println("ready")
			<-ctx.Done()
			return nil
		}}
}

// place is a set of empty directories, that of the segments in shared memory.
func place(t *testing.T) daemon.Place {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "inspect-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return daemon.Place{Prefix: "p-", ShmDir: dir, RunDir: t.TempDir()}
}

// start starts a daemon as a process of the given name, and returns its pid when it is ready.
func start(t *testing.T, p daemon.Place, name, segment string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), name)
	if err := os.Symlink(self, binary); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary, "--prefix="+p.Prefix, "--shm-dir", p.ShmDir, "--run-dir", p.RunDir, "--config=")
	cmd.Env = append(os.Environ(), daemonEnv+"="+segment)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(unix.SIGTERM)
		_ = cmd.Wait()
	})
	var word string
	if _, err := fmt.Fscanln(out, &word); err != nil || word != "ready" {
		t.Fatalf("the daemon said %q: %v", word, err)
	}
	return cmd
}

// create makes a segment of commands.
func create(t *testing.T, p daemon.Place, name string) *shm.Writer {
	t.Helper()
	w, err := shm.Create(shm.WriterOptions{Dir: p.ShmDir, Prefix: p.Prefix, Name: name, Kind: msg.KindCommand, Slots: 4, PayloadBytes: msg.CommandBytes})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// abandon makes a segment with one record whose owner is dead.
func abandon(t *testing.T, p daemon.Place, name string) {
	t.Helper()
	w := create(t, p, name)
	c := msg.Neutral(msg.ModeStandby, msg.ReasonDisarmed)
	if err := w.Write(c.Bytes()); err != nil {
		t.Fatal(err)
	}
	path := segmentPath(p, name)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	for file, content := range map[string][]byte{path: text, path + ".lock": nil} {
		if err := os.WriteFile(file, content, 0o640); err != nil {
			t.Fatal(err)
		}
	}
}

// general replaces what differs from run to run.
func general(text string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		text = regexp.MustCompile(pairs[i]).ReplaceAllString(text, pairs[i+1])
	}
	return text
}
