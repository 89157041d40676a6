package inspect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"lanekeeper/daemon"
)

// answerPatience bounds the wait for a daemon's answer.
const answerPatience = 2 * time.Second

// Daemon is what can be said of one daemon.
type Daemon struct {
	Name    string          `json:"name"`
	Running bool            `json:"running"`
	PID     int             `json:"pid,omitempty"`
	UptimeS float64         `json:"uptime_s,omitempty"`
	Version string          `json:"version,omitempty"`
	Line    string          `json:"line"` // what it says it is doing
	Detail  json.RawMessage `json:"detail,omitempty"`
	Problem string          `json:"problem,omitempty"` // and how to mend it
}

// lookAt asks a daemon how it is, if it lives.
func (e evidence) lookAt(ctx context.Context, k known) Daemon {
	d := Daemon{Name: k.name, Line: "not running"}
	pid, alive := e.of(k)
	if !alive {
		return d
	}
	d.Running, d.PID, d.Line = true, pid, "running"
	ctx, cancel := context.WithTimeout(ctx, answerPatience)
	defer cancel()
	path := daemon.SocketPath(e.place.RunDir, e.place.Prefix, k.name)
	s := daemon.Status{Detail: &d.Detail}
	if err := daemon.Get(ctx, path, "/status", &s); err != nil {
		d.Problem = unanswered(path, err)
		return d
	}
	d.PID, d.UptimeS, d.Version, d.Line = s.PID, s.UptimeS, s.Version, s.Line
	return d
}

// unanswered says why a daemon that lives gave no answer, and what to do.
func unanswered(socket string, err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("may not ask it at %s: %s", socket, admission(socket))
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, daemon.ErrNotRunning):
		return fmt.Sprintf("runs, but not with the control socket %s: it is starting or stopping, or was given another --run-dir", socket)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Sprintf("gave no answer at %s within %v: it hangs; see its log, or restart it", socket, answerPatience)
	}
	return err.Error()
}
