package doctor

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanekeeper/inspect"
	"lanekeeper/units"
)

func TestUnits(t *testing.T) {
	unit := func(u units.Unit) func(s *System) {
		u.ID = u.Name
		if u.Load == "" {
			u.Load = "loaded"
		}
		return func(s *System) { s.Units = []units.Unit{u} }
	}
	const again = "sudo systemctl reset-failed controld.service && sudo systemctl start controld.service"
	const log = "journalctl -b -n 50 -u controld.service"
	try(t, checkUnits, []trial{
		{"good", files{}, unit(units.Unit{Name: "controld.service", Active: "active", Sub: "running", NRestarts: 2}),
			[]string{"ok controld.service: active (running)"}},
		{"stopped", files{}, unit(units.Unit{Name: "controld.socket", Active: "inactive", Sub: "dead"}), []string{"ok controld.socket: inactive (dead)"}},
		{"restarted often", files{}, unit(units.Unit{Name: "controld.service", Active: "active", Sub: "running", NRestarts: 3}),
			[]string{"warn controld.service: active (running), but was restarted 3 times | " + log}},
		{"about to restart", files{},
			unit(units.Unit{Name: "controld.service", Active: "activating", Sub: "auto-restart", Result: "exit-code", ExecMainStatus: 217, NRestarts: 1}),
			[]string{"warn controld.service: ended (exit-code 217, its user does not exist) and is started anew, once so far | " + log}},
		{"a bad configuration", files{}, unit(units.Unit{Name: "controld.service", Active: "failed", Result: "exit-code", ExecMainStatus: 78}),
			[]string{"fail controld.service: failed: its configuration is bad (exit code 78) | " +
				"controld --check-config tells what to edit in /etc/lanekeeper/controld.yaml; then: " + again}},
		{"another end", files{}, unit(units.Unit{Name: "controld.service", Active: "failed", Result: "exit-code", ExecMainStatus: 216}),
			[]string{"fail controld.service: failed (exit-code 216, a group that it names does not exist) | " + log + " tells why; then: " + again}},
		{"a limit of starts", files{}, unit(units.Unit{Name: "controld.service", Active: "failed", Result: "exit-code", ExecMainStatus: 1, NRestarts: 3}),
			[]string{"fail controld.service: failed (exit-code 1, restarted 3 times) | " + log + " tells why; then: " + again}},
		{"a signal of that number", files{}, unit(units.Unit{Name: "controld.service", Active: "failed", Result: "watchdog", ExecMainStatus: 6}),
			[]string{"fail controld.service: failed (watchdog) | " + log + " tells why; then: " + again}},
		{"started too often", files{}, unit(units.Unit{Name: "controld.service", Active: "failed", Result: "start-limit-hit"}),
			[]string{"fail controld.service: failed (start-limit-hit) | " + log + " tells why; then: " + again}},
		{"a socket", files{}, unit(units.Unit{Name: "controld.socket", Active: "failed", Result: "service-start-limit-hit"}),
			[]string{"fail controld.socket: failed (service-start-limit-hit) | " + log + " tells why the daemon ended; then: " +
				"sudo systemctl reset-failed controld.service controld.socket && sudo systemctl start controld.socket"}},
		{"masked", files{}, unit(units.Unit{Name: "lane-sim.service", Load: "masked", Active: "inactive", Sub: "dead"}),
			[]string{"warn lane-sim.service: masked, so it never starts | sudo systemctl unmask lane-sim.service"}},
		{"spoilt", files{}, unit(units.Unit{Name: "camerad.service", Load: "bad-setting", Active: "inactive", Sub: "dead"}),
			[]string{"fail camerad.service: bad-setting | systemd-analyze verify camerad.service"}},
		{"an alias", files{}, func(s *System) {
			s.Units = []units.Unit{
				{Name: "camerad.service", ID: "camerad.service", Load: "loaded", Active: "active", Sub: "running"},
				{Name: "lane-sim.service", ID: "lane-sim.service", Load: "not-found", Active: "inactive", Sub: "dead"},
				{Name: "lanekeeper-camera.service", ID: "camerad.service", Load: "loaded", Active: "active", Sub: "running"},
			}
		}, []string{"ok camerad.service: active (running)", "ok lanekeeper-camera.service: is camerad.service", "skip not installed: lane-sim.service"}},
		{"unseen", files{}, func(s *System) { s.UnitsErr = errors.New("no answer") }, []string{"skip not checked: no answer"}},
	})
}

// runs are daemons that run, controld as a unit of systemd's.
func runs(daemons ...inspect.Daemon) func(s *System) {
	return func(s *System) {
		for i := range daemons {
			daemons[i].Running = true
			daemons[i].PID = 100 + i
		}
		s.View.Daemons = slices.Concat(daemons, []inspect.Daemon{{Name: "lane-sim", Line: "not running"}})
		s.Units = []units.Unit{{ID: "controld.service", MainPID: 100}}
	}
}

