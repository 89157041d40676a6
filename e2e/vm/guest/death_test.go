package guest

import (
	"testing"

	"golang.org/x/sys/unix"

	"lanekeeper/shm"
)

// watchDeath tells when a process has died, CLOCK_MONOTONIC in ns.
func watchDeath(t *testing.T, pid int) <-chan int64 {
	t.Helper()
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	died := make(chan int64, 1)
	go func() {
		defer unix.Close(fd)
		for {
			n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(patience.Milliseconds()))
			switch {
			case err == unix.EINTR:
			case n == 1:
				died <- shm.NowNs()
				return
			default:
				close(died)
				return
			}
		}
	}()
	return died
}
