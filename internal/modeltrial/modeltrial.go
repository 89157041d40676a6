// Package modeltrial has a network tried by a process of its own, so that one which makes OpenCV end the process does not
// end the one that drives. The process is the same program once more, which its main has Serve when it was called so.
package modeltrial

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"

	"lanekeeper/detect"
)

// flag is the whole command line of the other process.
const flag = "--try-model"

const (
	limit    = 20 * time.Second // systemd gives the daemon 30 s to start
	refused  = 3                // exit code: what was written is the reason
	mostText = 400              // of OpenCV's message, bytes
)

// Called says whether this process was started to try a network.
func Called(args []string) bool { return len(args) == 2 && args[1] == flag }

// Serve tries the network that comes in and returns the process's exit code. Why it was refused goes out.
func Serve(in io.Reader, out io.Writer) int {
	var t detect.Trial
	if err := gob.NewDecoder(in).Decode(&t); err != nil {
		fmt.Fprintf(out, "%s is for lanekeeper's own use: %v\n", flag, err)
		return 1
	}
	if err := t.Run(); err != nil {
		fmt.Fprint(out, err)
		return refused
	}
	return 0
}

// Run has the network tried. The error says why it is refused, or is detect.ErrNotTried.
func Run(ctx context.Context, t *detect.Trial) error {
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var in, out, stderr bytes.Buffer
	if err := gob.NewEncoder(&in).Encode(t); err != nil {
		return fmt.Errorf("%w: %w", detect.ErrNotTried, err)
	}
	c := exec.CommandContext(timed, "/proc/self/exe", flag) // not by name: an upgrade may have replaced the file
	c.Stdin, c.Stdout, c.Stderr = &in, &out, &stderr
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	c.WaitDelay = time.Second
	err := c.Run()
	if err == nil {
		return nil
	}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%w: %w", detect.ErrNotTried, ctx.Err())
	case timed.Err() != nil:
		return fmt.Errorf("trying the network %s: it did not answer within %v; a smaller one is needed", t.Model.File, limit)
	case !errors.As(err, &exit):
		return fmt.Errorf("%w: %w", detect.ErrNotTried, err)
	case exit.ExitCode() == refused:
		return errors.New(out.String())
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() && status.Signal() == syscall.SIGKILL {
		return fmt.Errorf("%w: its process was killed, perhaps for want of memory", detect.ErrNotTried)
	}
	return fmt.Errorf("trying the network %s: OpenCV gives up on it: %s", t.Model.File, reason(stderr.String()))
}

// thrown is how the C++ runtime reports an exception that nobody caught, and how OpenCV spells its own.
var thrown = regexp.MustCompile(`(?s)what\(\):\s+(.*?)(?:\n\n|\nSIGABRT|$)`)

// reason is what OpenCV wrote before it ended the process, on one line.
func reason(stderr string) string {
	text := stderr
	if m := thrown.FindStringSubmatch(stderr); m != nil {
		text = m[1]
	}
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > mostText {
		text = strings.ToValidUTF8(text[:mostText], "") + "…"
	}
	if text == "" {
		return "without a word"
	}
	return text
}
