package sender

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

// flag is the whole command line of the child.
const flag = "--send-telemetry"

// Exit codes of the child.
const (
	exitDone   = 0 // told to end, or the keys have changed
	exitFailed = 1
)

// Called says whether this process was started to send telemetry.
func Called(args []string) bool { return len(args) == 2 && args[1] == flag }

// Parts are what a daemon's program brings to its child.
type Parts struct {
	// Encoder makes the pictures of frames. nil: the daemon has none to send.
	Encoder func(quality int, scale float64) Encoder
	// Commands answers what comes in on a channel until ctx ends, or the channel fails; it is called once for each channel,
	// in a goroutine of its own, and again after it has returned. The channel's socket is its own until then, and closed by
	// the caller. nil: no commands are taken.
	Commands func(ctx context.Context, c Channel) error
}

// Serve is the child: it publishes what the plan says that comes in, until in closes, and returns the process's exit code.
func Serve(in io.Reader, out io.Writer, parts Parts) int {
	settle()
	d := json.NewDecoder(in)
	var p Plan
	if err := d.Decode(&p); err != nil {
		fmt.Fprintf(out, "%s is for lanekeeper's own use: %v\n", flag, err)
		return exitFailed
	}
	// systemd tells the whole unit to stop, a terminal all that runs in it: it is for the daemon to end its child.
	signal.Ignore(unix.SIGTERM, unix.SIGINT, unix.SIGHUP)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, io.MultiReader(d.Buffered(), in))
		cancel() // the daemon has gone, or wants us to
	}()
	// The kernel may have had no time to tell that the daemon has gone, before it was asked to: then somebody else is our parent.
	if os.Getppid() != p.PID {
		return exitFailed
	}
	if err := run(ctx, &p, newLines(out), parts); err != nil && !errors.Is(err, errAnew) {
		fmt.Fprintln(os.Stderr, err)
		return exitFailed
	}
	return exitDone
}
