package shm

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/user"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// segmentMode lets the group read and nobody but the owner write.
const segmentMode = 0o640

// DefaultGroup is the group whose members may read segments, where it exists and the writer is a member of it.
const DefaultGroup = "lanekeeper"

// segment is a mapped segment file.
type segment struct {
	region
	header header
	fd     int // -1 once mapped by a reader
	id     fileID
}

// build makes a new segment under p.build. Its pages are allocated before they are mapped: a sparse file would die of
// SIGBUS when memory ends, where fallocate(2) says ENOSPC in time.
func build(p paths, h header, group string) (_ *segment, err error) {
	if err := unix.Unlink(p.build); err != nil && err != unix.ENOENT {
		return nil, advise("removing", p.build, err)
	}
	fd, err := unix.Open(p.build, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, advise("creating", p.build, err)
	}
	s := &segment{header: h, fd: fd}
	defer func() {
		if err != nil {
			s.unmap()
			_ = unix.Unlink(p.build)
		}
	}()
	if err := fallocate(fd, int64(h.size())); err != nil {
		return nil, advise(fmt.Sprintf("allocating %d bytes for", h.size()), p.build, err)
	}
	mem, err := unix.Mmap(fd, 0, h.size(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_POPULATE)
	if err != nil {
		return nil, advise("mapping", p.build, err)
	}
	s.region = region{geometry: h.geometry, mem: mem}
	h.put(mem)
	if gid, ok := memberOf(group); ok {
		// A root without CAP_CHOWN, as in a user namespace, goes on without the group.
		if err := unix.Fchown(fd, -1, gid); err != nil && err != unix.EPERM && err != unix.EINVAL {
			return nil, advise("giving to group "+group, p.build, err)
		}
	}
	// After fchown, and by fchmod, since the process's umask may be anything.
	if err := unix.Fchmod(fd, segmentMode); err != nil {
		return nil, advise("setting the mode of", p.build, err)
	}
	s.id, err = idOfFd(fd)
	return s, err
}

// fallocate goes in steps: on kernels before 6.2 a signal undoes all of a call on tmpfs, and one that comes again and again, such
// as a profiler's, would let a large one never end.
func fallocate(fd int, size int64) error {
	const step = 4 << 20
	for at := int64(0); at < size; {
		switch err := unix.Fallocate(fd, 0, at, min(step, size-at)); err {
		case nil:
			at += step
		case unix.EINTR:
		default:
			return err
		}
	}
	return nil
}

func (s *segment) unmap() {
	if s.mem != nil {
		_ = unix.Munmap(s.mem)
		s.mem = nil
	}
	if s.fd >= 0 {
		unix.Close(s.fd)
		s.fd = -1
	}
}

// shut tells every reader that no record will follow.
func (s *segment) shut() error { return shut(s.mem) }

func shut(mem []byte) (err error) {
	if mem == nil {
		return nil // let go already
	}
	defer guard(mem, debug.SetPanicOnFault(true), &err)
	g := region{mem: mem}
	atomic.StoreUint32(g.u32(offClosed), 1) // pairs with the load in closed
	g.raise()
	futexWakeAll(g.u32(offWake))
	return nil
}

func isSegment(mem []byte) (yes bool) {
	var fault error
	defer func() { yes = yes && fault == nil }()
	defer guard(mem, debug.SetPanicOnFault(true), &fault)
	return string(mem[:len(Magic)]) == Magic && binary.LittleEndian.Uint32(mem[offVersion:]) == Version
}

// whole tells whether the file still has its full length and the beginning that we gave it.
func (s *segment) whole() (yes bool) {
	var st unix.Stat_t
	if unix.Fstat(s.fd, &st) != nil || st.Size != int64(s.header.size()) || !isSegment(s.mem) {
		return false
	}
	var err error
	defer func() { yes = yes && err == nil }()
	defer guard(s.mem, debug.SetPanicOnFault(true), &err)
	return binary.LittleEndian.Uint64(s.mem[offEpoch:]) == s.header.epoch
}

// newHeader describes a segment of this process, with an epoch of its own.
func newHeader(kind uint32, g geometry) header {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return header{geometry: g, kind: kind, epoch: binary.LittleEndian.Uint64(b[:]) | 1, pid: uint32(os.Getpid()), created: time.Now()}
}

// memberOf is the id of a group that exists and that this process may give files to.
func memberOf(group string) (gid int, ok bool) {
	g, err := user.LookupGroup(group)
	if err != nil {
		return 0, false
	}
	if gid, err = strconv.Atoi(g.Gid); err != nil {
		return 0, false
	}
	if os.Geteuid() == 0 || os.Getegid() == gid {
		return gid, true
	}
	groups, err := os.Getgroups()
	if err != nil {
		return 0, false
	}
	for _, g := range groups {
		if g == gid {
			return gid, true
		}
	}
	return 0, false
}

// rename gives a built segment its name.
func rename(p paths) error {
	if err := unix.Rename(p.build, p.segment); err != nil {
		_ = unix.Unlink(p.build)
		if errors.Is(err, unix.EISDIR) {
			return fmt.Errorf("naming %s: %w; a directory has that name, remove it", p.segment, err)
		}
		return advise("naming", p.segment, err)
	}
	return nil
}
