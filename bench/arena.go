package bench

import (
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
	taken        [readingBare + 1][maxReaders]takenCount
}

// takenCount is how many records there were when a reader had taken its last, on cache lines of its own.
type takenCount struct {
	n atomic.Int64
	_ [120]byte
}

// arena is the memory that all processes share: control, then the samples. A sample is stored in place, so that
// measuring allocates nothing and makes no call.
type arena struct {
	mem     []byte
	control *control
}

const (
	controlBytes = 4096

	// room is how many samples a process keeps of a transport in one visit, the first ones.
	room       = 1 << 13
	trackBytes = (room + 1) * 8
	arenaBytes = controlBytes + (1+2*maxReaders)*4*trackBytes
)

func mapArena(fd int) (*arena, error) {
	mem, err := mapShared(fd, arenaBytes, unix.PROT_READ|unix.PROT_WRITE)
	if err != nil {
		return nil, err
	}
	return &arena{mem: mem, control: (*control)(unsafe.Pointer(unsafe.SliceData(mem)))}, nil
}

// clear prepares for a visit.
func (a *arena) clear() { clear(a.mem) }

// track is where a member keeps the samples of a transport.
func (a *arena) track(m member, t Transport) track {
	process := 0
	if m.Role != writing {
		process = 1 + int(m.Role-reading)*maxReaders + m.Index
	}
	index := process * len(transports())
	for i, v := range transports() {
		if v == t {
			index += i
		}
	}
	words := unsafe.Slice((*int64)(unsafe.Pointer(&a.mem[controlBytes+index*trackBytes])), room+1)
	return track{count: &words[0], ns: words[1:]}
}

func (a *arena) close() { _ = unix.Munmap(a.mem) }
