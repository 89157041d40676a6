package drive

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// stopPatience is how long a child may take to end after SIGTERM; daemons promise a second.
const stopPatience = 3 * time.Second

// child is one running process.
type child struct {
	name  string
	cmd   *exec.Cmd
	ended chan struct{} // closed when it has ended
	err   error         // how; valid once ended is closed
}

// spawn starts a program with its output appended to a log. It gets a process group of its own, so that Ctrl-C at the terminal reaches
// only the program that stops the others in order, and it is told to stop if that program dies.
func spawn(binDir, logPath string, o order) (*child, error) {
	log, err := os.OpenFile(logPath, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", o.name, err)
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(binDir, o.name), o.args...) //nolint:noctx // a drive stops its children in order, by a signal
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &unix.SysProcAttr{Setpgid: true, Pdeathsig: unix.SIGTERM}
	if err := cmd.Start(); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("starting %s: %w; build all of the programs, with make build", o.name, err)
		}
		return nil, fmt.Errorf("starting %s: %w", o.name, err)
	}
	c := &child{name: o.name, cmd: cmd, ended: make(chan struct{})}
	go func() {
		c.err = cmd.Wait()
		close(c.ended)
	}()
	return c, nil
}

// stop ends the child, gently first.
func (c *child) stop() error {
	_ = c.cmd.Process.Signal(unix.SIGTERM) // it may have ended already
	select {
	case <-c.ended:
		return nil
	case <-time.After(stopPatience):
	}
	_ = c.cmd.Process.Kill()
	<-c.ended
	return fmt.Errorf("stopping %s: it did not end within %v and was killed", c.name, stopPatience)
}

// lastWords are the end of a child's log.
func lastWords(logPath string) string {
	text, err := os.ReadFile(logPath)
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}
