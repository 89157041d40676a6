package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"lanekeeper/daemon"
	"lanekeeper/manual"
	"lanekeeper/sim"
)

// newFlags is the flag set of a command. about is the usage text: the line of arguments, then what the command does.
func newFlags(name string, stderr io.Writer, about ...string) *flag.FlagSet {
	fs := flag.NewFlagSet("lanectl "+name, flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() {
		if c, ok := stderr.(*caught); ok {
			c.flags, c.about = fs, about
			return
		}
		fmt.Fprintln(stderr, "usage: lanectl", name, about[0])
		for _, line := range about[1:] {
			fmt.Fprintln(stderr, line)
		}
		fs.PrintDefaults()
	}
	return fs
}

// parseFlags reads a command line that may have arguments, or may not.
func parseFlags(fs *flag.FlagSet, args []string, arguments bool) error {
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return err
	case err != nil:
		return usageError{err}
	case fs.NArg() > 0 && !arguments:
		return usageError{fmt.Errorf("%s: %q: flags expected", strings.TrimPrefix(fs.Name(), "lanectl "), fs.Arg(0))}
	}
	return nil
}

// newPlaceFlags is the flag set of a command about running daemons, with the flags that say where those are.
func newPlaceFlags(name string, stderr io.Writer, about ...string) (*flag.FlagSet, *daemon.Place) {
	fs := newFlags(name, stderr, about...)
	place := &daemon.Place{}
	fs.StringVar(&place.Prefix, "prefix", "", "`prefix` of shared-memory and socket names, as the daemons were given it")
	fs.StringVar(&place.ShmDir, "shm-dir", daemon.DefaultShmDir, "`directory` of the shared-memory segments")
	fs.StringVar(&place.RunDir, "run-dir", daemon.DefaultRunDir, "`directory` of the control sockets")
	return fs, place
}

// parsePlaceFlags reads the command line of such a command.
func parsePlaceFlags(fs *flag.FlagSet, place *daemon.Place, args []string, arguments bool) error {
	if err := parseFlags(fs, args, arguments); err != nil {
		return err
	}
	if strings.Contains(place.Prefix, "/") {
		return usageError{fmt.Errorf("--prefix %q: a prefix of names expected, not of a path; see --shm-dir and --run-dir", place.Prefix)}
	}
	return nil
}

// scenarioFlag is the flag of the commands that simulate.
func scenarioFlag(fs *flag.FlagSet, scenario *string) {
	fs.Var(manual.Text(scenario, "", sim.Names()...), "scenario",
		"built-in scenario ("+strings.Join(sim.Names(), ", ")+") or YAML `file`; "+sim.DefaultScenario+" if left out")
}
