package daemon

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sys/unix"
)

// Main is a daemon's main function but for os.Exit: the program with the process's arguments and signals. It writes the
// error to standard error and returns the exit code.
func (p Program[C]) Main() int {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, unix.SIGTERM, unix.SIGINT, unix.SIGHUP)
	// A log whose reader has gone must not end a daemon that has to leave its actuator neutral.
	signal.Ignore(unix.SIGPIPE)
	err := p.exec(context.Background(), os.Args[1:], os.Stdout, os.Stderr, signals)
	if err != nil {
		journal := stderrIsJournal(os.Getenv, os.Stderr)
		if !journal || !sendError(journalPath, p.Name, err) {
			printError(os.Stderr, p.Name, err, journal)
		}
	}
	return ExitCode(err)
}

// printError writes one line for each line of the error, marked as an error for the journal (sd-daemon(3)).
func printError(w io.Writer, name string, err error, journal bool) {
	mark := ""
	if journal {
		mark = "<3>"
	}
	for _, line := range strings.Split(err.Error(), "\n") {
		fmt.Fprintf(w, "%s%s: %s\n", mark, name, line)
	}
}

// stopTime is what a daemon has to stop in, and to leave its actuator neutral. A key held down, or a shell and a launcher that
// both pass a signal on, must not cut that short.
const stopTime = time.Second

// watchSignals ends the context on SIGTERM and SIGINT, and the process on one that comes when stopTime is over. SIGHUP
// reloads under systemd; elsewhere it means that the terminal has gone, and stops too.
func (d *Daemon[C]) watchSignals(signals <-chan os.Signal, cancel func()) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		var first time.Time // of the signals that stop
		for {
			select {
			case <-done:
				return
			case s := <-signals:
				if s == unix.SIGHUP && d.Notify.Supervised() {
					_, _ = d.Reload() // logged there
					continue
				}
				if !first.IsZero() {
					if s != unix.SIGHUP && time.Since(first) >= stopTime {
						os.Exit(ExitFailure)
					}
					continue
				}
				first = time.Now()
				d.Log.Info("stopping", zap.Stringer("signal", s))
				cancel()
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}
