package booted

import (
	"strings"
	"testing"
	"time"
)

// activated are the daemons whose control socket systemd holds.
var activated = []string{"lane-detectd", "controld"}

// ask connects to a daemon's control socket.
func (v *vehicle) ask(daemon string) (string, error) {
	return v.Try("curl", "--silent", "--show-error", "--fail", "--max-time", "5", "--unix-socket", "/run/lanekeeper/"+daemon+".sock", "http://d/status")
}

// expect waits for a unit to be in a state: systemctl returns when its own job is done, and other units may have jobs left.
func (v *vehicle) expect(unit, state string) {
	v.t.Helper()
	v.Await(unit+" is "+state, func() bool { return v.Show(unit, "ActiveState") == state })
}

// TestSocketActivation: a connection starts the daemon, a start opens the socket, a stop closes it and stays a stop.
func TestSocketActivation(t *testing.T) {
	v := installed(t)
	for _, d := range activated {
		v.Run("systemctl", "start", d+".socket")
		v.expect(d, "inactive")
		if said, err := v.ask(d); err != nil || !strings.Contains(said, `"name":"`+d+`"`) {
			t.Errorf("%s, asked: %v\n%s", d, err, said)
		}
		v.expect(d, "active")
	}
	if s := v.state(); s.Armed || s.State != "standby" {
		t.Errorf("a connection started controld %+v, disarmed expected", s)
	}
	for _, d := range activated {
		v.Run("systemctl", "stop", d)
		v.expect(d, "inactive")
		v.expect(d+".socket", "inactive")
		if said, err := v.ask(d); err == nil {
			t.Errorf("%s was stopped and answers\n%s", d, said)
		}
		v.expect(d, "inactive")

		v.Run("systemctl", "start", d)
		v.expect(d+".socket", "active")
		if said, err := v.ask(d); err != nil {
			t.Errorf("%s, started: %v\n%s", d, err, said)
		}
		pid := v.Show(d, "MainPID")
		v.Run("systemctl", "restart", d)
		if said, err := v.ask(d); err != nil || v.Show(d, "MainPID") == pid {
			t.Errorf("%s, restarted: %v\n%s", d, err, said)
		}
		v.survives(d)
		v.Run("systemctl", "stop", d)
		v.expect(d+".socket", "inactive")
	}
	// lanectl looks and wakes nothing.
	for _, d := range activated {
		v.Run("systemctl", "start", d+".socket")
	}
	v.Run("lanectl", "status")
	_, _ = v.Try("lanectl", "arm")
	for _, d := range activated {
		v.expect(d, "inactive")
	}
}

// survives kills a daemon time and again: each time it comes back by itself, with its socket.
func (v *vehicle) survives(d string) {
	v.t.Helper()
	for range 8 {
		pid := v.Show(d, "MainPID")
		v.signal(d, "KILL")
		v.Await(d+" comes back", func() bool {
			now := v.Show(d, "MainPID")
			return now != pid && now != "0" && v.Show(d, "ActiveState") == "active"
		})
		if said, err := v.ask(d); err != nil {
			v.t.Errorf("%s, killed: %v\n%s", d, err, said)
		}
	}
	v.expect(d+".socket", "active")
}

// TestBrokenConfiguration: a daemon with one ends with code 78 and is not tried again, whoever connects however often finds no
// answer and breaks nothing, and once it is mended everything is as before.
func TestBrokenConfiguration(t *testing.T) {
	v := installed(t)
	for _, d := range activated {
		v.configure(d, "slots: 16", "slots: sixteen")
		v.Run("systemctl", "start", d+".socket")
		for range 12 {
			if said, err := v.ask(d); err == nil {
				t.Fatalf("%s answers with a broken configuration: %s", d, said)
			}
		}
		if status := v.Show(d, "ExecMainStatus"); status != "78" {
			t.Errorf("%s ended with %s, 78 expected", d, status)
		}
		if _, err := v.Try("systemctl", "start", d); err == nil {
			t.Errorf("%s started with a broken configuration", d)
		}
		restarts := v.Show(d, "NRestarts")
		time.Sleep(time.Second) // longer than RestartSec
		if now := v.Show(d, "NRestarts"); now != restarts {
			t.Errorf("%s was tried again: %s restarts, then %s", d, restarts, now)
		}
		said := v.Journal("--unit="+d, "--priority=err")
		if want := `slots: "sixteen" given, a whole number from 4 to 1024 expected`; !strings.Contains(said, want) {
			t.Errorf("the journal says\n%s\nand not %q", said, want)
		}
		v.configure(d, "slots: sixteen", "slots: 16")
		if said, err := v.ask(d); err != nil { // the socket was there all the time
			t.Errorf("%s, mended: %v\n%s", d, err, said)
		}
		v.expect(d, "active")
		v.expect(d+".socket", "active")
	}
}

// TestHalt: the actuator is made neutral after any end, with a broken configuration, no shared memory and a log that nobody
// reads.
func TestHalt(t *testing.T) {
	v := installed(t)
	v.Run("systemctl", "start", "controld")
	v.Write("/etc/lanekeeper/controld.yaml", "slots: [\n")
	v.Shell("mount -t tmpfs -o size=4k tmpfs /dev/shm && head -c 4096 /dev/zero >/dev/shm/full")
	v.signal("systemd-journald", "STOP")
	cursor := v.now()
	v.signal("controld", "KILL")
	v.Await("the end of controld", func() bool {
		return v.Show("controld", "ExecMainStatus") == "78" && v.Show("controld", "ActiveState") == "failed"
	})
	v.signal("systemd-journald", "CONT")
	v.Await("a halt", func() bool {
		return strings.Contains(v.Journal("--unit=controld", "--since="+cursor), "sim is neutral")
	})
}

// now is the time, as journalctl's --since takes it.
func (v *vehicle) now() string {
	v.t.Helper()
	return strings.TrimSpace(v.Run("date", "+%Y-%m-%d %H:%M:%S.%6N"))
}
