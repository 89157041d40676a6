package daemon

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// actAs makes this test binary a daemon; its value is what the daemon does.
const actAs = "DAEMON_TEST_ACT_AS"

func TestMain(m *testing.M) {
	if act := os.Getenv(actAs); act != "" {
		os.Exit(acting(act).Main())
	}
	before := openDescriptors()
	code := m.Run()
	if after := openDescriptors(); code == 0 && after > before {
		fmt.Fprintf(os.Stderr, "%d descriptors open before the tests, %d after\n", before, after)
		code = 1
	}
	os.Exit(code)
}

func openDescriptors() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		panic(err)
	}
	n := 0
	for _, e := range entries {
		if target, err := os.Readlink(filepath.Join("/proc/self/fd", e.Name())); err == nil && !strings.HasPrefix(target, "anon_inode:") {
			n++
		}
	}
	return n
}

// acting is a daemon that prints a line when it runs and one for each change.
func acting(act string) Program[testConfig] {
	return testProgram(func(ctx context.Context, d *Daemon[testConfig]) error {
		d.OnChange(func(c testConfig) error {
			fmt.Println("kp", c.Steering.Kp)
			return nil
		})
		d.Notify.Ready()
		fmt.Println("running", os.Getpid())
		switch act {
		case "fail":
			return errors.New("turning the wheel: no wheel")
		case "panic":
			panic("no wheel")
		}
		<-ctx.Done()
		if act == "hang" {
			fmt.Println("hanging")
			select {}
		}
		fmt.Println("stopped")
		return nil
	})
}

// child is a daemon in a process of its own.
type child struct {
	*exec.Cmd
	out    *bufio.Scanner
	stderr strings.Builder
	dir    string
	t      *testing.T
}

func startChild(t *testing.T, act string, env []string, args ...string) *child {
	t.Helper()
	c := &child{dir: t.TempDir(), t: t}
	c.Cmd = exec.Command(os.Args[0], append([]string{"--run-dir", c.dir, "--config", ""}, args...)...)
	c.Cmd.Env = append(append(os.Environ(), "NOTIFY_SOCKET=", "WATCHDOG_USEC=", actAs+"="+act), env...)
	c.Cmd.Stderr = &c.stderr
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

func (c *child) scan(out io.Reader) { c.out = bufio.NewScanner(out) }

// line waits for the next line of the child's output.
func (c *child) line() string {
	c.out.Scan()
	return c.out.Text()
}

func (c *child) signal(s unix.Signal) {
	c.t.Helper()
	if err := c.Process.Signal(s); err != nil {
		c.t.Fatal(err)
	}
}

// end waits for the child's end and returns its exit code.
func (c *child) end() int {
	for c.out.Scan() {
	}
	_ = c.Wait()
	return c.ProcessState.ExitCode()
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		name, act string
		args      []string
		code      int
		stderr    string
	}{
		{"version", "run", []string{"--version"}, 0, ""},
		{"check", "run", []string{"--check-config"}, 0, ""},
		{"failure", "fail", nil, 1, "testd: turning the wheel: no wheel\n"},
		{"panic", "panic", nil, 1, "testd: running testd: panic: no wheel\n"},
		{"usage", "run", []string{"--nothing"}, 2, "testd: reading the command line: flag provided but not defined: -nothing; see testd --help\n"},
		{"configuration", "run", []string{"--set", "gpu=1", "--method", "x"}, 78,
			"testd: --set: gpu: 1 given, true or false expected\ntestd: --method: method: \"x\" given, one of cv, dl expected\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := startChild(t, c.act, nil, c.args...)
			if code := p.end(); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if got := p.stderr.String(); !strings.HasSuffix(got, c.stderr) {
				t.Errorf("stderr\n%s\nwant at its end\n%s", got, c.stderr)
			}
		})
	}
}

