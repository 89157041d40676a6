package booted

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanekeeper/e2e/machine"
)

// TestLife is a package's life on a vehicle: install, drive, upgrade while driving, remove, purge.
func TestLife(t *testing.T) {
	v := bare(t)
	before := v.files()
	v.Run("dpkg", "--install", v.deb)
	for _, unit := range append([]string{"camerad", "lanekeeper.target", "lane-detectd.socket", "controld.socket"}, services...) {
		if state := v.Show(unit, "ActiveState"); state != "inactive" {
			t.Errorf("installing left %s %s, inactive expected", unit, state)
		}
	}
	if left := v.segments(); len(left) != 0 {
		t.Errorf("installing left %q in /dev/shm", left)
	}

	v.Run("lanectl", "source", "sim")
	v.Run("systemctl", "start", "lanekeeper.target")
	v.Await("a vehicle that waits to be armed", func() bool { return v.state().Inputs == "none" })
	if s := v.state(); s.Armed || s.State != "standby" || s.Actuator != "sim" {
		t.Errorf("started: %+v, disarmed with the actuator sim expected", s)
	}
	v.Run("lanectl", "arm")
	p := v.tap()
	p.driving(machine.Patience)
	for _, s := range services {
		if state := strings.TrimSpace(v.Run("systemctl", "is-active", s)); state != "active" {
			t.Errorf("%s is %s", s, state)
		}
	}
	first := v.state().FrameID
	v.Await("a frame counter that moves", func() bool { return v.state().FrameID > first+30 })

	v.upgrade(p)

	v.Run("lanectl", "arm") // the restart has disarmed it
	p.driving(machine.Patience)
	v.Run("dpkg", "--remove", "lanekeeper")
	for _, s := range services {
		if state := v.Show(s, "ActiveState"); state != "inactive" {
			t.Errorf("removing left %s %s", s, state)
		}
	}
	if said := v.Journal("--unit=controld", "--lines=20"); !strings.Contains(said, "sim is neutral") {
		t.Errorf("removing halted nothing:\n%s", said)
	}
	if _, err := os.Stat(v.Path("/etc/lanekeeper/controld.yaml")); err != nil {
		t.Errorf("removing took the configuration: %v", err)
	}
	v.Run("dpkg", "--purge", "lanekeeper")
	after := v.files()
	for _, path := range after {
		if !slices.Contains(before, path) {
			t.Errorf("purging left %s", path)
		}
	}
	if left := v.segments(); len(left) != 0 {
		t.Errorf("purging left %q in /dev/shm", left)
	}
	if said, err := v.Try("getent", "passwd", "lanekeeper"); err == nil {
		t.Errorf("purging left the user: %s", said)
	}
}

// upgrade installs another version over a vehicle that drives.
func (v *vehicle) upgrade(p *tap) {
	t := v.t
	t.Helper()
	v.configure("controld", "arm: manual", "arm: manual  # as it was asked for")
	pids := v.pids()
	other := v.another("9.9")
	p.driving(machine.Patience)
	said := v.Run("dpkg", "--install", "--force-confold", other)
	p.driving(machine.Patience) // without being armed again
	if now := v.pids(); !slices.Equal(now, pids) {
		t.Errorf("the upgrade restarted something: %q before, %q after", pids, now)
	}
	if want := "the version from before the upgrade still runs: lane-sim lane-detectd controld\n"; !strings.Contains(said, want) {
		t.Errorf("the upgrade said\n%s\nand not %q", said, want)
	}
	text, err := os.ReadFile(v.Path("/etc/lanekeeper/controld.yaml"))
	if err != nil || !strings.Contains(string(text), "# as it was asked for") {
		t.Errorf("the edited configuration is gone: %v\n%s", err, text)
	}
	v.Run("systemctl", "restart", "lane-sim", "lane-detectd", "controld")
	v.Await("a vehicle that waits to be armed", func() bool { return v.state().Inputs == "none" })
	if s := v.state(); s.Armed {
		t.Error("restarted armed")
	}
}

// another makes a package of another version, whose configuration as shipped differs too, out of the one under test.
func (v *vehicle) another(version string) string {
	v.t.Helper()
	v.Shell(`cd /tmp && dpkg-deb --raw-extract lanekeeper.deb another
		sed -i 's/^Version: .*/Version: ` + version + `/' another/DEBIAN/control
		echo '# Shipped by another version.' >>another/etc/lanekeeper/controld.yaml
		dpkg-deb -Znone --root-owner-group --build another another.deb && rm -r another`)
	return "/tmp/another.deb"
}

// control is what controld says of itself.
type control struct {
	State    string `json:"state"`
	Reason   string `json:"reason"`
	Inputs   string `json:"inputs"`
	Armed    bool   `json:"armed"`
	Actuator string `json:"actuator"`
	FrameID  int64  `json:"frame_id"`
}

func (v *vehicle) state() (c control) {
	v.t.Helper()
	v.detail("controld", &c)
	return c
}

// pids are the daemons' processes.
func (v *vehicle) pids() []string {
	v.t.Helper()
	var all []string
	for _, s := range services {
		all = append(all, v.Show(s, "MainPID"))
	}
	return all
}

// files are those of the system that a package may leave something among.
func (v *vehicle) files() []string {
	v.t.Helper()
	var all []string
	for _, top := range []string{"/etc", "/usr", "/var/lib", "/var/cache", "/run", "/opt", "/srv"} {
		out := v.Run("find", top, "-xdev", "-not", "-path", "/var/lib/dpkg/*", "-not", "-path", "/run/systemd/*", "-not", "-path", "/run/credentials*",
			"-not", "-path", "/run/log/*", "-not", "-path", "/var/cache/ldconfig/*", "-not", "-path", "/run/udev/*")
		all = append(all, strings.Split(strings.TrimSpace(out), "\n")...)
	}
	for i := range all {
		all[i] = filepath.Clean(all[i])
	}
	return all
}
