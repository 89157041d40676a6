package doctor

import (
	"fmt"
	"strings"

	"lanekeeper/daemon"
	"lanekeeper/units"
)

// manyRestarts is how many restarts are no accident any more.
const manyRestarts = 3

// unitNames are the units that there may be: services, their sockets, and what stands for several.
func unitNames() []string {
	return []string{
		"camerad.service", "lane-sim.service", "lane-detectd.service", "controld.service", "lanekeeper-camera.service",
		"lane-detectd.socket", "controld.socket", "lanekeeper.target",
	}
}

// checkUnits looks at how systemd's units are.
func checkUnits(s *System) []Finding {
	if s.UnitsErr != nil {
		return []Finding{skip("not checked: %v", s.UnitsErr)}
	}
	var found []Finding
	var absent []string
	seen := map[string]bool{}
	for _, u := range s.Units {
		if !u.Found() {
			absent = append(absent, u.Name)
			continue
		}
		if u.ID != u.Name {
			found = append(found, okay("%s: is %s", u.Name, u.ID))
		}
		if seen[u.ID] { // under its other name
			continue
		}
		seen[u.ID] = true
		found = append(found, judge(u))
	}
	if len(absent) > 0 {
		found = append(found, skip("not installed: %s", strings.Join(absent, ", ")))
	}
	return found
}

func judge(u units.Unit) Finding {
	switch {
	case u.Load == "masked":
		return warn("sudo systemctl unmask "+u.ID, "%s: masked, so it never starts", u.ID)
	case u.Load != "loaded":
		return fail("systemd-analyze verify "+u.ID, "%s: %s", u.ID, u.Load)
	case u.Active == "failed":
		return failed(u)
	case u.Sub == "auto-restart":
		return warn(journal(u.ID), "%s: ended (%s) and is started anew, %s so far", u.ID, ending(u), times(u.NRestarts))
	case u.NRestarts >= manyRestarts:
		return warn(journal(u.ID), "%s: %s (%s), but was restarted %s", u.ID, u.Active, u.Sub, times(u.NRestarts))
	}
	return okay("%s: %s (%s)", u.ID, u.Active, u.Sub)
}

// failed says what a failed unit failed of. Clearing that is always part of the mending: a unit that met a limit of starts
// refuses every other start, and a socket every connection.
func failed(u units.Unit) Finding {
	again := "sudo systemctl reset-failed " + u.ID + " && sudo systemctl start " + u.ID
	base, isSocket := strings.CutSuffix(u.ID, ".socket")
	if isSocket {
		service := base + ".service"
		again = "sudo systemctl reset-failed " + service + " " + u.ID + " && sudo systemctl start " + u.ID
		return fail(journal(service)+" tells why the daemon ended; then: "+again, "%s: failed (%s)", u.ID, ending(u))
	}
	base = strings.TrimSuffix(u.ID, ".service")
	if u.Result == "exit-code" && u.ExecMainStatus == daemon.ExitConfig {
		return fail(base+" --check-config tells what to edit in "+configFile(base)+"; then: "+again,
			"%s: failed: its configuration is bad (exit code %d)", u.ID, u.ExecMainStatus)
	}
	return fail(journal(u.ID)+" tells why; then: "+again, "%s: failed (%s)", u.ID, ending(u))
}

// ending is why a unit's last process ended, with the exit codes that systemd itself gives it (systemd.exec(5)).
func ending(u units.Unit) string {
	code := ""
	if strings.HasSuffix(u.ID, ".service") && u.Result == "exit-code" {
		code = fmt.Sprint(" ", u.ExecMainStatus)
	}
	switch code {
	case " 203":
		code += ", its program cannot be run"
	case " 216":
		code += ", a group that it names does not exist"
	case " 217":
		code += ", its user does not exist"
	}
	if u.Active == "failed" && u.NRestarts > 0 { // which a limit of starts put an end to: Result still tells of the last end
		code += ", restarted " + times(u.NRestarts)
	}
	return u.Result + code
}

func journal(unit string) string { return "journalctl -b -n 50 -u " + unit }

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprint(n, " times")
}
