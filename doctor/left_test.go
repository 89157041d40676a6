package doctor

import (
	"errors"
	"io/fs"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"lanekeeper/inspect"
	"lanekeeper/units"
)

func TestSegments(t *testing.T) {
	left := func(list ...inspect.Segment) func(s *System) {
		return func(s *System) {
			s.View.Segments = list
			s.Place.Prefix = "no-such-" // so that inspect finds no file whose owner counts
		}
	}
	const clean = "lanectl clean --prefix no-such- old"
	try(t, checkSegments, []trial{
		{"none", files{}, nil, []string{"ok none"}},
		{"good", files{}, left(inspect.Segment{Name: "camera_feed", State: inspect.StateOpen}, inspect.Segment{Name: "x", State: inspect.StateClosed}),
			[]string{"ok camera_feed, x"}},
		{"a dead owner's", files{}, left(inspect.Segment{Name: "old", State: inspect.StateDead, Problem: "its owner is dead"}),
			[]string{"warn old: its owner is dead | " + clean + "; its daemon's next start does it as well"}},
		{"damaged", files{}, left(inspect.Segment{Name: "old", State: inspect.StateDamaged, Problem: "truncated; restart its writer"}),
			[]string{"fail old: truncated | restart its writer"}},
		{"refused", files{}, left(inspect.Segment{Name: "old", State: inspect.StateRefused, Problem: "permission denied; join"}),
			[]string{"skip not checked: permission denied; join"}},
		{"unseen", files{}, func(s *System) {
			s.View.Problems = []string{"listing segments: no answer", "the directory of control sockets /run/lanekeeper is missing: so"}
		}, []string{"skip not checked: listing segments: no answer"}},
	})
}

func TestSegmentsOfRoot(t *testing.T) {
	s := machine(t, files{"/dev/shm/no-such-old.lock": ""})
	s.Place.Prefix = "no-such-"
	s.View.Segments = []inspect.Segment{{Name: "old", State: inspect.StateDead, Problem: "its owner is dead"}}
	if os.Geteuid() != 0 {
		t.Skip("only root can leave something of root's")
	}
	want := "warn old: root left it, so a daemon of another user cannot take it over | lanectl clean --prefix no-such- old"
	if got := lines(checkSegments(s)); len(got) != 1 || got[0] != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestRunDir(t *testing.T) {
	there := files{"/run/lanekeeper/x": "", "/etc/passwd": "root:x:0:0::/:/bin/sh\nlino:x:1234:1234::/:/bin/sh\nlanekeeper:x:990:990::/:/bin/false\n"}
	give := func(uid int) func(s *System) {
		return func(s *System) {
			if err := os.Chown(s.path("/run/lanekeeper"), uid, uid); err != nil {
				panic(err)
			}
		}
	}
	trials := []trial{
		{"missing", packaged, nil, []string{"fail no /run/lanekeeper | sudo systemd-tmpfiles --create"}},
		{"missing, without units", accounts, nil, []string{"warn no /run/lanekeeper | sudo install -d -o lino /run/lanekeeper"}},
		{"another one, missing", files{}, func(s *System) { s.Place.RunDir = "/home/lino/run" }, []string{"warn no /home/lino/run | mkdir -p /home/lino/run"}},
		{"another one", files{"/home/lino/run/x": ""}, func(s *System) { s.Place.RunDir = "/home/lino/run" }, []string{"ok /home/lino/run"}},
		{"a file", with(packaged, files{"/run/lanekeeper": ""}), nil,
			[]string{"fail /run/lanekeeper is no directory | sudo rm /run/lanekeeper && sudo systemd-tmpfiles --create"}},
	}
	if os.Geteuid() == 0 { // only root can give a directory away
		trials = append(trials,
			trial{"of the daemons", with(packaged, there), give(990), []string{"ok /run/lanekeeper belongs to lanekeeper"}},
			trial{"of root", with(packaged, there), give(0), []string{
				"fail /run/lanekeeper belongs to root, not to lanekeeper | sudo systemd-tmpfiles --create"}})
	}
	try(t, checkRunDir, trials)
}

func TestSockets(t *testing.T) {
	const header = "Num       RefCount Protocol Flags    Type St Inode Path\n"
	const listening = "0000000000000000: 00000002 00000000 00010000 0001 01 4711 /run/lanekeeper/controld.sock\n"
	const connected = "0000000000000000: 00000003 00000000 00000000 0001 03 4712 /run/lanekeeper/controld.sock\n"
	socket := files{"/run/lanekeeper/controld.sock": ""}
	controld := func(running bool) func(s *System) {
		return func(s *System) {
			s.View.Daemons = []inspect.Daemon{{Name: "camerad", Running: true}, {Name: "controld", Running: running}}
		}
	}
	try(t, checkSockets, []trial{
		{"none", files{"/proc/net/unix": header}, controld(false), []string{"ok none"}},
		{"a daemon's", with(socket, files{"/proc/net/unix": header + listening}), controld(true), []string{"ok controld"}},
		{"systemd's", with(socket, files{"/proc/net/unix": header + listening}), func(s *System) {
			controld(false)(s)
			s.Units = []units.Unit{{ID: "controld.socket", Active: "active"}}
		}, []string{"ok controld (held by systemd: a connection starts it)"}},
		{"somebody's", with(socket, files{"/proc/net/unix": header + listening}), controld(false),
			[]string{"ok controld (held by somebody who is not seen from here)"}},
		{"nobody's", with(socket, files{"/proc/net/unix": header + connected}), controld(false),
			[]string{"warn /run/lanekeeper/controld.sock: nobody listens there | sudo rm /run/lanekeeper/controld.sock; the next start replaces it as well"}},
		{"unseen", files{}, nil, []string{"skip not checked: open /proc/net/unix: no such file or directory"}},
	})
}

func TestEmergencyStop(t *testing.T) {
	const file = "/var/lib/lanekeeper/emergency-stop"
	const mend = " | see that the vehicle may drive again, then: lanectl estop --clear"
	try(t, checkEmergencyStop, []trial{
		{"not pulled", files{}, nil, []string{"ok not pulled (no " + file + ")"}},
		{"pulled", files{file: "2026-05-01T10:00:00Z\n"}, nil,
			[]string{"warn pulled since 2026-05-01T10:00:00Z: the vehicle stays neutral (" + file + ")" + mend}},
		{"pulled, unwritten", files{file: ""}, nil, []string{"warn pulled: the vehicle stays neutral (" + file + ")" + mend}},
		{"of another set of daemons", files{file: ""}, func(s *System) { s.Place.Prefix = "b-" },
			[]string{"ok not pulled (no /var/lib/lanekeeper/b-emergency-stop)"}},
		{"unseen", files{"/var/lib/lanekeeper": ""}, nil, []string{"skip not checked: stat " + file + ": not a directory"}},
	})
}

// TestUnseen: what may not be seen is no error and no leave to go on.
func TestUnseen(t *testing.T) {
	f := unseen(&fs.PathError{Op: "open", Path: "/x", Err: unix.EACCES})
	if want := "skip not checked: open /x: permission denied; use sudo"; lines([]Finding{f})[0] != want {
		t.Errorf("%+v, want %s", f, want)
	}
	if !errors.Is((&System{Root: "/r"}).plain(&fs.PathError{Err: unix.EACCES}), fs.ErrPermission) {
		t.Error("an error without the tree's root has lost its cause")
	}
}
