package bench

import (
	"fmt"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// control is what the processes of a cell tell each other. It is written between records, never on the way of one.
type control struct {
	writerReady  atomic.Uint32 // 1 once the transports can be connected to
	readersReady atomic.Uint32 // number of those that can take a record
	port         atomic.Uint32 // TCP port of the ZeroMQ socket
	unpinned     atomic.Uint32 // processes that could not be bound to a CPU
	rotations    atomic.Int64  // number of rotations in all; 0 while it is open
	sums         [messages]uint64
	_            [64]byte
	taken        [maxReaders]takenCount
}

// takenCount is how many records a reader has taken, on cache lines of its own.
type takenCount struct {
	n atomic.Int64
	_ [120]byte
}

// track is where one process keeps the samples of one transport.
type track struct {
	count *int64
	ns    []int64
}

func (t track) add(ns int64) {
	if n := *t.count; n < int64(len(t.ns)) {
		t.ns[n] = ns
		*t.count = n + 1
	}
}

func (t track) samples() []int64 { return t.ns[:*t.count] }

// arena is the memory that the processes of a cell share with the one that started them: control, then the samples.
// A sample is stored in place, so that measuring allocates nothing and makes no call.
type arena struct {
	mem     []byte
	room    int // samples of a track
	control *control
}

const controlBytes = 4096

func arenaBytes(room int) int {
	return controlBytes + (maxReaders+1)*len(transports())*(room+1)*8
}

func mapArena(fd, room int) (*arena, error) {
	mem, err := mapShared(fd, arenaBytes(room), unix.PROT_READ|unix.PROT_WRITE)
	if err != nil {
		return nil, err
	}
	return &arena{mem: mem, room: room, control: (*control)(unsafe.Pointer(unsafe.SliceData(mem)))}, nil
}

// track is the track of a process, 0 for the writer and i+1 for reader i.
func (a *arena) track(process int, t Transport) track {
	index := 0
	for i, v := range transports() {
		if v == t {
			index = process*len(transports()) + i
		}
	}
	words := unsafe.Slice((*int64)(unsafe.Pointer(&a.mem[controlBytes+index*(a.room+1)*8])), a.room+1)
	return track{count: &words[0], ns: words[1:]}
}

func (a *arena) close() { _ = unix.Munmap(a.mem) }

// sharedFile makes a file of shared memory that has no name, so nothing is left of it however the processes end.
func sharedFile(dir string, size int) (fd int, err error) {
	fd, err = unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return -1, fmt.Errorf("making an unnamed file in %s: %w", dir, err)
	}
	if err := unix.Fallocate(fd, 0, 0, int64(size)); err != nil {
		unix.Close(fd)
		return -1, fmt.Errorf("allocating %d bytes in %s: %w", size, dir, err)
	}
	return fd, nil
}

func mapShared(fd, size, prot int) ([]byte, error) {
	mem, err := unix.Mmap(fd, 0, size, prot, unix.MAP_SHARED|unix.MAP_POPULATE)
	if err != nil {
		return nil, fmt.Errorf("mapping %d bytes of shared memory: %w", size, err)
	}
	return mem, nil
}
