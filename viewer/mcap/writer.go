package mcap

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"slices"
	"syscall"
)

// chunkSize is at what size a chunk is written, in bytes. One that Flush writes may be smaller.
const chunkSize = 1 << 20

// File is what a Writer writes to; an os.File is one.
type File interface {
	io.WriterAt
	Truncate(size int64) error
}

// Channel describes the messages of a topic, which are JSON.
type Channel struct {
	Topic      string
	SchemaName string
	Schema     string // JSON Schema of the messages
}

// Writer writes one file. It is for one goroutine.
type Writer struct {
	file     File
	size     int64
	channels []Channel // the id of each is its index and one
	sequence []uint32  // of each one's messages
	chunk    chunk
	chunks   []chunkIndex
}

// chunk is what has not been written yet.
type chunk struct {
	records    buffer
	start, end uint64 // of its messages' log times
	index      map[uint16][]indexed
	newest     int // channels that were known when it was begun
}

// indexed is where in a chunk a message is.
type indexed struct{ logTime, offset uint64 }

// chunkIndex is where in the file a chunk is, and what is in it.
type chunkIndex struct {
	start, end           uint64
	offset, length       uint64
	messageIndexes       map[uint16]uint64 // offset of each
	messageIndexesLength uint64
	recordsSize          uint64
	messages             map[uint16]uint64 // how many
}

// New begins a file.
func New(f File, library string) (*Writer, error) {
	w := &Writer{file: f}
	b := buffer(magic)
	b.record(opHeader, func() {
		b.text("")
		b.text(library)
	})
	w.begin()
	return w, w.write(b)
}

// Size is how many bytes the file has.
func (w *Writer) Size() int64 { return w.size }

func (w *Writer) begin() {
	w.chunk = chunk{records: w.chunk.records[:0], index: map[uint16][]indexed{}, newest: len(w.channels)}
}

// write appends to the file. What could not be written wholly is taken away again, so that the file stays readable.
func (w *Writer) write(b []byte) error {
	if _, err := w.file.WriteAt(b, w.size); err != nil {
		return errors.Join(err, w.file.Truncate(w.size)) // whatever count it gave: os.File's is too small when the disk is full
	}
	w.size += int64(len(b))
	return nil
}

// Add declares a channel, and gives what Write is to call it by.
func (w *Writer) Add(c Channel) uint16 {
	w.channels, w.sequence = append(w.channels, c), append(w.sequence, 0)
	id := uint16(len(w.channels))
	w.declare(&w.chunk.records, id)
	return id
}

func (w *Writer) declare(b *buffer, id uint16) {
	w.schema(b, id)
	w.channel(b, id)
}

// schema appends the schema of a channel, whose id is the channel's.
func (w *Writer) schema(b *buffer, id uint16) {
	c := &w.channels[id-1]
	b.record(opSchema, func() {
		b.u16(id)
		b.text(c.SchemaName)
		b.text("jsonschema")
		b.text(c.Schema)
	})
}

func (w *Writer) channel(b *buffer, id uint16) {
	b.record(opChannel, func() {
		b.u16(id)
		b.u16(id)
		b.text(w.channels[id-1].Topic)
		b.text("json")
		b.u32(0) // no metadata
	})
}

// Write adds a message. Times are in ns since 1970: when it was recorded, and when it was sent.
func (w *Writer) Write(channel uint16, logTime, publishTime uint64, data []byte) error {
	c := &w.chunk
	if len(c.index) == 0 || logTime < c.start {
		c.start = logTime
	}
	c.end = max(c.end, logTime)
	c.index[channel] = append(c.index[channel], indexed{logTime, uint64(len(c.records))})
	w.sequence[channel-1]++
	c.records.record(opMessage, func() {
		c.records.u16(channel)
		c.records.u32(w.sequence[channel-1])
		c.records.u64(logTime)
		c.records.u64(publishTime)
		c.records = append(c.records, data...)
	})
	if len(c.records) >= chunkSize {
		return w.Flush()
	}
	return nil
}

// Flush writes what was added since the last chunk. What cannot be written is lost: the file is as it was before.
func (w *Writer) Flush() error {
	c := &w.chunk
	if len(c.records) == 0 {
		return nil
	}
	at := chunkIndex{
		start: c.start, end: c.end, offset: uint64(w.size), recordsSize: uint64(len(c.records)),
		messageIndexes: map[uint16]uint64{}, messages: map[uint16]uint64{},
	}
	var b buffer
	b.record(opChunk, func() {
		b.u64(c.start)
		b.u64(c.end)
		b.u64(uint64(len(c.records)))
		b.u32(crc32.ChecksumIEEE(c.records))
		b.text("") // not compressed: nearly all of it is JPEG
		b.u64(uint64(len(c.records)))
		b = append(b, c.records...)
	})
	at.length = uint64(len(b))
	for _, id := range slices.Sorted(maps.Keys(c.index)) {
		at.messageIndexes[id] = at.offset + uint64(len(b))
		at.messages[id] = uint64(len(c.index[id]))
		b.record(opMessageIndex, func() {
			b.u16(id)
			const entry = 8 + 8
			b.u32(uint32(len(c.index[id]) * entry))
			for _, m := range c.index[id] {
				b.u64(m.logTime)
				b.u64(m.offset)
			}
		})
	}
	at.messageIndexesLength = uint64(len(b)) - at.length
	if err := w.write(b); err != nil {
		w.forget()
		return fmt.Errorf("writing a chunk: %w", err)
	}
	w.chunks = append(w.chunks, at)
	w.begin()
	return nil
}

// forget drops the chunk that could not be written. The channels that it declared are declared anew.
func (w *Writer) forget() {
	from := w.chunk.newest
	w.begin()
	w.chunk.newest = from
	for id := from + 1; id <= len(w.channels); id++ {
		w.declare(&w.chunk.records, uint16(id))
	}
}

// sacrifice is how many chunks may be given up to make room for the index.
const sacrifice = 3

// Close writes what is left, and the index. On a disk that is full the last chunk makes room for the index, so that the file is
// whole nevertheless; the error then says what was lost.
func (w *Writer) Close() error {
	lost := w.Flush()
	for range sacrifice {
		err := w.write(w.summary())
		if err == nil {
			return lost
		}
		lost = errors.Join(lost, fmt.Errorf("writing the index: %w", err))
		if len(w.chunks) == 0 || !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EDQUOT) {
			return lost
		}
		last := w.chunks[len(w.chunks)-1]
		if err := w.file.Truncate(int64(last.offset)); err != nil {
			return errors.Join(lost, err)
		}
		w.size, w.chunks = int64(last.offset), w.chunks[:len(w.chunks)-1]
	}
	return lost
}
