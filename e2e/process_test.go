package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lanekeeper/shm"
)

// process is a daemon that a test started.
type process struct {
	name      string
	cmd       *exec.Cmd
	output    *output
	startedNs int64         // CLOCK_MONOTONIC, just before it was started
	ended     chan struct{} // closed when it has ended
}

// output collects what a process writes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
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

// spawn starts a daemon. Nothing of the test's own environment configures it, and it does not outlive the test.
func spawn(t *testing.T, name string, args ...string) *process {
	t.Helper()
	return launch(t, exec.Command(filepath.Join(binDir, name), args...), name, args)
}

// launch is spawn for a command that runs the daemon in its own way.
func launch(t *testing.T, cmd *exec.Cmd, name string, args []string) *process {
	t.Helper()
	p := &process{name: name, cmd: cmd, output: new(output), ended: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "LANEKEEPER_") && !strings.HasPrefix(v, "NOTIFY_SOCKET=") && !strings.HasPrefix(v, "LISTEN_") {
			p.cmd.Env = append(p.cmd.Env, v)
		}
	}
	p.startedNs = shm.NowNs()
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("starting %s: %v", name, err)
	}
	go func() {
		_ = p.cmd.Wait() // ProcessState has what there is to know
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.end()
		if t.Failed() {
			t.Logf("%s %s\n%s", name, strings.Join(args, " "), p.output)
		}
	})
	return p
}

// signal sends a signal and returns when that was, on CLOCK_MONOTONIC.
func (p *process) signal(t *testing.T, s syscall.Signal) int64 {
	t.Helper()
	at := shm.NowNs()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatalf("sending %v to %s: %v", s, p.name, err)
	}
	return at
}

// wait waits for the end and returns the exit code, −1 after a signal.
func (p *process) wait(t *testing.T, within time.Duration) int {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(within):
		t.Fatalf("%s has not ended within %v", p.name, within)
	}
	return p.cmd.ProcessState.ExitCode()
}

// kill ends it as a crash would.
func (p *process) kill(t *testing.T) (atNs int64) {
	t.Helper()
	atNs = p.signal(t, syscall.SIGKILL)
	p.wait(t, patience)
	return atNs
}

// stop asks it to end, and wants that to go well.
func (p *process) stop(t *testing.T) (took time.Duration) {
	t.Helper()
	at := p.signal(t, syscall.SIGTERM)
	if code := p.wait(t, patience); code != 0 {
		t.Errorf("%s ended with code %d after SIGTERM, 0 expected\n%s", p.name, code, p.output)
	}
	return time.Duration(shm.NowNs() - at)
}

// end makes sure that it is gone.
func (p *process) end() {
	_ = p.cmd.Process.Kill() // it has ended, where all is well
	<-p.ended
}

func (p *process) pid() int { return p.cmd.Process.Pid }
