//go:build amd64 || arm64 || riscv64 || loong64

package shm

import (
	"encoding/binary"
	"runtime/debug"
	"sync/atomic"
	"unsafe"
)

// region is the memory of a segment: a mapping, or in a test a slice of the heap. The functions below are the protocol;
// everything else in this package decides when to call them.
//
// Go's atomics are sequentially consistent: on arm64 a Load is LDAR and a Store is STLR. LDAR keeps later accesses from
// rising above it and STLR keeps earlier ones from sinking below it, but neither stops the other direction, and a
// sequence lock needs just that direction twice. A store-release followed by a load-acquire in program order is ordered
// (Arm Architecture Reference Manual, B2.3.11 "Load-Acquire, Load-AcquirePC, and Store-Release": the pair is what gives
// sequential consistency), so the pair of both, one after the other, is a full fence. A read-modify-write would not do: with
// LDAXR/STLXR later stores may pass between its halves.
type region struct {
	geometry
	mem []byte
}

func (g region) u64(off int) *uint64 { return (*uint64)(unsafe.Pointer(&g.mem[off])) }
func (g region) u32(off int) *uint32 { return (*uint32)(unsafe.Pointer(&g.mem[off])) }

// beginWrite marks the slot of record n as being written. Nothing of the payload may be stored before it returns.
//
//go:noinline
func (g region) beginWrite(n uint64) {
	seq := g.u64(g.slot(n) + offSeq)
	atomic.StoreUint64(seq, 2*n-1) // pairs with the closing load in endRead: a reader that saw a byte of n sees this
	atomic.LoadUint64(seq)         // keeps the payload's stores from rising above the odd number
}

// stamp notes the record's length and time in its slot.
func (g region) stamp(n uint64, length int, publishNs int64) {
	s := g.slot(n)
	binary.LittleEndian.PutUint64(g.mem[s+offLength:], uint64(length))
	binary.LittleEndian.PutUint64(g.mem[s+offPublish:], uint64(publishNs))
}

// endWrite declares record n whole.
func (g region) endWrite(n uint64) {
	atomic.StoreUint64(g.u64(g.slot(n)+offSeq), 2*n) // pairs with the opening load in beginRead
}

// publish makes record n the newest.
func (g region) publish(n uint64) {
	atomic.StoreUint64(g.u64(offHead), n) // pairs with the load in head
}

// raise changes the futex word, so that no reader goes to sleep on what it knew before.
func (g region) raise() {
	atomic.AddUint32(g.u32(offWake), 1) // pairs with the load in wake
}

func (g region) head() uint64 { return atomic.LoadUint64(g.u64(offHead)) }
func (g region) wake() uint32 { return atomic.LoadUint32(g.u32(offWake)) }
func (g region) closed() bool { return atomic.LoadUint32(g.u32(offClosed)) != 0 }

// beginRead tells whether record n is whole in its slot.
func (g region) beginRead(n uint64) bool {
	return atomic.LoadUint64(g.u64(g.slot(n)+offSeq)) == 2*n // pairs with the store in endWrite
}

// payload is record n in place. Its length may be torn, so it is held within the slot.
func (g region) payloadOf(n uint64) (payload []byte, publishNs int64) {
	s := g.slot(n)
	length := binary.LittleEndian.Uint64(g.mem[s+offLength:])
	publishNs = int64(binary.LittleEndian.Uint64(g.mem[s+offPublish:]))
	length = min(length, uint64(g.geometry.payload))
	from := s + SlotHeaderBytes
	return g.mem[from : from+int(length) : from+int(length)], publishNs
}

// fence is a word of the reader's own, on its own cache lines, for endRead to store to.
type fence struct {
	_    [128]byte
	word uint64
	_    [120]byte
}

// endRead tells whether record n was whole until now. It holds for everything loaded from the slot before the call.
//
//go:noinline
func (g region) endRead(n uint64, f *fence) bool {
	atomic.StoreUint64(&f.word, n)                           // keeps the payload's loads from sinking below it
	return atomic.LoadUint64(g.u64(g.slot(n)+offSeq)) == 2*n // pairs with the odd store in beginWrite
}

// newest is the number and the time of the newest record, zeros when there is none or the writer is faster than we look.
func (g region) newest() (n uint64, publishNs int64, err error) {
	defer guard(g.mem, debug.SetPanicOnFault(true), &err)
	n = g.head()
	if n == 0 || !g.beginRead(n) {
		return n, 0, nil
	}
	_, publishNs = g.payloadOf(n)
	if !g.endRead(n, new(fence)) {
		publishNs = 0
	}
	return n, publishNs, nil
}
