package shm

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFull creates a segment where shared memory ends before it does: an error with advice, and nothing left behind.
func TestFull(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to mount a small tmpfs")
	}
	if os.Getenv("LANE_EMULATED") != "" {
		t.Skip("user-mode emulators start no process with mounts of its own")
	}
	dir := segmentDir(t)
	c := spawn(t, "full", func(cmd *exec.Cmd) {
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Cloneflags: unix.CLONE_NEWNS}
	}, "DIR="+dir)
	first := c.hear()
	if first != "mounted" {
		t.Skipf("cannot mount a tmpfs of its own: %s", first)
	}
	want := fmt.Sprintf("allocating 4198656 bytes for %s/x.new: no space left on device; shared memory is full: "+
		"see df -h /dev/shm, remove what is not needed, or use fewer slots or smaller frames", dir)
	if got := c.hear(); got != want {
		t.Errorf("Create\n got %s\nwant %s", got, want)
	}
	for _, want := range []string{
		"files: ",         // after the failed Create
		"wrote two: true", // a segment of the right size fits
		"files: x x.lock", //
		"removed: true",   // its name is removed where memory does not hold two: the new one takes the old one's place
		"wrote two: true", //
		"files: filler",   // after Close
		"crashed: true",   // nor does a dead owner's segment keep a new one from being made
	} {
		if got := c.hear(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	<-c.done
}

// fullTmpfs mounts 1 MiB of shared memory that nobody else sees, and fills it.
func fullTmpfs() error {
	dir := os.Getenv("DIR")
	if err := unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	if err := unix.Mount("shm-test", dir, "tmpfs", 0, "size=1m"); err != nil {
		return err
	}
	fmt.Println("mounted")
	o := small(dir)
	o.PayloadBytes = 1 << 20
	_, err := Create(o)
	fmt.Println(err)
	say := func() {
		entries, _ := os.ReadDir(dir)
		line := "files: "
		for i, e := range entries {
			if i > 0 {
				line += " "
			}
			line += e.Name()
		}
		fmt.Println(line)
	}
	say()
	o.PayloadBytes = 100 << 10
	w, err := Create(o)
	if err != nil {
		return err
	}
	fmt.Println("wrote two:", errors.Join(w.Write([]byte("one")), w.Write([]byte("two"))) == nil)
	say()
	filler, err := os.Create(dir + "/filler")
	if err != nil {
		return err
	}
	defer filler.Close()
	if err := fallocate(int(filler.Fd()), 500<<10); err != nil {
		return err
	}
	// The old segment is still mapped, so its memory is not free until its owner lets it go.
	if err := os.Remove(w.Path()); err != nil {
		return err
	}
	fmt.Println("removed:", w.Check() == nil)
	fmt.Println("wrote two:", errors.Join(w.Write([]byte("one")), w.Write([]byte("two"))) == nil)
	leftover, err := os.ReadFile(w.Path())
	if err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	say()
	if err := os.WriteFile(w.Path(), leftover, 0o640); err != nil {
		return err
	}
	w, err = Create(o)
	fmt.Println("crashed:", err == nil && w.Close() == nil)
	return nil
}
