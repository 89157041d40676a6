package main

import (
	"context"
	"encoding/json"
	"io"

	"lanekeeper/daemon"
	"lanekeeper/inspect"
)

func statusCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs, place := newPlaceFlags("status", stderr, "[flags]",
		"Shows every daemon and every segment of shared memory, what is wrong with them, and how to mend it.",
		"It starts nothing and disturbs nothing.")
	asJSON := fs.Bool("json", false, "write one JSON object instead of tables")
	if err := parsePlaceFlags(fs, place, args, false); err != nil {
		return err
	}
	v := inspect.Look(ctx, *place)
	if place.Prefix == "" && place.RunDir == daemon.DefaultRunDir { // the units' own
		addUnits(ctx, &v)
	}
	if !*asJSON {
		return v.Table(stdout)
	}
	e := json.NewEncoder(stdout)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
