package detect

import "encoding/binary"

// Eight pixels fit into a word. Where each is at most 127, the spare bit on top of it takes up the borrow of a subtraction
// and so tells which of two pixels is the larger, for all eight at once (Lamport, Multiple byte processing with full-word
// instructions, Communications of the ACM 18, 1975). Planes that are compared in this way hold halves.

const (
	perWord = 8
	tops    = 0x8080808080808080 // the spare bits
	lowBits = 0x7f7f7f7f7f7f7f7f
	eighths = 0x1f1f1f1f1f1f1f1f
	ones    = 0x0101010101010101
)

func load(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

func store(b []byte, v uint64) { binary.LittleEndian.PutUint64(b, v) }

// less is a − b in each pixel, nothing below 0.
func less(a, b uint64) uint64 {
	d := (a | tops) - b
	m := d & tops
	return d & (m - m>>7)
}

// larger is the larger of each two pixels, smaller the other.
func larger(a, b uint64) (larger, smaller uint64) {
	m := ((a | tops) - b) & tops
	x := (a ^ b) & (m - m>>7)
	return b ^ x, a ^ x
}

// mean is the mean of each two pixels, rounded down, of up to 255 each.
func mean(a, b uint64) uint64 { return a&b + (a^b)>>1&lowBits }
