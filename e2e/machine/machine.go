package machine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Patience is how long a test waits for what should come.
const Patience = 30 * time.Second

// Machine is a booted tree.
type Machine struct {
	PID int // of its first process, as this machine sees it

	ctx context.Context //nolint:containedctx // the life of a machine is that of its test
	t   testing.TB
}

// boot runs a tree under an overlay. All mounts are in a namespace of its own: they go with the last process in it.
const boot = `
mount -t tmpfs tmpfs "$2"
mkdir "$2/upper" "$2/work" "$2/root"
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
mount -t tmpfs tmpfs /run
mount -t proc proc /proc
exec systemd-nspawn --quiet --directory="$2/root" --boot --register=no --keep-unit --private-network --console=pipe --machine="$3"
`

// Boot boots a tree, and shuts it down when the test ends.
func Boot(t testing.TB, tree string) *Machine {
	t.Helper()
	dir := t.TempDir()
	var console bytes.Buffer
	// A test's own context ends before its cleaning up.
	ctx := context.WithoutCancel(t.Context())
	// In a process namespace of its own, which the kernel clears when its first process dies, however it died.
	outer := exec.CommandContext(ctx, "unshare", "--mount", "--pid", "--fork", "--kill-child",
		"sh", "-euc", boot, "boot", tree, dir, "lk"+strconv.Itoa(os.Getpid()))
	outer.Stdout, outer.Stderr = &console, &console
	outer.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := outer.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = outer.Wait() // what it has to say is on the console
	}()
	m := &Machine{ctx: ctx, t: t}
	t.Cleanup(func() { m.shutDown(outer.Process, ended) })
	for deadline := time.Now().Add(Patience); ; time.Sleep(20 * time.Millisecond) {
		select {
		case <-ended:
			t.Fatalf("the machine did not boot:\n%s", console.String())
		default:
		}
		if m.PID = childOf(childOf(outer.Process.Pid)); m.PID != 0 {
			// "degraded" is a boot too: a container has no use for some of Debian's units.
			if out, _ := m.Try("systemctl", "is-system-running"); strings.HasPrefix(out, "running") || strings.HasPrefix(out, "degraded") {
				return m
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("the machine is not up after %v:\n%s", Patience, console.String())
		}
	}
}

// childOf is the first child of a process, 0 when it has none yet.
func childOf(pid int) int {
	if pid == 0 {
		return 0
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return 0
	}
	child, _, _ := strings.Cut(string(text), " ")
	n, err := strconv.Atoi(child)
	if err != nil {
		return 0
	}
	return n
}

func (m *Machine) shutDown(outer *os.Process, ended <-chan struct{}) {
	if m.PID != 0 {
		_, _ = m.Try("systemctl", "poweroff", "--no-block")
	}
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		_ = outer.Kill()
		<-ended
	}
}

// Command is a command in the machine, as root.
func (m *Machine) Command(args ...string) *exec.Cmd {
	c := exec.CommandContext(m.ctx, "nsenter", append([]string{"--target", strconv.Itoa(m.PID), "--all", "env", "-i",
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", "SYSTEMD_PAGER="}, args...)...)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return c
}

// Try runs a command in the machine and returns what it said, on both outputs.
func (m *Machine) Try(args ...string) (string, error) {
	out, err := m.Command(args...).CombinedOutput()
	return string(out), err
}

// Run runs a command in the machine that must succeed.
func (m *Machine) Run(args ...string) string {
	m.t.Helper()
	out, err := m.Try(args...)
	if err != nil {
		m.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// Shell runs a script in the machine that must succeed.
func (m *Machine) Shell(script string) string {
	m.t.Helper()
	return m.Run("sh", "-euc", script)
}

// Path is a path of the machine's, as this machine sees it.
func (m *Machine) Path(path string) string {
	return filepath.Join("/proc", strconv.Itoa(m.PID), "root", path)
}

// Copy puts a file of this machine's into the machine.
func (m *Machine) Copy(from, to string) {
	m.t.Helper()
	in, err := os.Open(from)
	if err != nil {
		m.t.Fatal(err)
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		m.t.Fatal(err)
	}
	out, err := os.OpenFile(m.Path(to), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, info.Mode())
	if err == nil {
		_, err = io.Copy(out, in)
		err = errors.Join(err, out.Close())
	}
	if err != nil {
		m.t.Fatal(err)
	}
}

// Write makes a file in the machine.
func (m *Machine) Write(path, text string) {
	m.t.Helper()
	if err := os.WriteFile(m.Path(path), []byte(text), 0o644); err != nil {
		m.t.Fatal(err)
	}
}

// Show is a property of a unit.
func (m *Machine) Show(unit, property string) string {
	m.t.Helper()
	return strings.TrimSpace(m.Run("systemctl", "show", "--property="+property, "--value", unit))
}

// Await waits until something holds.
func (m *Machine) Await(what string, holds func() bool) {
	m.t.Helper()
	for deadline := time.Now().Add(Patience); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			m.t.Fatalf("%s: not within %v\n%s", what, Patience, m.Journal("--lines=60"))
		}
	}
}

// Journal is what journalctl says.
func (m *Machine) Journal(args ...string) string {
	m.t.Helper()
	return m.Run(append([]string{"journalctl", "--no-pager", "--output=short-monotonic"}, args...)...)
}
