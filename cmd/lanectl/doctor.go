package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"lanekeeper/daemon"
	"lanekeeper/doctor"
)

func doctorCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs, place := newPlaceFlags("doctor", stderr, "[flags]",
		"Checks what usually goes wrong on a vehicle, and says how to mend it. It starts nothing and changes nothing.",
		"With sudo it sees more. The exit code is 1 when something fails; a warning alone leaves it at 0.")
	asJSON := fs.Bool("json", false, "write one JSON object instead of lines")
	if err := parsePlaceFlags(fs, place, args, false); err != nil {
		return err
	}
	r := doctor.Examine(doctor.Gather(ctx, *place, daemon.BuildVersion()))
	if err := writeReport(stdout, r, *asJSON); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if r.Failed > 0 {
		return fmt.Errorf("doctor: %d of %d findings are failures", r.Failed, len(r.Findings))
	}
	return nil
}

func writeReport(stdout io.Writer, r doctor.Report, asJSON bool) error {
	if !asJSON {
		return r.Text(stdout)
	}
	e := json.NewEncoder(stdout)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
