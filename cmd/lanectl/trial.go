package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"lanekeeper/detect"
	"lanekeeper/manual"
	"lanekeeper/sim"
	"lanekeeper/trial"
)

// trialCommand prints how far off the detector is in each scenario.
func trialCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := newFlags("trial", stderr, "[flags] [SCENARIO]…",
		"Stands the simulated vehicle in many places of each scenario ("+strings.Join(sim.Names(), ", ")+" if none is named,",
		"or YAML files), finds the lane in what its camera sees, each picture for itself, and prints a table of the errors, in",
		"Markdown: root mean square, what 95 % stay within, and the greatest.")
	var o trial.Options
	fs.Var(manual.Text(&o.Method, "cv", detect.Methods()...), "method", "detection `method`: "+strings.Join(detect.Methods(), ", "))
	fs.IntVar(&o.Pictures, "pictures", 120, "pictures to try in each scenario")
	if err := parseFlags(fs, args, true); err != nil {
		return err
	}
	if o.Pictures < 1 {
		return usageError{fmt.Errorf("trial: --pictures %d: 1 or more expected", o.Pictures)}
	}
	names := fs.Args()
	if len(names) == 0 {
		names = sim.Names()
	}
	var results []trial.Result
	for _, name := range names {
		s, err := sim.Load(name)
		if err != nil {
			return usageError{err}
		}
		r, err := trial.Run(ctx, s, o)
		if err != nil {
			return err
		}
		results = append(results, r)
	}
	return trial.WriteTable(stdout, results)
}
