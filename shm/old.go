package shm

import "golang.org/x/sys/unix"

// oldSegment is what had the name before: opened before the rename, closed for its readers after it.
type oldSegment struct {
	fd  int
	err error // why it could not be opened
}

func openOld(path string) oldSegment {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOFOLLOW|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return oldSegment{fd: -1, err: err} // none, or not ours to write: the rename will tell
	}
	return oldSegment{fd: fd}
}

// shut tells the readers of the old segment that no record will follow. Whatever is not a segment stays untouched.
func (o oldSegment) shut() {
	var st unix.Stat_t
	if o.fd < 0 || unix.Fstat(o.fd, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFREG || st.Size < HeaderBytes {
		return
	}
	mem, err := unix.Mmap(o.fd, 0, HeaderBytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return
	}
	if isSegment(mem) {
		_ = shut(mem) // cut short meanwhile: no reader is left
	}
	_ = unix.Munmap(mem)
}

func (o oldSegment) close() {
	if o.fd >= 0 {
		unix.Close(o.fd)
	}
}

// cleanable tells whether what has the name is, or was to become, a segment: one of ours by its beginning, or cut short before it.
func (o oldSegment) cleanable() bool {
	if o.fd < 0 {
		return o.err == unix.ENOENT
	}
	var st unix.Stat_t
	if unix.Fstat(o.fd, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFREG {
		return false
	}
	magic := make([]byte, len(Magic))
	n, err := unix.Pread(o.fd, magic, 0)
	return err == nil && string(magic[:n]) == Magic[:n]
}
