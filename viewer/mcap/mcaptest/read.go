// Package mcaptest reads MCAP files as their specification has them, and holds them to it. It shares nothing with what writes them.
package mcaptest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
)

const magic = "\x89MCAP0\r\n"

// File is what was found in one.
type File struct {
	Whole    bool              // it has its index and its end; otherwise it was cut off
	Schemas  map[string]string // names, by topic
	Messages []Message         // in the file's order
}

// Message is one on a channel.
type Message struct {
	Topic                string
	Sequence             uint32
	LogTime, PublishTime uint64 // ns
	Data                 []byte
}

// reader is what is known so far.
type reader struct {
	file     *File
	schemas  map[uint16]string
	channels map[uint16]string
	chunks   map[uint64]chunk // by offset
}

// chunk is where messages are: by channel, the offsets in its records.
type chunk struct {
	length   uint64
	messages map[uint16][]uint64
	indexes  map[uint16]uint64 // offsets of the message indexes in the file
}

// errCut says that the data end within a record, as they do when the writer was killed.
var errCut = errors.New("cut off")

// next takes a record apart.
func next(data []byte) (op byte, content, rest []byte, err error) {
	const head = 9
	if len(data) < head {
		return 0, nil, nil, errCut
	}
	n := binary.LittleEndian.Uint64(data[1:])
	if n > uint64(len(data)-head) {
		return 0, nil, nil, errCut
	}
	return data[0], data[head : head+n], data[head+n:], nil
}

// Read reads a file, and says where it is not as it should be. One that is cut off is read as far as it goes.
func Read(data []byte) (*File, error) {
	if !bytes.HasPrefix(data, []byte(magic)) {
		return nil, errors.New("no magic at the beginning")
	}
	r := &reader{
		file: &File{Schemas: map[string]string{}}, schemas: map[uint16]string{}, channels: map[uint16]string{}, chunks: map[uint64]chunk{},
	}
	rest := data[len(magic):]
	var last uint64 // offset of the newest chunk
	for first := true; ; first = false {
		offset := uint64(len(data) - len(rest))
		op, content, after, err := next(rest)
		if errors.Is(err, errCut) && !first {
			return r.file, nil
		}
		if err != nil {
			return nil, err
		}
		if first != (op == 0x01) {
			return nil, fmt.Errorf("record %#x at %d", op, offset)
		}
		switch op {
		case 0x06:
			last = offset
			if err := r.chunk(offset, content); err != nil {
				return nil, fmt.Errorf("chunk at %d: %w", offset, err)
			}
		case 0x07:
			if err := r.messageIndex(last, offset, content); err != nil {
				return nil, fmt.Errorf("message index at %d: %w", offset, err)
			}
		case 0x0f:
			r.file.Whole = true
			return r.file, r.summary(data, uint64(len(data)-len(after)))
		}
		rest = after
	}
}

func (r *reader) chunk(offset uint64, content []byte) error {
	f := fields{content}
	start, end, size, sum, compression := f.u64(), f.u64(), f.u64(), f.u32(), f.text()
	records := f.take(int(f.u64()))
	if compression != "" || uint64(len(records)) != size || len(f.rest) != 0 {
		return fmt.Errorf("compression %q, %d bytes of %d, %d more", compression, len(records), size, len(f.rest))
	}
	if got := crc32.ChecksumIEEE(records); got != sum {
		return fmt.Errorf("checksum %x, %x expected", got, sum)
	}
	c := chunk{length: uint64(len(content)) + 9, messages: map[uint16][]uint64{}, indexes: map[uint16]uint64{}}
	for rest := records; len(rest) > 0; {
		at := uint64(len(records) - len(rest))
		op, content, after, err := next(rest)
		if err != nil {
			return err
		}
		rest = after
		f := fields{content}
		switch op {
		case 0x03, 0x04:
			if err := r.declare(op, &f); err != nil {
				return err
			}
		case 0x05:
			id := f.u16()
			m := Message{Topic: r.channels[id], Sequence: f.u32(), LogTime: f.u64(), PublishTime: f.u64(), Data: f.rest}
			if m.Topic == "" || m.LogTime < start || m.LogTime > end {
				return fmt.Errorf("message of channel %d, %d of %d…%d", id, m.LogTime, start, end)
			}
			c.messages[id] = append(c.messages[id], at)
			r.file.Messages = append(r.file.Messages, m)
		default:
			return fmt.Errorf("record %#x", op)
		}
	}
	r.chunks[offset] = c
	return nil
}

