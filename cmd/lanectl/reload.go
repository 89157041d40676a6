package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"lanekeeper/inspect"
)

func reloadCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs, place := newPlaceFlags("reload", stderr, "[flags] DAEMON",
		"Makes a running daemon ("+strings.Join(inspect.Names(), ", ")+") read its configuration again. A configuration",
		"that is not good changes nothing, and is an error that says what is wrong with it.")
	if err := parsePlaceFlags(fs, place, args, true); err != nil {
		return err
	}
	if fs.NArg() != 1 {
		return usageError{fmt.Errorf("reload: one daemon expected: %s", strings.Join(inspect.Names(), ", "))}
	}
	c, err := inspect.Reload(ctx, *place, fs.Arg(0))
	if err != nil {
		return err
	}
	return writeChange(stdout, c.Changed, c.Restart)
}

// writeChange tells what a change of the configuration did.
func writeChange(w io.Writer, changed, restart []string) error {
	text := "nothing changed\n"
	if len(changed) > 0 {
		text = "changed: " + strings.Join(changed, ", ") + "\n"
	}
	if len(restart) > 0 {
		text += "waiting for a restart: " + strings.Join(restart, ", ") + "\n"
	}
	_, err := io.WriteString(w, text)
	return err
}
