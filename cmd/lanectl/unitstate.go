package main

import (
	"context"
	"fmt"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/inspect"
	"lanekeeper/units"
)

// unitPatience bounds the wait for systemd, which has more to do.
const unitPatience = time.Second

// addUnits says of each daemon that does not run what systemd knows of it. That systemd cannot be asked is no problem: there
// need be none.
func addUnits(ctx context.Context, v *inspect.View) {
	ctx, cancel := context.WithTimeout(ctx, unitPatience)
	defer cancel()
	var names []string
	for _, d := range v.Daemons {
		names = append(names, d.Name+".service")
	}
	found, err := units.Look(ctx, names...)
	if err != nil {
		return
	}
	for i, u := range found {
		unitState(&v.Daemons[i], u)
	}
}

// unitState tells a unit that failed, or is about to be tried again, from one that nobody started.
func unitState(d *inspect.Daemon, u units.Unit) {
	switch {
	case d.Running || !u.Found():
	case u.Active == "failed" && u.ExecMainStatus == daemon.ExitConfig:
		d.Line = "failed: its configuration is bad"
		d.Problem = fmt.Sprintf("see %s --check-config, mend it, then: sudo systemctl start %s", d.Name, d.Name)
	case u.Active == "failed":
		d.Line = "failed: " + u.Result
		d.Problem = fmt.Sprintf("see journalctl -u %s, then: sudo systemctl start %s", d.Name, d.Name)
	case u.Sub == "auto-restart":
		d.Line = fmt.Sprintf("ended (%s), is tried again; %d times so far", u.Result, u.NRestarts)
		d.Problem = "see journalctl -u " + d.Name
	}
}
