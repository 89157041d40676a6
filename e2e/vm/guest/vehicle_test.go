package guest

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// vehicle is the machine with nothing of Lanekeeper's running, as every test finds it and has to leave it.
type vehicle struct {
	t     *testing.T
	since string   // for journalctl
	undo  []func() // the machine as it was, once nothing runs
	eased bool     // easeStop was called
}

// newVehicle begins a test. Its end stops everything the way a person does, and looks at what is left.
func newVehicle(t *testing.T) *vehicle {
	t.Helper()
	inMachine(t)
	v := &vehicle{t: t, since: time.Now().Format("2006-01-02 15:04:05.000000")}
	t.Cleanup(v.end)
	return v
}

func (v *vehicle) end() {
	t := v.t
	defer func() {
		for _, undo := range slices.Backward(v.undo) {
			undo()
		}
		command(t, "systemctl", "daemon-reload")
		command(t, "systemctl", "reset-failed")
		if t.Failed() {
			t.Log("journal:\n" + v.journal())
		}
	}()
	v.stopped()
	left, err := filepath.Glob("/dev/shm/*")
	if err != nil || len(left) != 0 {
		t.Errorf("left in shared memory: %q, %v", left, err)
	}
	failed := command(t, "systemctl", "--failed", "--plain", "--no-legend")
	if failed != "" {
		t.Errorf("failed units:\n%s", failed)
	}
	t.Logf("failed units: %q; files in /dev/shm: %q", failed, left)
}

// stopped stops all there is, and waits for the daemons: systemctl waits for the target alone, which they stop behind.
func (v *vehicle) stopped() {
	v.easeStop()
	command(v.t, "systemctl", "stop", target)
	states := ""
	took := await(v.t, "all daemons stop with "+target, func() bool {
		out, _ := tryCommand("systemctl", append([]string{"show", "--value", "--property", "ActiveState"}, services...)...)
		states = strings.Join(strings.Fields(out), " ")
		ended := 0
		for _, state := range strings.Fields(states) {
			if state == "inactive" || state == "failed" {
				ended++
			}
		}
		return ended == len(services)
	})
	v.t.Logf("all stopped %v after systemctl stop %s returned: %s", took, target, states)
}

// easeStop gives what stops from now on more time than the shipped units do: TimeoutStopSec= bounds ExecStopPost= too, whose
// programs take seconds to start on an emulated processor, and would be killed. Until here the units are as shipped.
func (v *vehicle) easeStop() {
	v.t.Helper()
	if v.eased {
		return
	}
	v.eased = true
	for _, unit := range services {
		v.write(dropIn(unit, "90-emulated.conf"), "[Service]\nTimeoutStopSec=30s\n")
	}
	command(v.t, "systemctl", "daemon-reload")
}

// show is a property of a unit.
func (v *vehicle) show(unit, property string) string {
	v.t.Helper()
	return command(v.t, "systemctl", "show", "--value", "--property", property, unit)
}

// number is a property that is one.
func (v *vehicle) number(unit, property string) int {
	v.t.Helper()
	n, err := strconv.Atoi(v.show(unit, property))
	if err != nil {
		v.t.Fatal(err)
	}
	return n
}

// journal is what was logged since the test began, about the given services or all of them.
func (v *vehicle) journal(units ...string) string {
	v.t.Helper()
	if len(units) == 0 {
		units = append([]string{"*.socket", target}, services...)
	}
	args := []string{"--no-pager", "--output=short-monotonic", "--since", v.since}
	for _, unit := range units {
		args = append(args, "--unit", unit)
	}
	return command(v.t, "journalctl", args...)
}

// said waits until a service has logged something.
func (v *vehicle) said(unit, what string) {
	v.t.Helper()
	await(v.t, unit+" logs "+strconv.Quote(what), func() bool { return strings.Contains(v.journal(unit), what) })
}

// keptRunning checks that a service has not been restarted. Its watchdog may have done that, and is counted only: at the
// mercy of what else the machine underneath does, an emulated processor sometimes stands for longer than WatchdogSec=.
func (v *vehicle) keptRunning(units ...string) {
	v.t.Helper()
	for _, unit := range units {
		restarts, barks := v.number(unit, "NRestarts"), strings.Count(v.journal(unit), "Watchdog timeout")
		if restarts > barks {
			v.t.Errorf("%s was restarted %d times, %d times by its watchdog", unit, restarts, barks)
		}
		if barks > 0 {
			v.t.Logf("the watchdog of %s has ended it %d times", unit, barks)
		}
	}
}

// cgroup is a file of a service's control group.
func cgroup(unit, file string) string {
	return filepath.Join("/sys/fs/cgroup/system.slice", unit+".service", file)
}

// module loads a module of the kernel's, and with it a device.
func (v *vehicle) module(name string, parameters ...string) {
	v.t.Helper()
	command(v.t, "modprobe", append([]string{name}, parameters...)...)
	v.undo = append(v.undo, func() {
		if out, err := exec.Command("modprobe", "--remove", name).CombinedOutput(); err != nil {
			v.t.Errorf("removing %s, which something still has open: %v\n%s", name, err, out)
		}
	})
}

// write writes a file of the machine's.
func (v *vehicle) write(path, text string) {
	v.t.Helper()
	before, err := os.ReadFile(path)
	existed := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		v.t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		v.t.Fatal(err)
	}
	v.undo = append(v.undo, func() {
		err := os.Remove(path)
		if existed {
			err = os.WriteFile(path, before, 0o644)
		}
		if err != nil {
			v.t.Error(err)
		}
	})
}

// dropIn is the path of an addition to a service's unit.
func dropIn(unit, name string) string {
	return filepath.Join("/run/systemd/system", unit+".service.d", name)
}

// inode tells whether a file is still the same one.
func inode(t *testing.T, path string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}
