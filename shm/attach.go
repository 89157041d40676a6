package shm

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"

	"golang.org/x/sys/unix"
)

// DefaultUser is the system user whose segments every reader trusts, beside root's and its own.
const DefaultUser = "lanekeeper"

// trusted lists the user ids whose segments are read: what another user wrote could be anything.
func trusted() []int {
	ids := []int{0, os.Geteuid()}
	if u, err := user.Lookup(DefaultUser); err == nil {
		if id, err := strconv.Atoi(u.Uid); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// openSegment maps the segment at path read-only after it has passed every check. kind 0 accepts any.
func openSegment(path string, kind uint32, trusted []int) (*segment, error) {
	var st unix.Stat_t
	// Looked at before it is opened: opening another program's pipe would be noticed at its other end.
	if unix.Lstat(path, &st) == nil && st.Mode&unix.S_IFMT != unix.S_IFREG && st.Mode&unix.S_IFMT != unix.S_IFLNK {
		return nil, wrap("opening", path, trust(&st, trusted))
	}
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, openError(path, err)
	}
	defer unix.Close(fd)
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, wrap("opening", path, err)
	}
	if err := trust(&st, trusted); err != nil {
		return nil, wrap("opening", path, err)
	}
	page := make([]byte, HeaderBytes)
	n, err := unix.Pread(fd, page, 0)
	if err != nil {
		return nil, wrap("reading", path, err)
	}
	h, err := parseHeader(page[:n], st.Size)
	if err != nil {
		return nil, wrap("opening", path, err)
	}
	if kind != 0 && h.kind != kind {
		return nil, fmt.Errorf("opening %s: %w: %d, %d expected; check the segment names of its writer and of this reader",
			path, ErrKind, h.kind, kind)
	}
	mem, err := unix.Mmap(fd, 0, h.size(), unix.PROT_READ, unix.MAP_SHARED|unix.MAP_POPULATE)
	if err != nil {
		return nil, wrap("mapping", path, err)
	}
	return &segment{region: region{geometry: h.geometry, mem: mem}, header: h, fd: -1, id: idOfStat(&st)}, nil
}

func openError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return wrap("opening", path, ErrNoSegment)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("opening %s: %w; join the group that may read it: sudo usermod -aG %s $USER, then log in again",
			path, err, DefaultGroup)
	case errors.Is(err, unix.ELOOP):
		return fmt.Errorf("opening %s: %w: it is a symbolic link; remove it", path, ErrForeign)
	case errors.Is(err, unix.ENXIO): // a socket
		return fmt.Errorf("opening %s: %w: it is not a regular file; remove it", path, ErrForeign)
	}
	return wrap("opening", path, err)
}

// trust refuses a file that somebody else could have put there or could change.
func trust(st *unix.Stat_t, trusted []int) error {
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return fmt.Errorf("%w: it is not a regular file; remove it", ErrForeign)
	}
	if st.Mode&0o022 != 0 {
		return fmt.Errorf("%w: group or others may write it (mode %04o); remove it and restart its writer", ErrForeign, st.Mode&0o7777)
	}
	for _, id := range trusted {
		if int(st.Uid) == id {
			return nil
		}
	}
	return fmt.Errorf("%w: it belongs to user %d, trusted are root, %s and yourself; remove it or run its writer as one of them",
		ErrForeign, st.Uid, DefaultUser)
}
