package mcap

import (
	"encoding/binary"
	"maps"
	"slices"
)

// magic is at either end of a file.
const magic = "\x89MCAP0\r\n"

// opcode is the kind of a record.
type opcode byte

const (
	opHeader        opcode = 0x01
	opFooter        opcode = 0x02
	opSchema        opcode = 0x03
	opChannel       opcode = 0x04
	opMessage       opcode = 0x05
	opChunk         opcode = 0x06
	opMessageIndex  opcode = 0x07
	opChunkIndex    opcode = 0x08
	opStatistics    opcode = 0x0b
	opSummaryOffset opcode = 0x0e
	opDataEnd       opcode = 0x0f
)

// buffer is bytes as the format has its values: little-endian, lengths before what they are the length of.
type buffer []byte

func (b *buffer) u16(v uint16) { *b = binary.LittleEndian.AppendUint16(*b, v) }
func (b *buffer) u32(v uint32) { *b = binary.LittleEndian.AppendUint32(*b, v) }
func (b *buffer) u64(v uint64) { *b = binary.LittleEndian.AppendUint64(*b, v) }

func (b *buffer) text(s string) {
	b.u32(uint32(len(s)))
	*b = append(*b, s...)
}

// counts is a map from channels to numbers, in the order of the channels.
func (b *buffer) counts(m map[uint16]uint64) {
	const entry = 2 + 8
	b.u32(uint32(len(m) * entry))
	for _, id := range slices.Sorted(maps.Keys(m)) {
		b.u16(id)
		b.u64(m[id])
	}
}

// record appends one whose content is what fill appends.
func (b *buffer) record(op opcode, fill func()) {
	*b = append(*b, byte(op))
	b.u64(0)
	start := len(*b)
	fill()
	binary.LittleEndian.PutUint64((*b)[start-8:], uint64(len(*b)-start))
}
