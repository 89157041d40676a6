package booted

import (
	"slices"
	"strings"
	"testing"

	"lanekeeper/e2e/machine"
	"lanekeeper/msg"
)

// owners are the services by the segment that each owns.
func owners() map[string]string {
	return map[string]string{msg.CameraFeed: "lane-sim", msg.DetectionResults: "lane-detectd", msg.ControlCommands: "controld"}
}

// TestSecondOwner: a second daemon beside the service is refused and told by whom, and disturbs nothing.
func TestSecondOwner(t *testing.T) {
	v, p := driving(t)
	pids := v.pids()
	for _, s := range services {
		said, err := v.Try("runuser", "-u", "lanekeeper", "--", "/usr/bin/"+s, "--config=", "--run-dir=/tmp/other")
		if want := "pid " + v.Show(s, "MainPID"); err == nil || !strings.Contains(said, want) {
			t.Errorf("a second %s: %v; it said\n%s\nand not %q", s, err, said, want)
		}
	}
	if said, err := v.Try("/usr/bin/controld", "--config="); err == nil || !strings.Contains(said, "controld.sock") {
		t.Errorf("a second controld at the same socket: %v; it said\n%s", err, said)
	}
	p.driving(machine.Patience)
	if now := v.pids(); !slices.Equal(now, pids) {
		t.Errorf("processes %q, then %q", pids, now)
	}
}

// TestLeftover: what root, or a killed daemon, left under the name of a segment is gone when the service has started, and
// nothing stays when it has stopped, also when it died just before.
func TestLeftover(t *testing.T) {
	v := installed(t)
	for segment, service := range owners() {
		// Root's own daemon, killed: its segment and its lock belong to root, in a directory with the sticky bit.
		v.Shell(service + ` --config= --run-dir=/tmp/rooted >/dev/null 2>&1 & pid=$!
			i=0; until [ -e /dev/shm/` + segment + ` ]; do i=$((i+1)); [ $i -lt 200 ]; sleep 0.05; done; kill -9 $pid`)
		v.Run("systemctl", "start", service)
		v.expect(service, "active")
		if owner := strings.TrimSpace(v.Run("stat", "--format=%U:%G %a", "/dev/shm/"+segment)); owner != "lanekeeper:lanekeeper 640" {
			t.Errorf("%s is %s, lanekeeper:lanekeeper 640 expected", segment, owner)
		}
		v.signal(service, "KILL")
		v.Run("systemctl", "stop", service)
		v.Run("systemctl", "stop", "lane-sim", "camerad")
		if left := v.segments(); len(left) != 0 {
			t.Errorf("%s was killed and stopped, and left %q", service, left)
		}
		v.Shell("rm -rf /tmp/rooted")
	}
}

// TestRestarts restarts each service under load, in every order of two: readers find the new segment by themselves, and the
// vehicle drives again.
func TestRestarts(t *testing.T) {
	v, p := driving(t)
	for _, first := range services {
		for _, second := range services {
			v.Run("systemctl", "restart", "--no-block", first)
			v.Run("systemctl", "restart", second)
			v.Await("everything is active", func() bool {
				return v.Show(first, "ActiveState") == "active" && v.Show(second, "ActiveState") == "active"
			})
			p.driving(machine.Patience)
		}
	}
	v.Run("systemctl", "stop", "lanekeeper.target")
	v.stopped()
	if left := v.segments(); len(left) != 0 {
		t.Errorf("the stopped stack left %q", left)
	}
}

// TestQuiet: a start, a drive, a disarm and a stop log nothing that a person must act on, and everything with its fields.
func TestQuiet(t *testing.T) {
	v := installed(t)
	v.Run("systemctl", "start", "lanekeeper.target")
	v.Await("a vehicle that waits to be armed", func() bool { return v.state().Inputs == "none" })
	v.Run("lanectl", "arm")
	v.tap().driving(machine.Patience)
	// Changes of the state that follow one another within a second share an entry: drive on until there is one about driving.
	var said string
	v.Await("the journal says that it drives", func() bool {
		v.Run("journalctl", "--sync")
		said = v.Run("journalctl", "--unit=controld", "--output=json", "--no-pager", "STATE=active")
		return strings.TrimSpace(said) != ""
	})
	v.Run("lanectl", "disarm")
	v.Run("systemctl", "stop", "lanekeeper.target")
	v.stopped()
	v.Run("journalctl", "--sync")
	for _, s := range services {
		if said := v.Run("journalctl", "--unit="+s, "--priority=warning", "--no-pager", "--output=cat", "_COMM="+s); strings.TrimSpace(said) != "" {
			t.Errorf("journalctl -u %s -p warning:\n%s", s, said)
		}
		if said := v.Run("journalctl", "--unit="+s, "--output=json", "--no-pager", "_COMM="+s); !strings.Contains(said, `"PRIORITY":"6"`) {
			t.Errorf("%s has no entry of its own:\n%s\n%s", s, said, v.Run("journalctl", "--unit="+s, "--output=json", "--no-pager"))
		}
	}
	for _, want := range []string{`"FRAME_ID":"`, `"REASON":"none"`, `"PRIORITY":"6"`, `"SYSLOG_IDENTIFIER":"controld"`} {
		if !strings.Contains(said, want) {
			t.Errorf("no %s in\n%s", want, said)
		}
	}
	// The catalogue explains an emergency stop.
	v.Run("systemctl", "start", "controld")
	v.Run("lanectl", "estop")
	v.Run("journalctl", "--sync")
	if said := v.Run("journalctl", "--unit=controld", "--catalog", "--no-pager", "--lines=20"); !strings.Contains(said, "lanectl estop --clear") {
		t.Errorf("journalctl -x does not explain an emergency stop:\n%s", said)
	}
}

// TestEmergencyStop outlasts a kill, a restart and the machine's own start.
func TestEmergencyStop(t *testing.T) {
	v, p := driving(t)
	v.Run("lanectl", "estop")
	v.signal("controld", "KILL")
	v.Await("controld comes back", func() bool { return v.Show("controld", "ActiveState") == "active" })
	v.Await("it is stopped for good", func() bool { return v.state().Reason == "emergency" })
	v.Run("systemctl", "restart", "lanekeeper.target")
	if s := v.state(); s.Reason != "emergency" || s.Armed {
		t.Errorf("restarted: %+v", s)
	}
	if _, err := v.Try("lanectl", "arm"); err == nil {
		t.Error("armed in spite of the emergency stop")
	}
	v.Run("lanectl", "estop", "--clear")
	v.Await("a vehicle that waits to be armed", func() bool { return v.state().Inputs == "none" })
	v.Run("lanectl", "arm")
	p.driving(machine.Patience)
}

// TestExposure holds systemd's own judgement of the sandbox to what is promised.
func TestExposure(t *testing.T) {
	v := installed(t)
	for _, s := range append([]string{"camerad"}, services...) {
		// In tenths: 20 is an exposure of 2.0.
		out, err := v.Try("systemd-analyze", "security", "--no-pager", "--threshold=20", s+".service")
		lines := strings.Split(strings.TrimSpace(out), "\n")
		t.Log(lines[len(lines)-1])
		if err != nil {
			t.Errorf("%s: %v\n%s", s, err, out)
		}
	}
}
