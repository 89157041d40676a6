//go:build amd64 || arm64 || riscv64 || loong64

package shm

import (
	"fmt"
	"math"
)

// Magic is the first eight bytes of a segment.
const Magic = "LANESHM\n"

// Version is the layout's version. A reader refuses every other.
const Version = 1

// Offsets in the header page, in bytes.
const (
	HeaderBytes = 4096

	offMagic   = 0
	offVersion = 8
	offHeader  = 12
	offKind    = 16
	offSlots   = 20
	offStride  = 24
	offPayload = 32
	offEpoch   = 40
	offPid     = 48
	offCreated = 56
	// The words that change live on a cache line of their own, away from the line before it too, which the hardware
	// prefetches in pairs.
	offHead   = 128
	offWake   = 136
	offClosed = 140
)

// Offsets in a slot, in bytes.
const (
	SlotHeaderBytes = 64

	offSeq     = 0
	offLength  = 8
	offPublish = 16
)

// MinSlots is the fewest slots of a segment: one being written, one being read, and two between them.
const MinSlots = 4

const (
	maxSlots   = 1 << 16
	maxPayload = 1 << 32
)

// geometry is the shape of a segment.
type geometry struct {
	slots   int
	stride  int
	payload int
}

// newGeometry lays out slots of payload bytes each, every one beginning on a cache line.
func newGeometry(slots, payload int) (geometry, error) {
	if slots < MinSlots || slots > maxSlots {
		return geometry{}, fmt.Errorf("%d slots: %d to %d allowed", slots, MinSlots, maxSlots)
	}
	if payload < 1 || payload > maxPayload {
		return geometry{}, fmt.Errorf("a payload of %d bytes: 1 to %d allowed", payload, maxPayload)
	}
	return geometry{slots: slots, stride: SlotHeaderBytes + (payload+63)&^63, payload: payload}, nil
}

func (g geometry) size() int         { return HeaderBytes + g.slots*g.stride }
func (g geometry) slot(n uint64) int { return HeaderBytes + int(n%uint64(g.slots))*g.stride }
func (g geometry) fits() bool {
	return g.slots >= MinSlots && g.slots <= maxSlots && g.payload >= 1 && g.payload <= maxPayload &&
		g.stride >= SlotHeaderBytes+g.payload && g.stride%64 == 0 && g.stride <= math.MaxInt64/maxSlots/2
}

// Field is one entry of the layout, for documentation and for clients in other languages.
type Field struct {
	Offset int
	Type   string
	Name   string
	Doc    string
}

// HeaderFields lists the header page.
func HeaderFields() []Field {
	return []Field{
		{offMagic, "8 bytes", "magic", `"LANESHM" and a line feed`},
		{offVersion, "u32", "version", fmt.Sprintf("%d; a reader refuses every other", Version)},
		{offHeader, "u32", "header_bytes", fmt.Sprintf("%d, where slot 0 begins", HeaderBytes)},
		{offKind, "u32", "kind", "what the records are: 1 frame, 2 detection, 3 command"},
		{offSlots, "u32", "slots", fmt.Sprintf("number of slots N, at least %d", MinSlots)},
		{offStride, "u64", "stride", "bytes from one slot to the next, a multiple of 64"},
		{offPayload, "u64", "payload_bytes", "payload capacity of a slot"},
		{offEpoch, "u64", "epoch", "random, never 0: tells this segment from the one before it"},
		{offPid, "u32", "owner_pid", "process id of the owner, in its own pid namespace"},
		{offCreated, "i64", "created_ns", "creation time, ns since 1970"},
		{offHead, "u64", "head", "number of the newest published record, 0 before the first"},
		{offWake, "u32", "wake", "futex word: one more with each record and with the closing"},
		{offClosed, "u32", "closed", "1 once no record will follow"},
	}
}

// SlotFields lists a slot, by offset from its beginning.
func SlotFields() []Field {
	return []Field{
		{offSeq, "u64", "seq", "2n−1 while record n is being written, 2n when it is whole, 0 before the first"},
		{offLength, "u64", "length", "bytes of payload in use"},
		{offPublish, "i64", "publish_ns", "CLOCK_MONOTONIC just before the record was published"},
		{SlotHeaderBytes, "bytes", "payload", "payload_bytes of room"},
	}
}
