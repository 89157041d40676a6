package sim

import (
	"encoding/binary"

	"lanekeeper/msg"
)

// put adds noise to a row and writes it in a pixel format. A pixel of three bytes is stored as four, the next one then
// overwrites the fourth; only the last is stored byte by byte.
func put(dst []byte, row, noise []pixel, f msg.PixelFormat) {
	noise = noise[:len(row)]
	last := len(row) - 1
	switch f {
	case msg.RGB24:
		for i, v := range row[:last] {
			binary.LittleEndian.PutUint32(dst[3*i:], v+noise[i])
		}
		v := row[last] + noise[last]
		dst[3*last], dst[3*last+1], dst[3*last+2] = byte(v), byte(v>>8), byte(v>>16)
	case msg.BGR24:
		for i, v := range row[:last] {
			v += noise[i]
			binary.LittleEndian.PutUint32(dst[3*i:], v>>16|v&0xff00|v<<16&0xff0000)
		}
		v := row[last] + noise[last]
		dst[3*last], dst[3*last+1], dst[3*last+2] = byte(v>>16), byte(v>>8), byte(v)
	case msg.Gray8:
		dst = dst[:len(row)]
		for i, v := range row {
			v += noise[i]
			dst[i] = byte((77*(v&0xff) + 150*(v>>8&0xff) + 29*(v>>16) + 128) >> 8) // BT.601
		}
	}
}
