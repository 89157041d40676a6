package mcap

import (
	"hash/crc32"
)

// summary is all that follows the chunks: the end of the data, copies of what was declared, the index, the footer.
func (w *Writer) summary() []byte {
	var b buffer
	b.record(opDataEnd, func() { b.u32(0) }) // no checksum: chunks have theirs
	skipped := len(b)
	start := uint64(w.size) + uint64(skipped)
	type group struct {
		op            opcode
		start, length uint64
	}
	var groups []group
	add := func(op opcode, fill func()) {
		from := uint64(w.size) + uint64(len(b))
		fill()
		if length := uint64(w.size) + uint64(len(b)) - from; length > 0 {
			groups = append(groups, group{op, from, length})
		}
	}
	add(opSchema, func() {
		for i := range w.channels {
			w.schema(&b, uint16(i+1))
		}
	})
	add(opChannel, func() {
		for i := range w.channels {
			w.channel(&b, uint16(i+1))
		}
	})
	add(opStatistics, func() { w.statistics(&b) })
	add(opChunkIndex, func() {
		for i := range w.chunks {
			w.chunks[i].append(&b)
		}
	})
	offsets := uint64(w.size) + uint64(len(b))
	for _, g := range groups {
		b.record(opSummaryOffset, func() {
			b = append(b, byte(g.op))
			b.u64(g.start)
			b.u64(g.length)
		})
	}
	// The checksum covers the footer's own length, so that is not filled in afterwards.
	const footerSize = 8 + 8 + 4
	b = append(b, byte(opFooter))
	b.u64(footerSize)
	b.u64(start)
	b.u64(offsets)
	b.u32(crc32.ChecksumIEEE(b[skipped:]))
	return append(b, magic...)
}

func (w *Writer) statistics(b *buffer) {
	counts := map[uint16]uint64{}
	var all, start, end uint64
	for i := range w.chunks {
		c := &w.chunks[i]
		for id, n := range c.messages {
			counts[id] += n
			all += n
		}
		if i == 0 || c.start < start {
			start = c.start
		}
		end = max(end, c.end)
	}
	b.record(opStatistics, func() {
		b.u64(all)
		b.u16(uint16(len(w.channels)))
		b.u32(uint32(len(w.channels)))
		b.u32(0) // attachments
		b.u32(0) // metadata
		b.u32(uint32(len(w.chunks)))
		b.u64(start)
		b.u64(end)
		b.counts(counts)
	})
}

func (c *chunkIndex) append(b *buffer) {
	b.record(opChunkIndex, func() {
		b.u64(c.start)
		b.u64(c.end)
		b.u64(c.offset)
		b.u64(c.length)
		b.counts(c.messageIndexes)
		b.u64(c.messageIndexesLength)
		b.text("")
		b.u64(c.recordsSize)
		b.u64(c.recordsSize)
	})
}
