package doctor

import (
	"fmt"
	"strings"

	"lanekeeper/inspect"
)

// checkDaemons tells what the daemons that run say of themselves.
func checkDaemons(s *System) []Finding {
	var found []Finding
	for _, d := range s.running() {
		switch {
		case d.Problem == "":
			found = append(found, okay("%s: %s", d.Name, d.Line))
		case s.outsider():
			found = append(found, skip("not checked: %s %s", d.Name, d.Problem))
		default:
			what, mend := split(d.Problem)
			found = append(found, fail(mend, "%s %s", d.Name, what))
		}
	}
	if len(found) == 0 {
		found = append(found, okay("none runs"))
	}
	return found
}

// checkVersions tells whether all that runs is of one making.
func checkVersions(s *System) []Finding {
	var other, all []string
	for _, d := range s.running() {
		if d.Version == "" {
			continue
		}
		all = append(all, d.Name)
		if d.Version != s.Version {
			other = append(other, d.Name+" "+d.Version)
		}
	}
	switch {
	case len(all) == 0:
		return []Finding{skip("no daemon to compare lanectl %s with", s.Version)}
	case len(other) > 0:
		return []Finding{warn("when the vehicle stands: "+s.restart(names(other)...), "%s, but lanectl %s", strings.Join(other, ", "), s.Version)}
	}
	return []Finding{okay("%s and lanectl: %s", strings.Join(all, ", "), s.Version)}
}

// running are the daemons that run.
func (s *System) running() []inspect.Daemon {
	var found []inspect.Daemon
	for _, d := range s.View.Daemons {
		if d.Running {
			found = append(found, d)
		}
	}
	return found
}

// outsider says whether the caller may not use the control sockets.
func (s *System) outsider() bool {
	g, found := s.group(account)
	return s.Caller.UID != 0 && !(found && s.isMember(g))
}

// restart is the command that restarts daemons: systemd's for those that are units of it.
func (s *System) restart(daemons ...string) string {
	var services, others []string
	for _, name := range daemons {
		if s.isUnit(name) {
			services = append(services, name)
		} else {
			others = append(others, name)
		}
	}
	var all []string
	if len(services) > 0 {
		all = append(all, "sudo systemctl restart "+strings.Join(services, " "))
	}
	if len(others) > 0 {
		all = append(all, fmt.Sprintf("stop %s where it was started by hand, and start it again", strings.Join(others, ", ")))
	}
	return strings.Join(all, "; ")
}

// isUnit says whether the daemon that runs is its unit's, and not one beside it that was started by hand.
func (s *System) isUnit(name string) bool {
	for _, u := range s.Units {
		if u.ID != name+".service" {
			continue
		}
		for _, d := range s.running() {
			if d.Name == name && d.PID == u.MainPID {
				return true
			}
		}
	}
	return false
}

// names are the first words.
func names(list []string) []string {
	first := make([]string, len(list))
	for i := range list {
		first[i], _, _ = strings.Cut(list[i], " ")
	}
	return first
}

// split takes a problem of inspect's apart, whose sentences end with what mends it.
func split(problem string) (what, mend string) {
	if what, mend, ok := strings.Cut(problem, "; "); ok {
		return what, mend
	}
	return problem, "lanectl status shows it beside the others"
}
