package main

import (
	"context"
	"io"

	"lanekeeper/detect"
	"lanekeeper/drive"
	"lanekeeper/manual"
)

// driveCommand runs the whole pipeline with the simulator or a recording and tells how it went.
func driveCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var o drive.Options
	fs := newFlags("drive", stderr, "[flags]",
		"Drives a simulated vehicle, or plays a recording, through the real daemons, apart from any that run already.")
	scenarioFlag(fs, &o.Scenario)
	fs.StringVar(&o.Source, "source", "", "video `file` or folder of images to drive on instead; nothing moves")
	fs.Var(manual.Text(&o.Method, "", detect.Methods()...), "method", "`method` by which lanes are found, as lane-detectd has it")
	fs.Uint64Var(&o.Seed, "seed", 0, "of the scenario's noise and texture; 0 for its own")
	fs.BoolVar(&o.Lockstep, "lockstep", false, "as fast as it goes, and the same every time: each frame waits for the command before")
	fs.DurationVar(&o.Duration, "duration", 0, "simulated time to drive; 0 for no limit")
	fs.Float64Var(&o.DistanceM, "distance", 0, "`metres` to drive; one lap if neither this nor --duration is given")
	fs.StringVar(&o.OutDir, "out", "build/drive", "`folder` for logs, trace and pictures")
	fs.StringVar(&o.ShmDir, "shm-dir", "", "`directory` of the shared-memory segments; /dev/shm if left out")
	fs.Var(manual.Text(&o.Viewer, "", drive.ViewerPage, drive.ViewerNone), "viewer",
		"`what` shows the drive in the browser: page is lane-viewer, where it is installed; none does without, and without telemetry")
	fs.StringVar(&o.BinDir, "bin", "", "`folder` of the daemons; that of lanectl if left out")
	if err := parseFlags(fs, args, false); err != nil {
		return err
	}
	s, err := drive.Run(ctx, o, stdout)
	if err != nil {
		return err
	}
	s.Write(stdout)
	return s.Err()
}
