package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"lanekeeper/watch"
)

func topCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs, place := newPlaceFlags("top", stderr, "[flags]",
		"Shows, until Ctrl-C, the rate of each segment, how long a frame takes from hop to hop, what is dropped on the way,",
		"and how the vehicle is driven. It starts nothing and slows nothing down.")
	asJSON := fs.Bool("json", false, "write one JSON object an interval and line")
	once := fs.Bool("once", false, "end after one interval")
	interval := fs.Duration("interval", time.Second, "time between two reports")
	o := watch.Options{}
	fs.StringVar(&o.Frames, "image-shm-name", "", "`name` of the segment of frames, where it is not the usual one")
	fs.StringVar(&o.Detections, "detection-shm-name", "", "`name` of the segment of detections")
	fs.StringVar(&o.Commands, "command-shm-name", "", "`name` of the segment of commands")
	if err := parsePlaceFlags(fs, place, args, false); err != nil {
		return err
	}
	if *interval < 10*time.Millisecond {
		return usageError{fmt.Errorf("top: --interval %v: at least 10ms expected", *interval)}
	}
	o.Dir, o.Prefix = place.ShmDir, place.Prefix
	show := showReport[watch.Report](stdout)
	if *asJSON {
		e := json.NewEncoder(stdout)
		show = func(r watch.Report) error { return e.Encode(r) }
	}
	w, err := watch.Open(o)
	if err != nil {
		return usageError{err}
	}
	defer w.Close()
	tick := time.NewTicker(*interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := show(w.Report()); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
		if *once {
			return nil
		}
	}
}

// showReport writes each report over the last one on a terminal, else below it.
func showReport[R interface{ Text() string }](stdout io.Writer) func(R) error {
	before, between := "", "\n"
	if isTerminal(stdout) {
		before, between = "\x1b[H\x1b[2J", "\x1b[H\x1b[J" // ECMA-48: cursor home, erase
	}
	return func(r R) error {
		_, err := io.WriteString(stdout, before+r.Text())
		before = between
		return err
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}
