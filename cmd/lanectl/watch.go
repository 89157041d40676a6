package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"lanekeeper/telemetry/endpoint"
	"lanekeeper/telemetry/keys"
	"lanekeeper/telemetry/receiver"
	"lanekeeper/telemetry/screen"
)

// firstMessageTime is how long --once waits for a vehicle; each sends its status once a second.
const firstMessageTime = 3 * time.Second

// ownVehicle is where a vehicle's telemetry is, seen from itself.
const ownVehicle = "tcp://127.0.0.1:5557"

func watchCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := newFlags("watch", stderr, "[flags] [tcp://HOST:5557]",
		"Shows, until Ctrl-C, what a vehicle tells by its telemetry: what it does and why, how old that is, how the lane lies, and",
		"what happened. It is what the page of lane-viewer shows, for a terminal; without an address, of this computer's own vehicle.")
	asJSON := fs.Bool("json", false, "write one JSON object an interval and line")
	once := fs.Bool("once", false, "end after one interval; with code 1 when nothing comes")
	interval := fs.Duration("interval", time.Second, "time between two reports")
	var o receiver.Options
	fs.StringVar(&o.Control, "control", "", "`address` of controld's telemetry; the next port if left out")
	server := fs.String("server-key", "", "`KEY` or file with the vehicle's public key; in clear if left out")
	key := fs.String("key", "", "`file` with this computer's own key, which is made when it is first needed; "+
		"lanekeeper/viewer.key in the user's configuration folder if left out")
	if err := parseFlags(fs, args, true); err != nil {
		return err
	}
	if fs.NArg() > 1 {
		return usageError{fmt.Errorf("watch: %q: one vehicle expected", fs.Args())}
	}
	if *interval < 10*time.Millisecond {
		return usageError{fmt.Errorf("watch: --interval %v: at least 10ms expected", *interval)}
	}
	o.Stream = ownVehicle
	if fs.NArg() == 1 {
		o.Stream = fs.Arg(0)
	}
	if *server != "" {
		var err error
		if o.Server, o.Own, err = readKeys(*server, *key); err != nil {
			return err
		}
	}
	show := showReport[screen.Report](stdout)
	if *asJSON {
		e := json.NewEncoder(stdout)
		show = func(r screen.Report) error { return e.Encode(r) }
	}
	return watchVehicle(ctx, o, *interval, *once, show)
}

// readKeys are the vehicle's public key, given as such or in a file, and this computer's own.
func readKeys(server, file string) (public string, own keys.Pair, err error) {
	if public, err = keys.PublicOf(server); err != nil {
		return "", own, usageError{fmt.Errorf("watch: --server-key: %w", err)}
	}
	if file == "" {
		if file, err = keys.ClientFile(); err != nil {
			return "", own, err
		}
	}
	own, err = keys.LoadOrCreateClient(file)
	return public, own, err
}

// watchVehicle shows a report each interval until ctx ends, or one.
func watchVehicle(ctx context.Context, o receiver.Options, interval time.Duration, once bool, show func(screen.Report) error) (err error) {
	z, err := endpoint.New()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	view := screen.NewView(o.Stream)
	o.NoCommands = true
	v, err := receiver.Open(z, o, view.Handlers())
	if err != nil {
		return usageError{fmt.Errorf("watch: %w", err)}
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		v.Run(ctx)
	}()
	defer func() {
		cancel()
		<-ended
	}()
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		l := v.Link()
		silent := l.State == receiver.Connecting
		if once && silent && l.SinceS < firstMessageTime.Seconds() {
			continue
		}
		if err := show(view.Report()); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
		switch {
		case once && silent:
			return errors.New(l.Text)
		case once:
			return nil
		}
	}
}
