package deploy

import (
	"runtime"
	"strings"
	"syscall"
	"testing"

	"lanekeeper/e2e/machine"
)

// TestDeploy is one vehicle from its first deployment on.
func TestDeploy(t *testing.T) {
	machine.Needed(t)
	first := machine.Package(t, runtime.GOARCH)
	needy := variant(t, first, version(t, first), "sed -i 's/^Depends: /&steering-wheel, /' DEBIAN/control")
	good := variant(t, first, "9.0.0", "echo '# Shipped by another version.' >>etc/lanekeeper/controld.yaml")
	better := variant(t, first, "9.1.0", "")
	uninstallable := variant(t, first, "9.0.3", "echo 'exit 1' >>DEBIAN/postinst")
	v := boot(t, first)

	t.Log("no vehicle, or not to be reached, or not to be installed on")
	v.expect(1, "which vehicle? make deploy HOST=user@vehicle", "HOST=", "DEB="+first)
	v.expect(1, "nowhere.invalid cannot be reached over ssh", "HOST=nowhere.invalid", "SSH_OPTIONS=-F /dev/null", "DEB="+first)
	v.expect(1, "sudo on pilot needs a password", "HOST=pilot", "DEB="+first)

	t.Log("a clean machine")
	v.expect(2, "rolled back: it is not installed, as before", "DEB="+uninstallable)
	v.Shell("! command -v lanectl")
	v.expect(1, "refused: what the package needs cannot be installed", "DEB="+needy)
	v.offer()
	v.expect(0, "no daemon ran before, so none was started", "DEB="+needy)
	v.Run("dpkg", "--status", "steering-wheel")
	v.idle("lanekeeper.target camerad lane-sim lane-detectd controld lane-detectd.socket controld.socket")

	t.Log("an upgrade of a running stack, by a user with sudo")
	v.Shell(`echo 'pilot ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/pilot
		lanectl source sim
		systemctl start lanekeeper.target
		echo '# edited here' >>/etc/lanekeeper/controld.yaml`)
	v.expect(0, "deployed: 9.0.0 is installed and ready: lane-sim lane-detectd controld", "HOST=pilot", "DEB="+good)
	v.drives("9.0.0")

	t.Log("armed")
	v.Await("it can be armed", func() bool { _, err := v.Try("lanectl", "arm"); return err == nil })
	v.untouched(func() { v.expect(1, "refused: the vehicle is armed", "DEB="+better, "FORCE=1") })
	v.Shell(`lanectl status --json | grep '"armed": true'
		lanectl disarm`)
	v.drives("9.0.0")

	t.Log("packages that do not become ready")
	for _, bad := range []string{
		uninstallable,
		variant(t, first, "9.0.1", `printf '#!/bin/sh\nexit 1\n' >usr/bin/lane-detectd`),
		variant(t, first, "9.0.2", `printf '#!/bin/sh\nexec sleep 1000\n' >usr/bin/controld`),
		// The same version: only the contents tell them apart.
		variant(t, first, "9.0.0", `printf '#!/bin/sh\nexit 1\n' >usr/bin/lane-sim; sed -i '/usr.bin.lane-sim/d' DEBIAN/md5sums`),
	} {
		v.expect(2, "rolled back: 9.0.0 is installed and ready: lane-sim lane-detectd controld", "DEB="+bad, "READY_WITHIN=15")
		v.drives("9.0.0")
	}

	t.Log("the link cut in the middle")
	v.cut(better)
	v.drives("9.1.0")

	t.Log("a camera that was stopped stays stopped")
	v.Run("systemctl", "stop", "lane-sim") // which lane-detectd wants
	v.expect(0, "ready: lane-detectd controld", "DEB="+good)
	v.idle("lane-sim camerad")

	t.Log("no package to go back to")
	v.Shell("rm /var/cache/lanekeeper/*.deb")
	v.untouched(func() { v.expect(1, "refused: 9.0.0 was not deployed in this way", "DEB="+better) })
	v.expect(0, "deployed: 9.1.0 is installed", "DEB="+better, "FORCE=1")
}

// cut kills everything on this side while the daemons are down, and expects that the vehicle goes on by itself. Meanwhile no
// second deployment begins.
func (v *vehicle) cut(deb string) {
	v.t.Helper()
	c := v.deploy("DEB=" + deb)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.Start(); err != nil {
		v.t.Fatal(err)
	}
	v.Await("the daemons are stopped", func() bool { return v.Show("controld", "ActiveState") == "inactive" })
	if err := syscall.Kill(-c.Process.Pid, syscall.SIGKILL); err != nil {
		v.t.Fatal(err)
	}
	_ = c.Wait() // killed
	v.expect(1, "refused: another deployment is under way", "DEB="+deb)
	v.Await("the deployment ends", func() bool { return !strings.Contains(v.Run("cat", "/run/lanekeeper-deploy"), "running") })
	if log := v.Run("cat", "/var/log/lanekeeper-deploy.log"); !strings.Contains(log, "deployed: "+version(v.t, deb)) {
		v.t.Fatalf("the deployment did not end well:\n%s", log)
	}
}