func TestErrorLines(t *testing.T) {
	err := errors.New("one\ntwo")
	for journal, want := range map[bool]string{false: "testd: one\ntestd: two\n", true: "<3>testd: one\n<3>testd: two\n"} {
		var b strings.Builder
		printError(&b, "testd", err, journal)
		if b.String() != want {
			t.Errorf("journal %v: %q, want %q", journal, b.String(), want)
		}
	}
}

func TestStopSignals(t *testing.T) {
	for _, s := range []unix.Signal{unix.SIGTERM, unix.SIGINT, unix.SIGHUP} {
		t.Run(unix.SignalName(s), func(t *testing.T) {
			c := startChild(t, "run", nil)
			if !strings.HasPrefix(c.line(), "running") {
				t.Fatalf("it did not run: %s", c.stderr.String())
			}
			c.signal(s)
			if got := c.line(); got != "stopped" {
				t.Errorf("after the signal %q", got)
			}
			if code := c.end(); code != 0 {
				t.Errorf("exit code %d\n%s", code, c.stderr.String())
			}
			if left, err := os.ReadDir(c.dir); err != nil || len(left) > 0 {
				t.Errorf("left behind %v, %v", left, err)
			}
		})
	}
}

// TestRepeatedSignalsEndAHangingDaemon lets it have the time to stop in first.
func TestRepeatedSignalsEndAHangingDaemon(t *testing.T) {
	c := startChild(t, "hang", nil)
	c.line()
	first := time.Now()
	c.signal(unix.SIGTERM)
	if got := c.line(); got != "hanging" {
		t.Fatalf("after the first signal %q", got)
	}
	ended := make(chan int)
	go func() { ended <- c.end() }()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		select {
		case <-again.C:
			_ = c.Process.Signal(unix.SIGINT) // it may have ended just now
			continue
		case code := <-ended:
			if code != ExitFailure {
				t.Errorf("exit code %d, want %d", code, ExitFailure)
			}
		}
		break
	}
	if took := time.Since(first); took < stopTime {
		t.Errorf("ended after %v, %v to stop in expected", took, stopTime)
	}
}

func TestHangupReloadsUnderSystemd(t *testing.T) {
	manager := listenNotify(t, filepath.Join(t.TempDir(), "notify"))
	file := filepath.Join(t.TempDir(), "testd.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("steering: {kp: 1}")
	c := startChild(t, "run", []string{"NOTIFY_SOCKET=" + manager.name}, "--config", file)
	c.line()
	manager.want(t, "READY=1")

	write("steering: {kp: 2}")
	c.signal(unix.SIGHUP)
	if got := c.line(); got != "kp 2" {
		t.Errorf("after the first reload %q", got)
	}
	manager.wantPrefix(t, "RELOADING=1\nMONOTONIC_USEC=")
	manager.want(t, "READY=1")

	write("steering: {kp: 200}")
	c.signal(unix.SIGHUP)
	manager.wantPrefix(t, "RELOADING=1\nMONOTONIC_USEC=")
	manager.want(t, "READY=1")
	var answer *AnswerError
	err := Post(t.Context(), SocketPath(c.dir, "", "testd"), "/reload", nil, nil)
	if want := file + ":1: steering.kp: 200 given, a number from 0 to 10 (1/m) expected"; !errors.As(err, &answer) || answer.Message != want {
		t.Errorf("reload of a bad file: %v\nwant %s", err, want)
	}
	manager.wantPrefix(t, "RELOADING=1\nMONOTONIC_USEC=")
	manager.want(t, "READY=1")

	c.signal(unix.SIGTERM)
	if got := c.line(); got != "stopped" {
		t.Errorf("the bad file ended in %q", got)
	}
	manager.want(t, "STOPPING=1")
	if code := c.end(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if log := c.stderr.String(); !strings.Contains(log, "new configuration refused, the running one stays") {
		t.Errorf("the refusal is not in the log:\n%s", log)
	}
}
