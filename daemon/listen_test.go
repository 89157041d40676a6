package daemon

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestListenMakesDirectoryAndSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run", "x.sock")
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{path: os.ModeSocket | 0o660, filepath.Dir(path): os.ModeDir | 0o750} {
		if st, err := os.Stat(name); err != nil || st.Mode() != want {
			t.Errorf("%s: %v, %v, want %v", name, st.Mode(), err, want)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after Close: %v", err)
	}
}

func TestListenReplacesADeadSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.sock")
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	_ = dead.Close()
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
}

func TestListenRefusesALiveSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.sock")
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	want := fmt.Sprintf("opening the control socket: process %d listens on %s; stop it, or give --prefix", os.Getpid(), path)
	if _, err := Listen(path); err == nil || err.Error() != want {
		t.Errorf("\n got %v\nwant %s", err, want)
	}
}

func TestListenLeavesOtherFilesAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.sock")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := "opening the control socket " + path + ": a file that is no socket is in its place; move it away"
	if _, err := Listen(path); err == nil || err.Error() != want {
		t.Errorf("\n got %v\nwant %s", err, want)
	}
	if text, err := os.ReadFile(path); string(text) != "mine" {
		t.Errorf("the file holds %q, %v", text, err)
	}
}

func TestCloseLeavesASuccessorsSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.sock")
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	next, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	_ = l.Close()
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("the successor's socket: %v", err)
	}
}

// Of several starters that find a dead socket one wins, and the socket that is there is the winner's.
func TestListenRace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.sock")
	for range 100 {
		dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
		if err != nil {
			t.Fatal(err)
		}
		dead.SetUnlinkOnClose(false)
		_ = dead.Close()
		var wg sync.WaitGroup
		won := make(chan net.Listener, 4)
		for range cap(won) {
			wg.Go(func() {
				if l, err := listenAt(path); err == nil {
					won <- l
				}
			})
		}
		wg.Wait()
		close(won)
		if len(won) != 1 {
			t.Fatalf("%d of %d starters won", len(won), cap(won))
		}
		c, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
		_ = (<-won).Close()
	}
}

// passSocket runs this binary as a daemon with sockets passed as systemd passes them. The shell is there because
// LISTEN_PID has to be the pid of the daemon itself.
func passSocket(t *testing.T, files ...*os.File) *child {
	t.Helper()
	c := &child{dir: t.TempDir(), t: t}
	c.Cmd = exec.Command("/bin/sh", "-c", `LISTEN_PID=$$ exec "$0" --config= --run-dir "$1"`, os.Args[0], c.dir)
	c.Env = append(os.Environ(), "NOTIFY_SOCKET=", actAs+"=run", fmt.Sprintf("LISTEN_FDS=%d", len(files)))
	c.ExtraFiles, c.Stderr = files, &c.stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.scan(out)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	return c
}

func TestSocketPassedBySystemd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "held.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	f, err := l.File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c := passSocket(t, f)
	var s Status
	if err := Get(t.Context(), path, "/status", &s); err != nil || s.PID != c.Process.Pid {
		t.Errorf("status %+v, %v, want that of %d", s, err, c.Process.Pid)
	}
	if !strings.HasPrefix(c.line(), "running") {
		t.Errorf("it did not run: %s", c.stderr.String())
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := c.end(); code != 0 {
		t.Errorf("exit code %d: %s", code, c.stderr.String())
	}
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("systemd's socket: %v", err)
	}
}

func TestWrongSocketPassed(t *testing.T) {
	tcp, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	f, err := tcp.File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, c := range []struct {
		files []*os.File
		want  string
	}{
		{[]*os.File{f}, "systemd passed a tcp socket, a unix stream socket expected"},
		{[]*os.File{f, f}, "systemd passed 2 sockets, one stream socket expected"},
	} {
		p := passSocket(t, c.files...)
		if code := p.end(); code != ExitFailure || !strings.Contains(p.stderr.String(), c.want) {
			t.Errorf("exit code %d: %s", code, p.stderr.String())
		}
	}
}
