package shm

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// lockHolder is the pid of the process that holds the lock file, 0 when none does or it cannot be told. It reads
// /proc/locks (proc_locks(5)) rather than try the lock, so that looking never gets in a starter's way and needs no
// permission.
func lockHolder(path string) int {
	id, err := idOfPath(path)
	if err != nil {
		return 0
	}
	f, err := os.Open("/proc/locks")
	if err != nil {
		return 0
	}
	defer f.Close()
	want := fmt.Sprintf("%02x:%02x:%d", unix.Major(id.dev), unix.Minor(id.dev), id.ino)
	for s := bufio.NewScanner(f); s.Scan(); {
		// 1: FLOCK  ADVISORY  WRITE 1234 00:1a:56 0 EOF; a waiter has "->" before FLOCK
		if v := strings.Fields(s.Text()); len(v) >= 6 && v[1] == "FLOCK" && v[5] == want {
			if pid, err := strconv.Atoi(v[4]); err == nil && pid > 0 {
				return pid
			}
		}
	}
	return 0
}

// segmentName is the name that a user would give for one of a segment's files.
func segmentName(path string) string {
	return strings.TrimSuffix(strings.TrimSuffix(filepath.Base(path), lockSuffix), buildSuffix)
}
