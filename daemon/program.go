package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"time"

	"go.uber.org/zap"
)

// Program is a daemon before it runs. C is the struct of its configuration; see Load for its tags.
type Program[C any] struct {
	Name     string
	Version  string
	Doc      string // one line, for --help and the head of the configuration file
	About    string // a few sentences, for the manual page
	Defaults C
	Actions  []Action
	// Run does the daemon's work until ctx ends. It calls d.Notify.Ready once it can, d.Notify.Watchdog in every round, and
	// leaves nothing behind. It returns nil after ctx has ended, or when there is nothing left to do.
	Run func(ctx context.Context, d *Daemon[C]) error
}

// Action is something a daemon's binary does instead of running, asked for by a flag of its own. It reads no configuration,
// so that a broken one cannot keep it from being done.
type Action struct {
	Flag string
	Doc  string
	Run  func(ctx context.Context, p Place, stdout io.Writer) error
}

// actionError is the error of an action, which the journal tells from a daemon that gave up.
type actionError struct {
	flag string
	error
}

// Unwrap returns the action's own error.
func (e *actionError) Unwrap() error { return e.error }

// Exec is the program with the given arguments. It returns when the program is done, and never ends the process; ending
// ctx stops it. ExitCode tells what its error means.
func (p Program[C]) Exec(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	return p.exec(ctx, args, stdout, stderr, nil)
}

func (p Program[C]) exec(ctx context.Context, args []string, stdout, stderr io.Writer, signals <-chan os.Signal) error {
	s, err := schemaOf(reflect.TypeFor[C]())
	if err != nil {
		return err
	}
	if len(args) == 1 && args[0] == manualFlag {
		return json.NewEncoder(stdout).Encode(p.manual(s))
	}
	o, err := parse(p.Name, p.Doc, s, p.actions(), args, stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	case o.version:
		_, err := fmt.Fprintln(stdout, p.Name, p.Version)
		return err
	case o.printConfig:
		return WriteDefaults(stdout, p.Title(), p.Defaults)
	}
	for _, a := range p.actions() {
		if a.Flag == o.action {
			if err := a.Run(ctx, o.place, stdout); err != nil {
				return &actionError{a.Flag, err}
			}
			return nil
		}
	}
	settings, err := newSettings(p.Defaults, o.sources)
	if err != nil || o.checkConfig {
		return err
	}
	return p.start(ctx, o, settings, stderr, signals)
}

// actions are the program's own and those of every daemon.
func (p Program[C]) actions() []Action { return append([]Action{reloadAction(p.Name)}, p.Actions...) }

// Title is the head of the program's configuration file.
func (p Program[C]) Title() string {
	return p.Name + ": " + p.Doc + "\nThese are the built-in values: a key that is left out has the value shown here."
}

func (p Program[C]) start(ctx context.Context, o *options, s *settings[C], stderr io.Writer, signals <-chan os.Signal) error {
	log, err := NewLogger(o.place.Prefix+p.Name, o.level, stderr)
	if err != nil {
		return err
	}
	defer log.Close()
	notify, err := NewNotifier(os.Getenv)
	if err != nil {
		return err
	}
	defer notify.Close()
	l, err := Listen(SocketPath(o.place.RunDir, o.place.Prefix, p.Name))
	if err != nil {
		return err
	}
	d := &Daemon[C]{
		Place: o.place, Name: p.Name, Version: p.Version, Log: log, Notify: notify, Control: newControl(log.Logger),
		Metrics: newMetrics(p.Name, p.Version, log, notify), settings: s,
	}
	d.addHandlers(time.Now())
	notify.onReady = d.Control.open // requests for handlers that were not there yet are answered from then on
	d.Control.listen(l)
	defer d.Control.close()

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, notify.Stopping)()
	stop := d.watchSignals(signals, cancel)
	defer stop()

	// The runtime collects every two minutes at least, but only after a first time, which a daemon that allocates next to
	// nothing would reach after hours: until then its memory would creep up to the first goal of 4 MiB.
	runtime.GC()
	err = p.run(ctx, d)
	notify.Stopping()
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// idPanic: a fault in the program itself.
const idPanic MessageID = "f97964fbee454fee8c598a940d101ccb"

// run turns a panic into an error, so that what was deferred on the way out is done and the exit code is right.
func (p Program[C]) run(ctx context.Context, d *Daemon[C]) (err error) {
	defer func() {
		if v := recover(); v != nil {
			d.Log.Error("panic", idPanic.Field(), zap.Any("value", v), zap.ByteString("trace", debug.Stack()))
			err = fmt.Errorf("running %s: panic: %v", p.Name, v)
		}
	}()
	return p.Run(ctx, d)
}
