package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"lanekeeper/bench"
)

// benchCommand measures shared memory between processes, or is one of those processes.
func benchCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	const process = "process"
	if len(args) == 1 && args[0] == process {
		return bench.Process(ctx, os.Stdin, stdout)
	}
	fs := newFlags("bench", stderr, "[flags]",
		"Measures shared memory between processes, beside the limit of the machine, a unix socket and ZeroMQ.")
	asJSON := fs.Bool("json", false, "write a JSON array instead of a table")
	quick := fs.Bool("quick", false, "take 20 seconds instead of three minutes: fewer combinations and fewer samples")
	only := fs.String("only", "", "measure only what these `words` choose, with commas between: "+bench.FilterWords)
	if err := parseFlags(fs, args, false); err != nil {
		return err
	}
	filter, err := bench.ParseFilter(*only)
	if err != nil {
		return usageError{err}
	}
	report, err := bench.Run(ctx, bench.Options{
		Command: []string{"/proc/self/exe", "bench", process}, Quick: *quick, Filter: filter, Progress: benchProgress(stderr),
	})
	if err != nil {
		return err
	}
	if *asJSON {
		fmt.Fprintln(stderr, report.Conditions())
		return report.JSON(stdout)
	}
	return report.Table(stdout)
}

// benchProgress tells what is being measured, where a person watches.
func benchProgress(stderr io.Writer) func(done, total int, c bench.Cell) {
	f, ok := stderr.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return func(done, total int, c bench.Cell) {
		fmt.Fprintf(f, "%d of %d: %v\n", done+1, total, c)
	}
}
