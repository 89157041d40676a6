package shm

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// child is a process that plays a role. Parent and child speak in lines.
type child struct {
	t     testing.TB
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines chan string // what it says; closed when it has ended
	done  chan struct{}
}

// spawn starts this test binary in a role, with settings in its environment ("key=value").
func spawn(t testing.TB, role string, change func(*exec.Cmd), env ...string) *child {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(append(os.Environ(), childEnv+"="+role), env...)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if change != nil {
		change(cmd)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); errors.Is(err, unix.ENOEXEC) {
		t.Skip("this binary cannot start itself: it runs under an emulator that the kernel does not know of")
	} else if err != nil {
		t.Fatal(err)
	}
	c := &child{t: t, cmd: cmd, in: in, lines: make(chan string, 64), done: make(chan struct{})}
	go func() {
		for s := bufio.NewScanner(out); s.Scan(); {
			c.lines <- s.Text()
		}
		close(c.lines)
		_ = cmd.Wait()
		close(c.done)
	}()
	t.Cleanup(c.kill)
	return c
}

func (c *child) say(format string, args ...any) {
	fmt.Fprintf(c.in, format+"\n", args...)
}

// hear is the child's next line.
func (c *child) hear() string {
	c.t.Helper()
	line, ok := <-c.lines
	if !ok {
		c.t.Errorf("a child ended: %v", c.cmd.ProcessState)
	}
	return line
}

func (c *child) signal(s unix.Signal) { _ = c.cmd.Process.Signal(s) }

// kill ends the child with SIGKILL and waits until it is gone, and with it what it held.
func (c *child) kill() {
	c.signal(unix.SIGKILL)
	for range c.lines { // so that its reader comes to the end
	}
	<-c.done
	c.in.Close()
}

// awaitStop waits until the child has stopped itself.
func (c *child) awaitStop() {
	c.t.Helper()
	for {
		err := unix.Waitid(unix.P_PID, c.cmd.Process.Pid, nil, unix.WSTOPPED|unix.WEXITED|unix.WNOWAIT, nil)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			c.t.Errorf("waiting for a child to stop: %v", err)
		}
		return
	}
}

// stopSelf stops this process here: the signal goes to this thread, since with kill(2) another could take it, and this one run
// on until it hears of it.
func stopSelf() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	_ = unix.Tgkill(os.Getpid(), unix.Gettid(), unix.SIGSTOP)
}

// commands hands each line of standard input to do.
func commands(do func(words []string) error) error {
	for s := bufio.NewScanner(os.Stdin); s.Scan(); {
		if err := do(strings.Fields(s.Text())); err != nil {
			return err
		}
	}
	return nil
}
