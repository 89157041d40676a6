package bench

import (
	"encoding/binary"
	"math/rand/v2"
)

// messageHeader is the room before a message's payload, which begins on a cache line. Its last eight bytes are the stamp, which goes
// with the payload through a socket.
const messageHeader = 64

// wireHeader is the part of it that a socket carries.
const wireHeader = 8

// messages is how many different ones there are. It has no factor in common with the number of slots, so that a slot never
// gets what it already holds.
const messages = 3

// message is a record to be sent, or room for one.
type message []byte

func newMessage(payload int) message { return make(message, messageHeader+payload) }

func (m message) payload() []byte { return m[messageHeader:] }
func (m message) wire() []byte    { return m[messageHeader-wireHeader:] }

func (m message) stamp(ns int64) {
	binary.LittleEndian.PutUint64(m[messageHeader-wireHeader:], uint64(ns))
}

func stampOf(wire []byte) int64 { return int64(binary.LittleEndian.Uint64(wire)) }

// newMessages makes the messages that a writer sends in turn.
func newMessages(payload int) (all [messages]message) {
	for i := range all {
		all[i] = newMessage(payload)
		r := rand.New(rand.NewPCG(uint64(i), 1))
		for b := all[i].payload(); len(b) > 0; b = b[1:] {
			b[0] = byte(r.Uint32())
		}
	}
	return all
}

// sum adds all bytes up, eight at a time: the reader should wait for memory, not for arithmetic.
func sum(b []byte) uint64 {
	const even = 0x00ff00ff00ff00ff // every second byte, with room for 128 sums of two
	total := uint64(0)
	for len(b) >= 8 {
		n := min(len(b)/8, 128) * 8
		lanes := uint64(0)
		for c := b[:n]; len(c) >= 8; c = c[8:] {
			w := binary.LittleEndian.Uint64(c)
			lanes += w&even + w>>8&even
		}
		total += lanes&0xffff + lanes>>16&0xffff + lanes>>32&0xffff + lanes>>48
		b = b[n:]
	}
	for _, v := range b {
		total += uint64(v)
	}
	return total
}
