package bench

import (
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// bareMapping is memory laid out like a segment's: a page with one line that tells of the newest record, then the slots.
type bareMapping struct {
	mem    []byte
	line   *bareLine
	length int // of a payload
}

// bareLine is one cache line.
type bareLine struct {
	n       atomic.Uint32 // number of the newest record, and futex word
	_       uint32
	stampNs int64 // of the newest record; stored before n
}

const bareHeaderBytes = 4096

func bareStride(payload int) int { return 64 + (payload+63)&^63 }
func bareBytes(payload int) int  { return bareHeaderBytes + segmentSlots*bareStride(payload) }

func mapBare(fd, payload, prot int) (*bareMapping, error) {
	mem, err := mapShared(fd, bareBytes(payload), prot)
	if err != nil {
		return nil, err
	}
	return &bareMapping{mem: mem, line: (*bareLine)(unsafe.Pointer(&mem[128])), length: payload}, nil
}

func (b *bareMapping) payload(n uint32) []byte {
	from := bareHeaderBytes + int(n%segmentSlots)*bareStride(b.length) + 64
	return b.mem[from : from+b.length]
}

func (b *bareMapping) close() { _ = unix.Munmap(b.mem) }

// Operations of futex(2). The calls below bypass the runtime's scheduler, which a program must not do with a call that sleeps;
// these processes run one goroutine, and the limit is to hold nothing but the kernel's part.
const (
	futexWait = 0
	futexWake = 1
)

// wake wakes all waiters.
func (l *bareLine) wake() {
	const everyone = 1<<31 - 1
	_, _, _ = unix.RawSyscall(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&l.n)), futexWake, everyone)
}

// sleep returns when the newest record is not n any more, or for a signal.
func (l *bareLine) sleep(n uint32) {
	_, _, _ = unix.RawSyscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&l.n)), futexWait, uintptr(n), 0, 0, 0)
}
