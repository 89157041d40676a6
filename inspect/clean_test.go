package inspect

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// files are the names of what is in the directory of segments.
func files(t *testing.T, p daemon.Place) []string {
	t.Helper()
	entries, err := os.ReadDir(p.ShmDir)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestClean(t *testing.T) {
	p := place(t)
	for _, c := range []struct {
		name string
		make func()
		err  string
		left []string
	}{
		{"nothing", func() {}, "cleaning SHM/p-x: nothing there", []string{}},
		{"a dead owner's", func() { abandon(t, p, "x") }, "", []string{}},
		{"cut short", func() {
			abandon(t, p, "x")
			if err := os.Truncate(segmentPath(p, "x"), 1); err != nil {
				t.Fatal(err)
			}
		}, "", []string{}},
		{"a lone lock file", func() { write(t, lockPath(p, "x"), "") }, "", []string{}},
		{"one half built", func() { write(t, segmentPath(p, "x")+".new", "") }, "", []string{}},
		{"a living owner's", func() { create(t, p, "x") },
			fmt.Sprintf("cleaning SHM/p-x: owned by another process: pid %d lives; stop it first", os.Getpid()), []string{"p-x", "p-x.lock"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.make()
			said := ""
			if err := Clean(p, "x"); err != nil {
				said = strings.ReplaceAll(err.Error(), p.ShmDir, "SHM")
			}
			if said != c.err {
				t.Errorf("got  %s\nwant %s", said, c.err)
			}
			if left := files(t, p); !slices.Equal(left, c.left) {
				t.Errorf("left %q, want %q", left, c.left)
			}
		})
	}
}

func TestCleanTakesNoOtherPath(t *testing.T) {
	p := place(t)
	if err := Clean(p, "../x"); err == nil || errors.Is(err, ErrNothing) {
		t.Errorf("%v, want the name refused", err)
	}
}

func TestSweep(t *testing.T) {
	p := place(t)
	abandon(t, p, "old")
	create(t, p, "living")
	write(t, lockPath(p, "lone"), "")
	write(t, segmentPath(p, "stranger"), "something else")
	write(t, segmentPath(p, "locked"), "something else, with a lock of its own")
	write(t, lockPath(p, "locked"), "")
	other := daemon.Place{Prefix: "q-", ShmDir: p.ShmDir, RunDir: p.RunDir}
	abandon(t, other, "old")
	got, err := Sweep(p)
	want := []Outcome{
		{Name: "living", Kept: fmt.Sprintf("pid %d owns it", os.Getpid())},
		{Name: "locked", Kept: "opening " + segmentPath(p, "locked") + ": not a segment to be read: it was not written by lanekeeper; remove it"},
		{Name: "lone"},
		{Name: "old"},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	left := []string{"p-living", "p-living.lock", "p-locked", "p-locked.lock", "p-stranger", "q-old", "q-old.lock"}
	if got := files(t, p); !slices.Equal(got, left) {
		t.Errorf("left %q, want %q", got, left)
	}
}

// TestSweepLeavesLoneLocks: without a prefix, a lone lock file may be any program's, unless its name is ours.
func TestSweepLeavesLoneLocks(t *testing.T) {
	p := place(t)
	p.Prefix = ""
	write(t, lockPath(p, "database"), "")
	write(t, lockPath(p, msg.CameraFeed), "")
	got, err := Sweep(p)
	want := []Outcome{
		{Name: msg.CameraFeed},
		{Name: "database", Kept: "a lone lock file, perhaps of another program; if not: lanectl clean --shm-dir " + p.ShmDir + " database"},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	if got := files(t, p); !slices.Equal(got, []string{"database.lock"}) {
		t.Errorf("left %q, want the lock file of the other program", got)
	}
}

// asNobody runs fn as the user nobody. Only this goroutine's thread changes, and ends with fn.
func asNobody(t *testing.T, fn func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can become another user")
	}
	const nobody = 65534
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked, so that the thread ends with this goroutine
		defer close(done)
		if _, _, e := unix.RawSyscall(unix.SYS_SETGROUPS, 0, 0, 0); e != 0 {
			done <- e
			return
		}
		if _, _, e := unix.RawSyscall(unix.SYS_SETRESGID, nobody, nobody, nobody); e != 0 {
			done <- e
			return
		}
		if _, _, e := unix.RawSyscall(unix.SYS_SETRESUID, nobody, nobody, nobody); e != 0 {
			done <- e
			return
		}
		fn()
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// TestCleanAsAnother cleans in a directory like /dev/shm, sticky and open to all.
func TestCleanAsAnother(t *testing.T) {
	p := place(t)
	if err := os.Chmod(p.ShmDir, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	abandon(t, p, "roots")
	create(t, p, "living")
	var dead, living, own, absent error
	var seen Segment
	asNobody(t, func() {
		dead, living, absent = Clean(p, "roots"), Clean(p, "living"), Clean(p, "absent")
		seen = newSegment(p, shm.Inspect(p.ShmDir, p.Prefix, "roots"), 0)
		abandon(t, p, "nobodys")
		own = Clean(p, "nobodys")
	})
	want := "opening " + lockPath(p, "roots") + ": permission denied; it belongs to user 0, if nothing uses it: sudo lanectl clean p-roots"
	if dead == nil || dead.Error() != want {
		t.Errorf("root's leftover: %v, want %s", dead, want)
	}
	if !errors.Is(living, shm.ErrBusy) || !errors.Is(absent, ErrNothing) || own != nil {
		t.Errorf("living: %v, want busy; absent: %v, want nothing there; nobody's own: %v", living, absent, own)
	}
	want = "opening " + segmentPath(p, "roots") + ": permission denied; join the group that may read it: sudo usermod -aG lanekeeper $USER, then log in again"
	if seen.State != StateRefused || seen.Problem != want {
		t.Errorf("%s: %s\nwant %s: %s", seen.State, seen.Problem, StateRefused, want)
	}
	asNobody(t, func() { abandon(t, p, "nobodys") })
	if err := Clean(p, "nobodys"); err != nil { // root takes away what the service's user left
		t.Error(err)
	}
	if left := files(t, p); !slices.Equal(left, []string{"p-living", "p-living.lock", "p-roots", "p-roots.lock"}) {
		t.Errorf("left %q", left)
	}
}
