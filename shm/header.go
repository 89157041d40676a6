//go:build amd64 || arm64 || riscv64 || loong64

package shm

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"
)

// header is the part of the header page that never changes.
type header struct {
	geometry
	kind    uint32
	epoch   uint64
	pid     uint32
	created time.Time
}

func (h header) put(b []byte) {
	le := binary.LittleEndian
	copy(b[offMagic:], Magic)
	le.PutUint32(b[offVersion:], Version)
	le.PutUint32(b[offHeader:], HeaderBytes)
	le.PutUint32(b[offKind:], h.kind)
	le.PutUint32(b[offSlots:], uint32(h.slots))
	le.PutUint64(b[offStride:], uint64(h.stride))
	le.PutUint64(b[offPayload:], uint64(h.payload))
	le.PutUint64(b[offEpoch:], h.epoch)
	le.PutUint32(b[offPid:], h.pid)
	le.PutUint64(b[offCreated:], uint64(h.created.UnixNano()))
}

// parseHeader reads a header page of a file of the given size.
func parseHeader(b []byte, size int64) (header, error) {
	le := binary.LittleEndian
	if !bytes.HasPrefix(b, []byte(Magic)) {
		return header{}, fmt.Errorf("%w: it was not written by lanekeeper; remove it", ErrForeign)
	}
	if len(b) < HeaderBytes {
		return header{}, fmt.Errorf("%w: %d bytes long where its header alone has %d; restart its writer", ErrTruncated, len(b), HeaderBytes)
	}
	if v := le.Uint32(b[offVersion:]); v != Version {
		return header{}, fmt.Errorf("%w: its layout is version %d, this program's is %d; restart the older of the two after the upgrade",
			ErrVersion, v, Version)
	}
	h := header{
		geometry: geometry{
			slots:  int(le.Uint32(b[offSlots:])),
			stride: int(min(le.Uint64(b[offStride:]), 1<<62)), payload: int(min(le.Uint64(b[offPayload:]), 1<<62)),
		},
		kind:    le.Uint32(b[offKind:]),
		epoch:   le.Uint64(b[offEpoch:]),
		pid:     le.Uint32(b[offPid:]),
		created: time.Unix(0, int64(le.Uint64(b[offCreated:]))),
	}
	if le.Uint32(b[offHeader:]) != HeaderBytes || !h.fits() {
		return header{}, fmt.Errorf("%w: its header makes no sense (%d slots of %d bytes); remove it and restart its writer",
			ErrForeign, h.slots, h.stride)
	}
	if want := int64(h.size()); want != size {
		return header{}, fmt.Errorf("%w: %d bytes long where its header says %d; restart its writer", ErrTruncated, size, want)
	}
	return h, nil
}
