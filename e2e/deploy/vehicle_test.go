package deploy

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"lanekeeper/e2e/machine"
)

// vehicle is a machine that packages are deployed to.
type vehicle struct {
	*machine.Machine
	t   *testing.T
	ssh string // configuration: "vehicle" is root there, "pilot" is not
}

// boot boots a machine without Lanekeeper, where a key gives access to root and to a user pilot, who may use sudo with a
// password. A connection is a pipe to an sshd of its own, so no network is needed.
func boot(t *testing.T, deb string) *vehicle {
	t.Helper()
	v := &vehicle{Machine: machine.Boot(t, machine.Tree(t, deb, runtime.GOARCH, "openssh-server", "sudo")), t: t}
	dir := t.TempDir()
	key := filepath.Join(dir, "key")
	v.here("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
	v.Copy(key+".pub", "/tmp/key")
	v.Shell(`mkdir -p /run/sshd
		useradd --create-home --shell /bin/bash --groups sudo --password x pilot
		for home in /root /home/pilot; do
			mkdir -p $home/.ssh
			cat /tmp/key >$home/.ssh/authorized_keys
			chmod -R go= $home/.ssh
		done
		chown -R pilot: /home/pilot`)
	v.ssh = filepath.Join(dir, "config")
	text := fmt.Sprintf("Host pilot\n User pilot\nHost *\n User root\n ProxyCommand nsenter --target %d --all /usr/sbin/sshd -i\n"+
		" IdentityFile %s\n StrictHostKeyChecking no\n UserKnownHostsFile /dev/null\n LogLevel ERROR\n", v.PID, key)
	if err := os.WriteFile(v.ssh, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return v
}

// here runs a command on this side.
func (v *vehicle) here(command ...string) {
	v.t.Helper()
	if out, err := exec.CommandContext(v.t.Context(), command[0], command[1:]...).CombinedOutput(); err != nil {
		v.t.Fatalf("%s: %v\n%s", command[0], err, out)
	}
}

// deploy is deploy.sh with the given variables.
func (v *vehicle) deploy(variables ...string) *exec.Cmd {
	c := exec.CommandContext(v.t.Context(), "../../packaging/deploy.sh")
	// A machine that runs other tests as well is slow: a package that is good gets all the time it needs.
	c.Env = append(os.Environ(), "HOST=vehicle", "READY_WITHIN=60", "SSH_OPTIONS=-F "+v.ssh)
	c.Env = append(c.Env, variables...)
	return c
}

// expect deploys, and expects an exit code and that something is said.
func (v *vehicle) expect(code int, says string, variables ...string) {
	v.t.Helper()
	out, err := v.deploy(variables...).CombinedOutput()
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		v.t.Fatal(err)
	}
	if got != code || !strings.Contains(string(out), says) {
		v.t.Fatalf("%v: exit code %d, expected %d with %q:\n%s", variables, got, code, says, out)
	}
}

// drives expects that a version is installed and the three daemons of a simulated vehicle run from its files, with the
// configuration as it was edited.
func (v *vehicle) drives(version string) {
	v.t.Helper()
	if got := v.Run("dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", "lanekeeper"); got != "installed "+version {
		v.t.Fatalf("%s, expected %s", got, version)
	}
	v.Shell(`for name in lane-sim lane-detectd controld; do
			systemctl is-active $name
			[ /proc/$(systemctl show -P MainPID $name)/exe -ef /usr/bin/$name ]
		done
		grep '^# edited here' /etc/lanekeeper/controld.yaml`)
}

// idle expects that none of some units is active.
func (v *vehicle) idle(units string) {
	v.t.Helper()
	v.Shell("! systemctl is-active " + units) // which succeeds if any of them is
}

// untouched expects that something leaves the daemons as they are.
func (v *vehicle) untouched(by func()) {
	v.t.Helper()
	pids := func() string {
		return v.Run("systemctl", "show", "-P", "MainPID", "lane-sim", "lane-detectd", "controld")
	}
	before := pids()
	by()
	if after := pids(); after != before {
		v.t.Errorf("daemons %q, before %q", after, before)
	}
	v.Shell("! ls -d /var/tmp/lanekeeper-deploy.*")
}
