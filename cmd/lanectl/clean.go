package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"lanekeeper/daemon"
	"lanekeeper/inspect"
)

func cleanCommand(_ context.Context, args []string, stdout, stderr io.Writer) error {
	fs, place := newPlaceFlags("clean", stderr, "[flags] [NAME…]",
		"Removes segments of shared memory whose owner is dead: those named, or else all with the prefix. A living",
		"owner's segment stays; naming one is an error.")
	if err := parsePlaceFlags(fs, place, args, true); err != nil {
		return err
	}
	if fs.NArg() == 0 {
		return sweep(*place, stdout)
	}
	var errs []error
	for _, name := range fs.Args() {
		err := inspect.Clean(*place, name)
		switch {
		case err == nil:
			fmt.Fprintln(stdout, "removed", name)
		case errors.Is(err, inspect.ErrNothing):
			fmt.Fprintln(stdout, "nothing to remove:", name)
		default:
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func sweep(place daemon.Place, stdout io.Writer) error {
	all, err := inspect.Sweep(place)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintln(stdout, "nothing to remove")
	}
	var errs []error
	for _, o := range all {
		switch {
		case o.Err != nil:
			errs = append(errs, o.Err)
		case o.Kept != "":
			fmt.Fprintf(stdout, "kept %s: %s\n", o.Name, o.Kept)
		default:
			fmt.Fprintln(stdout, "removed", o.Name)
		}
	}
	return errors.Join(errs...)
}
