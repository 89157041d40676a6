package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/sys/unix"
)

// worker is a process that was started.
type worker struct {
	member  member
	cmd     *exec.Cmd
	jobs    io.WriteCloser
	answers *bufio.Reader
	stderr  *bytes.Buffer
}

// startWorker starts a process, which ends with ctx, and with the thread that called.
func startWorker(ctx context.Context, m member, command []string, files []*os.File) (*worker, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.ExtraFiles = files
	// Signals that preempt goroutines would end the bare futex wait every 10 ms.
	cmd.Env = append(os.Environ(), "GODEBUG=asyncpreemptoff=1")
	// A group of its own: an interrupt from the keyboard reaches the parent alone, which then ends the children.
	cmd.SysProcAttr = &unix.SysProcAttr{Setpgid: true, Pdeathsig: deathSignal(m)}
	w := &worker{member: m, cmd: cmd, stderr: new(bytes.Buffer)}
	cmd.Stderr = w.stderr
	jobs, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("starting %v: %w", m, err)
	}
	answers, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("starting %v: %w", m, err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %v: %w", m, err)
	}
	w.jobs, w.answers = jobs, bufio.NewReader(answers)
	return w, nil
}

// deathSignal is what a worker gets when its parent dies: the writer has a segment to remove; a reader has nothing to do any
// more, and one that sleeps in the bare futex wait may be past hearing anything gentler.
func deathSignal(m member) unix.Signal {
	if m.Role == writing {
		return unix.SIGTERM
	}
	return unix.SIGKILL
}

// do has the worker do a job. When it does not, it is the worker's end.
func (w *worker) do(j job) error {
	err := json.NewEncoder(w.jobs).Encode(j)
	if err == nil {
		if _, err = w.answers.ReadString('\n'); err == nil {
			return nil
		}
	}
	_ = w.jobs.Close()
	if end := w.cmd.Wait(); end != nil {
		err = end
	}
	if text := strings.TrimSpace(w.stderr.String()); text != "" {
		err = fmt.Errorf("%w: %s", err, text)
	}
	return fmt.Errorf("%v: %w", w.member, err)
}

// end waits for the worker's end, which closing its standard input, or killing it, brings about.
func (w *worker) end() {
	_ = w.jobs.Close()
	_ = w.cmd.Wait() // the error was reported by do, if it matters
}
