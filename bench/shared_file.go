package bench

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// sharedFile makes a file of shared memory that has no name, so nothing is left of it however the processes end.
func sharedFile(dir string, size int) (*os.File, error) {
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("making an unnamed file in %s: %w", dir, err)
	}
	if err := unix.Fallocate(fd, 0, 0, int64(size)); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("allocating %d bytes in %s: %w; see df -h %s", size, dir, err, dir)
	}
	return os.NewFile(uintptr(fd), "shared memory"), nil
}

func mapShared(fd, size, prot int) ([]byte, error) {
	mem, err := unix.Mmap(fd, 0, size, prot, unix.MAP_SHARED|unix.MAP_POPULATE)
	if err != nil {
		return nil, fmt.Errorf("mapping %d bytes of shared memory: %w", size, err)
	}
	return mem, nil
}
