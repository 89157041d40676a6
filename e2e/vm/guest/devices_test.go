package guest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// The test binary run with knockEnv set knocks at the device named by it, from within the control group named by roomEnv.
const (
	knockEnv = "LANEKEEPER_KNOCK"
	roomEnv  = "LANEKEEPER_ROOM"
)

// knock joins a control group and opens a device, as root, whom no file permission refuses. What it prints is the outcome.
func knock(device string) int {
	if room := os.Getenv(roomEnv); room != "" {
		if err := os.WriteFile(room, []byte(strconv.Itoa(os.Getpid())), 0o200); err != nil {
			fmt.Println(err)
			return 1
		}
	}
	fd, err := syscall.Open(device, syscall.O_RDWR|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	var errno syscall.Errno
	switch {
	case err == nil:
		fmt.Println("opened")
		_ = syscall.Close(fd)
	case errors.As(err, &errno):
		fmt.Println(errno.Error())
	}
	return 0
}

// opens knocks at a device from within a service's control group, or from outside when unit is empty.
func opens(t *testing.T, unit, device string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	room := ""
	if unit != "" {
		room = cgroup(unit, "cgroup.procs")
	}
	c := exec.Command(self)
	c.Env = append(os.Environ(), knockEnv+"="+device, roomEnv+"="+room)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("knocking at %s in %s: %v\n%s", device, unit, err, out)
	}
	return strings.TrimSpace(string(out))
}

// TestDevices opens devices from within each service's control group.
func TestDevices(t *testing.T) {
	const (
		yes = "opened"
		no  = "operation not permitted" // EPERM; file permissions would answer EACCES
	)
	v := newVehicle(t)
	devices := []string{"/dev/null", "/dev/video0", "/dev/i2c-0", "/dev/uinput", "/dev/kmsg", "/dev/vda"}
	allowed := map[string][]string{
		"":       {yes, yes, yes, yes, yes, yes},
		camerad:  {yes, yes, no, no, no, no},
		laneSim:  {yes, no, no, no, no, no},
		detectd:  {yes, no, no, no, no, no},
		controld: {yes, no, yes, no, no, no},
	}
	v.vivid()
	v.module("i2c-dev")
	v.module("i2c-stub", "chip_addr=0x40")
	v.module("uinput")
	await(t, "devices", func() bool { return opens(t, "", "/dev/i2c-0") == yes && opens(t, "", "/dev/uinput") == yes })
	command(t, "systemctl", "start", target)
	for _, unit := range []string{"", camerad, detectd, controld, laneSim} {
		if unit == laneSim {
			v.easeStop()
			command(t, "systemctl", "start", laneSim) // which stops camerad
		}
		var got []string
		for i, device := range devices {
			answer := opens(t, unit, device)
			if answer != allowed[unit][i] {
				t.Errorf("%s from within %q: %s, want %s", device, unit, answer, allowed[unit][i])
			}
			got = append(got, device+" "+answer)
		}
		if unit == "" {
			unit = "(outside)"
		}
		t.Logf("%s: %s", unit, strings.Join(got, ", "))
	}
}

// TestBusForControld opens an I2C bus as controld itself would: as its user, within all of its sandbox. i2c-stub is there
// before controld; the group comes from the shipped udev rules, and may take a moment.
func TestBusForControld(t *testing.T) {
	v := newVehicle(t)
	v.module("i2c-dev")
	v.module("i2c-stub", "chip_addr=0x40")
	command(t, "udevadm", "settle")
	v.write(dropIn(controld, "50-test.conf"), "[Service]\nExecStartPre=/bin/sh -c 'id; ls -l /dev/i2c-0; exec 3<>/dev/i2c-0 && echo the bus is open'\n")
	command(t, "systemctl", "daemon-reload")
	command(t, "systemctl", "start", controld)
	v.said(controld, "the bus is open")
	for _, line := range strings.Split(v.journal(controld), "\n") {
		if strings.Contains(line, "sh[") {
			t.Log(line)
		}
	}
}
