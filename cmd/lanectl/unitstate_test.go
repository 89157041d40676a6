package main

import (
	"testing"

	"lanekeeper/inspect"
	"lanekeeper/units"
)

func TestUnitState(t *testing.T) {
	for _, c := range []struct {
		running       bool
		unit          units.Unit
		line, problem string
	}{
		{false, units.Unit{Load: "not-found", Active: "inactive"}, "not running", ""},
		{false, units.Unit{Load: "loaded", Active: "inactive"}, "not running", ""},
		{true, units.Unit{Load: "loaded", Active: "failed"}, "not running", ""}, // started by hand beside it
		{false, units.Unit{Load: "loaded", Active: "failed", Result: "exit-code", ExecMainStatus: 78}, "failed: its configuration is bad",
			"see controld --check-config, mend it, then: sudo systemctl start controld"},
		{false, units.Unit{Load: "loaded", Active: "failed", Result: "oom-kill", ExecMainStatus: 9}, "failed: oom-kill",
			"see journalctl -u controld, then: sudo systemctl start controld"},
		{false, units.Unit{Load: "loaded", Active: "activating", Sub: "auto-restart", Result: "watchdog", NRestarts: 4},
			"ended (watchdog), is tried again; 4 times so far", "see journalctl -u controld"},
	} {
		d := inspect.Daemon{Name: "controld", Running: c.running, Line: "not running"}
		unitState(&d, c.unit)
		if d.Line != c.line || d.Problem != c.problem {
			t.Errorf("%+v: %q, %q\nwant %q, %q", c.unit, d.Line, d.Problem, c.line, c.problem)
		}
	}
}
