package shm

import (
	"fmt"
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestMode holds a segment's mode and group against any umask: the group reads, nobody but the owner writes.
func TestMode(t *testing.T) {
	for _, umask := range []int{0, 0o022, 0o077, 0o777} {
		o := small(segmentDir(t))
		o.Group = "no such group"
		before := unix.Umask(umask)
		w, err := Create(o)
		unix.Umask(before)
		if err != nil {
			t.Errorf("umask %04o: %v", umask, err)
			continue
		}
		if st, err := os.Stat(w.Path()); err != nil || st.Mode() != 0o640 || int(st.Sys().(*syscall.Stat_t).Gid) != os.Getegid() {
			t.Errorf("umask %04o: mode %v, %v", umask, st.Mode(), err)
		}
		w.Close()
	}
}

func TestGroup(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to give a file to a group that this user is not in")
	}
	gid, ok := memberOf("daemon")
	if !ok {
		t.Skip("needs a group called daemon")
	}
	o := small(segmentDir(t))
	o.Group = "daemon"
	w := mustCreate(t, o)
	if st, err := os.Stat(w.Path()); err != nil || int(st.Sys().(*syscall.Stat_t).Gid) != gid {
		t.Errorf("group %d, %v; want %d", st.Sys().(*syscall.Stat_t).Gid, err, gid)
	}
}

// TestNotInGroup is what a reader is told whom the segment's mode keeps out.
func TestNotInGroup(t *testing.T) {
	dir := stickyDir(t)
	mustCreate(t, small(dir))
	s := spawn(t, "starter", asNobody, "DIR="+dir)
	s.say("read")
	want := fmt.Sprintf("could not opening %s/x: permission denied; "+
		"join the group that may read it: sudo usermod -aG lanekeeper $USER, then log in again", dir)
	if got := s.hear(); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}
