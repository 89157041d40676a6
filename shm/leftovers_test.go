package shm

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// nobody is a user who owns nothing here.
const nobody = 65534

func asNobody(cmd *exec.Cmd) {
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
}

// stickyDir is like /dev/shm: anybody may create, only its owner may remove a file.
func stickyDir(t *testing.T) string {
	t.Helper()
	needTwoUsers(t)
	dir := segmentDir(t)
	if err := os.Chmod(dir, os.ModeSticky|0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// abandon leaves a segment's files as its owner's death would.
func abandon(t *testing.T, dir string) {
	t.Helper()
	w, err := Create(small(dir))
	if err != nil {
		t.Fatal(err)
	}
	w.seg.unmap()
	w.lock.release()
	w.closed = true
}

// TestLeftoversOfRoot holds that a user who is not root is told the one command that mends what root left.
func TestLeftoversOfRoot(t *testing.T) {
	const mends = "; it belongs to user 0, if nothing uses it: sudo lanectl clean x"
	for _, c := range []struct {
		left  string
		make  func(t *testing.T, dir string)
		error string // of Create
		clean string // of Clean
	}{
		{"all", abandon, "opening DIR/x.lock: permission denied" + mends, "opening DIR/x.lock: permission denied" + mends},
		{"segment", func(t *testing.T, dir string) {
			abandon(t, dir)
			os.Remove(dir + "/x.lock")
		}, "naming DIR/x: operation not permitted" + mends, "cleaning DIR/x: permission denied" + mends},
		{"half-built segment", func(t *testing.T, dir string) {
			os.WriteFile(dir+"/x.new", nil, 0o600)
		}, "removing DIR/x.new: operation not permitted" + mends, "removing DIR/x.new: operation not permitted" + mends},
	} {
		t.Run(c.left, func(t *testing.T) {
			dir := stickyDir(t)
			c.make(t, dir)
			before := files(t, dir)
			s := spawn(t, "starter", asNobody, "DIR="+dir)
			s.say("create 0")
			if got, want := s.hear(), "refused "+strings.ReplaceAll(c.error, "DIR", dir); got != want {
				t.Errorf("Create\n got %s\nwant %s", got, want)
			}
			s.say("clean")
			if got, want := s.hear(), "refused "+strings.ReplaceAll(c.clean, "DIR", dir); got != want {
				t.Errorf("Clean\n got %s\nwant %s", got, want)
			}
			if after := files(t, dir); after != before {
				t.Errorf("files %q became %q", before, after)
			}
			if err := Clean(dir, "", "x"); err != nil { // what sudo lanectl clean does
				t.Error(err)
			}
			s.say("create 0")
			if got := s.hear(); !strings.HasPrefix(got, "owner ") {
				t.Errorf("Create after root's Clean: %s", got)
			}
			s.say("close 0")
			s.hear()
		})
	}
}

// TestTakeOverByRoot: root may remove anybody's leftovers, also in a sticky directory where it may not create over them.
func TestTakeOverByRoot(t *testing.T) {
	dir := stickyDir(t)
	s := spawn(t, "starter", asNobody, "DIR="+dir)
	s.say("hold")
	s.hear()
	pid := s.cmd.Process.Pid
	if err := Clean(dir, "", "x"); !errors.Is(err, ErrBusy) || !strings.HasSuffix(err.Error(), fmt.Sprint("pid ", pid)) {
		t.Errorf("Clean of a living owner's: %v", err)
	}
	if _, err := Create(small(dir)); !errors.Is(err, ErrBusy) || !strings.HasSuffix(err.Error(), fmt.Sprint("pid ", pid)) {
		t.Errorf("Create over a living owner's: %v", err)
	}
	s.kill()
	w := mustCreate(t, small(dir))
	if got := files(t, dir); got != "x x.lock" {
		t.Errorf("files: %q", got)
	}
	if err := w.Close(); err != nil || files(t, dir) != "" {
		t.Errorf("%v; files %q", err, files(t, dir))
	}
}

// needTwoUsers skips a test that starts a process as another user.
func needTwoUsers(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root, to act as two users")
	}
	if os.Getenv("LANE_EMULATED") != "" {
		t.Skip("under an emulator /proc/self/exe leads to the emulator's copy, which another user may not start")
	}
}

func TestNoPermission(t *testing.T) {
	needTwoUsers(t)
	dir := segmentDir(t)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := spawn(t, "starter", asNobody, "DIR="+dir)
	s.say("create 0")
	want := "refused opening " + dir + "/x.lock: permission denied; the directory must let this user create files"
	if got := s.hear(); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// TestClean lists what Clean must leave alone.
func TestClean(t *testing.T) {
	foreign := "it was not written by lanekeeper; remove it by hand if you know what it is"
	for _, c := range []struct {
		name string
		make func(path string) error
		want string // end of the error; empty for none
		left string
	}{
		{"nothing", func(string) error { return nil }, "", ""},
		{"a text", func(p string) error { return os.WriteFile(p, []byte("hello"), 0o600) }, foreign, "x"},
		{"an empty file", func(p string) error { return os.WriteFile(p, nil, 0o600) }, "", ""},
		{"a segment cut short", func(p string) error { return os.WriteFile(p, []byte("LANES"), 0o600) }, "", ""},
		{"a directory", func(p string) error { return os.Mkdir(p, 0o700) }, foreign, "x"},
		{"a symbolic link", func(p string) error { return os.Symlink("/etc/passwd", p) }, foreign, "x"},
		{"a pipe", func(p string) error { return unix.Mkfifo(p, 0o600) }, foreign, "x"},
		{"a lock file alone", func(p string) error { return os.WriteFile(p+".lock", nil, 0o600) }, "", ""},
	} {
		dir := segmentDir(t)
		if err := c.make(dir + "/x"); err != nil {
			t.Fatal(err)
		}
		err := Clean(dir, "", "x")
		if (c.want == "") != (err == nil) || err != nil && (!errors.Is(err, ErrForeign) || !strings.HasSuffix(err.Error(), c.want)) {
			t.Errorf("%s: %v, want …%s", c.name, err, c.want)
		}
		if got := files(t, dir); got != c.left {
			t.Errorf("%s: left %q, want %q", c.name, got, c.left)
		}
	}
}
