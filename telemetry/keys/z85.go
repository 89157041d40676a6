package keys

import (
	"errors"
	"fmt"
	"strings"
)

// alphabet is that of Z85 (ZeroMQ RFC 32).
const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"

const (
	keyBytes = 32
	keyChars = 40
	base     = uint64(len(alphabet))
)

var errKey = errors.New("no key: 40 characters of Z85 expected, as lanectl keys show and lane-viewer tell them")

// encode is a key as text.
func encode(key []byte) string {
	out := make([]byte, 0, keyChars)
	for ; len(key) >= 4; key = key[4:] {
		v := uint64(key[0])<<24 | uint64(key[1])<<16 | uint64(key[2])<<8 | uint64(key[3])
		var five [5]byte
		for i := range five {
			five[4-i] = alphabet[v%base]
			v /= base
		}
		out = append(out, five[:]...)
	}
	return string(out)
}

// decode is the key that a text means. A secret one is never part of the error.
func decode(text string) ([]byte, error) {
	if len(text) != keyChars {
		return nil, fmt.Errorf("%d characters are %w", len(text), errKey)
	}
	out := make([]byte, 0, keyBytes)
	for ; len(text) > 0; text = text[5:] {
		var v uint64
		for _, c := range []byte(text[:5]) {
			d := strings.IndexByte(alphabet, c)
			if d < 0 {
				return nil, fmt.Errorf("a character that is not of Z85: %w", errKey)
			}
			v = v*base + uint64(d)
		}
		if v > 1<<32-1 {
			return nil, fmt.Errorf("five characters that mean nothing: %w", errKey)
		}
		out = append(out, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
	}
	return out, nil
}