// declare reads a schema or a channel. One that is there already must be the same.
func (r *reader) declare(op byte, f *fields) error {
	id := f.u16()
	if op == 0x03 {
		name, encoding := f.text(), f.text()
		if old, ok := r.schemas[id]; id == 0 || ok && old != name || encoding != "jsonschema" || len(f.text()) == 0 {
			return fmt.Errorf("schema %d: %s %s", id, name, encoding)
		}
		r.schemas[id] = name
		return nil
	}
	schema, topic, encoding := f.u16(), f.text(), f.text()
	if old, ok := r.channels[id]; ok && old != topic || r.schemas[schema] == "" || encoding != "json" || f.u32() != 0 {
		return fmt.Errorf("channel %d: schema %d, %s %s", id, schema, topic, encoding)
	}
	r.channels[id], r.file.Schemas[topic] = topic, r.schemas[schema]
	return nil
}

func (r *reader) messageIndex(chunkAt, offset uint64, content []byte) error {
	f := fields{content}
	id := f.u16()
	entries := fields{f.take(int(f.u32()))}
	var offsets []uint64
	for len(entries.rest) > 0 {
		entries.u64()
		offsets = append(offsets, entries.u64())
	}
	c := r.chunks[chunkAt]
	if !slices.Equal(offsets, c.messages[id]) || len(offsets) == 0 {
		return fmt.Errorf("channel %d: %d messages, %d in the chunk", id, len(offsets), len(c.messages[id]))
	}
	c.indexes[id] = offset
	return nil
}

// summary holds what follows the data, from an offset on, to what was found before.
func (r *reader) summary(data []byte, start uint64) error {
	const footer = 9 + 8 + 8 + 4
	if !bytes.HasSuffix(data, []byte(magic)) || uint64(len(data)) < start+footer+uint64(len(magic)) {
		return errors.New("no magic at the end")
	}
	end := len(data) - len(magic) - footer
	f := fields{data[end+9:]}
	if from, offsets, sum := f.u64(), f.u64(), f.u32(); data[end] != 0x02 || from != start || offsets < start || offsets > uint64(end) ||
		sum != crc32.ChecksumIEEE(data[start:end+footer-4]) {
		return fmt.Errorf("footer: summary at %d, which is at %d; offsets at %d, checksum %x", from, start, offsets, sum)
	}
	chunks, messages := 0, uint64(0)
	groups := map[byte][2]uint64{}
	for rest := data[start:end]; len(rest) > 0; {
		offset := uint64(end - len(rest))
		op, content, after, err := next(rest)
		if err != nil {
			return err
		}
		rest = after
		if g, ok := groups[op]; !ok {
			groups[op] = [2]uint64{offset, uint64(len(content) + 9)}
		} else {
			groups[op] = [2]uint64{g[0], offset + uint64(len(content)+9) - g[0]}
		}
		f := fields{content}
		switch op {
		case 0x03, 0x04:
			err = r.declare(op, &f)
		case 0x08:
			chunks++
			err = r.chunkIndex(&f)
		case 0x0b:
			messages = f.u64()
		case 0x0e:
			of := f.take(1)[0]
			if g := groups[of]; g != [2]uint64{f.u64(), f.u64()} {
				err = fmt.Errorf("offset of %#x, which is at %v", of, g)
			}
		default:
			err = fmt.Errorf("record %#x", op)
		}
		if err != nil {
			return fmt.Errorf("summary at %d: %w", offset, err)
		}
	}
	if chunks != len(r.chunks) || messages != uint64(len(r.file.Messages)) {
		return fmt.Errorf("summary of %d chunks and %d messages, %d and %d are there", chunks, messages, len(r.chunks), len(r.file.Messages))
	}
	return nil
}

func (r *reader) chunkIndex(f *fields) error {
	f.u64()
	f.u64()
	offset, length := f.u64(), f.u64()
	c, ok := r.chunks[offset]
	if !ok || length != c.length {
		return fmt.Errorf("chunk of %d bytes at %d: %v", length, offset, ok)
	}
	for entries := (fields{f.take(int(f.u32()))}); len(entries.rest) > 0; {
		if id := entries.u16(); c.indexes[id] != entries.u64() || c.indexes[id] == 0 {
			return fmt.Errorf("chunk at %d: index of channel %d", offset, id)
		}
	}
	return nil
}

// fields takes values off the front. What is too short reads as zero: the checks that follow fail.
type fields struct{ rest []byte }

func (f *fields) take(n int) []byte {
	if n < 0 || n > len(f.rest) {
		f.rest = nil
		return make([]byte, 8)
	}
	b := f.rest[:n]
	f.rest = f.rest[n:]
	return b
}

func (f *fields) u16() uint16  { return binary.LittleEndian.Uint16(f.take(2)) }
func (f *fields) u32() uint32  { return binary.LittleEndian.Uint32(f.take(4)) }
func (f *fields) u64() uint64  { return binary.LittleEndian.Uint64(f.take(8)) }
func (f *fields) text() string { return string(f.take(int(f.u32()))) }