func TestDaemons(t *testing.T) {
	member := func(do func(s *System)) func(s *System) {
		return func(s *System) { do(s); s.Caller.GIDs = []int{990} }
	}
	const hung = "gave no answer at RUN within 2s: it hangs; see its log, or restart it"
	group := files{"/etc/group": groupList}
	try(t, checkDaemons, []trial{
		{"none", group, nil, []string{"ok none runs"}},
		{"good", group, runs(inspect.Daemon{Name: "controld", Line: "standby"}), []string{"ok controld: standby"}},
		{"hung", group, member(runs(inspect.Daemon{Name: "controld", Problem: hung})),
			[]string{"fail controld gave no answer at RUN within 2s: it hangs | see its log, or restart it"}},
		{"bad in another way", group, member(runs(inspect.Daemon{Name: "controld", Problem: "is strange"})),
			[]string{"fail controld is strange | lanectl status shows it beside the others"}},
		{"may not be asked", group, runs(inspect.Daemon{Name: "controld", Problem: "may not ask it: use sudo"}),
			[]string{"skip not checked: controld may not ask it: use sudo"}},
	})
}

func TestVersions(t *testing.T) {
	try(t, checkVersions, []trial{
		{"none", files{}, nil, []string{"skip no daemon to compare lanectl v1.2.3 with"}},
		{"the same", files{}, runs(inspect.Daemon{Name: "controld", Version: "v1.2.3"}, inspect.Daemon{Name: "camerad"}),
			[]string{"ok controld and lanectl: v1.2.3"}},
		{"others", files{}, runs(inspect.Daemon{Name: "controld", Version: "v1.2.2"}, inspect.Daemon{Name: "camerad", Version: "v2"}),
			[]string{"warn controld v1.2.2, camerad v2, but lanectl v1.2.3 | when the vehicle stands: " +
				"sudo systemctl restart controld; stop camerad where it was started by hand, and start it again"}},
	})
}

func TestRestart(t *testing.T) {
	try(t, checkRestart, []trial{
		{"none", files{"/proc/100/exe": "-> /usr/bin/controld"}, runs(inspect.Daemon{Name: "controld"}), []string{"ok none pending"}},
		{"one", files{"/proc/100/exe": "-> /usr/bin/controld (deleted)", "/proc/101/exe": "-> /usr/bin/camerad"},
			runs(inspect.Daemon{Name: "controld"}, inspect.Daemon{Name: "camerad"}),
			[]string{"warn pending: controld runs a program that was replaced since | when the vehicle stands: sudo systemctl restart controld"}},
		{"one beside its unit", files{"/proc/100/exe": "-> /usr/bin/controld (deleted)"}, func(s *System) {
			runs(inspect.Daemon{Name: "controld"})(s)
			s.Units[0].MainPID = 7
		}, []string{"warn pending: controld runs a program that was replaced since | when the vehicle stands: " +
			"stop controld where it was started by hand, and start it again"}},
	})
}

func TestConfiguration(t *testing.T) {
	says := func(c Config) func(s *System) {
		c.Daemon = "controld"
		return func(s *System) { s.Configs = []Config{{Daemon: "camerad"}, c} }
	}
	file := files{"/etc/lanekeeper/controld.yaml": "control:\n"}
	const mend = " | sudoedit /etc/lanekeeper/controld.yaml, then: controld --check-config"
	try(t, checkConfiguration, []trial{
		{"nothing installed", file, says(Config{}), []string{"skip not checked: no daemon beside lanectl or in PATH"}},
		{"good", file, says(Config{Program: "/usr/bin/controld"}), []string{"ok controld: /etc/lanekeeper/controld.yaml"}},
		{"none", files{}, says(Config{Program: "/usr/bin/controld"}),
			[]string{"ok controld: built-in values, for there is no /etc/lanekeeper/controld.yaml"}},
		{"bad twice", file, says(Config{Program: "/usr/bin/controld", Bad: true, Says: "controld: one\ncontrold: two"}),
			[]string{"fail controld: one" + mend, "fail controld: two" + mend}},
		{"unasked", file, says(Config{Program: "/usr/bin/controld", Err: errors.New("no answer")}), []string{"skip not checked: no answer"}},
	})
}

// TestNewConfig asks programs that stand in for a daemon.
func TestNewConfig(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", t.TempDir()+":/bin:/usr/bin")
	for _, c := range []struct {
		name, script string
		bad          bool
		says, err    string
	}{
		{"fine-d", "[ $1 = --check-config ]", false, "", ""},
		{"bad-d", "echo bad-d: line 3 >&2; exit 78", true, "bad-d: line 3", ""},
		{"lost-d", "echo no library >&2; exit 127", false, "", "running DIR/lost-d --check-config: exit status 127: no library"},
	} {
		path := filepath.Join(dir, c.name)
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+c.script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		got := newConfig(t.Context(), dir, c.name)
		said := ""
		if got.Err != nil {
			said = strings.ReplaceAll(got.Err.Error(), dir, "DIR")
		}
		if got.Daemon != c.name || got.Program != path || got.Bad != c.bad || got.Says != c.says || said != c.err {
			t.Errorf("%+v, error %q; want bad %v, %q, error %q", got, said, c.bad, c.says, c.err)
		}
	}
	if got := newConfig(t.Context(), dir, "no-such-daemon"); got != (Config{Daemon: "no-such-daemon"}) {
		t.Errorf("%+v for a daemon that is not there", got)
	}
}
