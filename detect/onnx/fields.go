package onnx

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

// errCut is a message whose bytes end before it does, or are none.
var errCut = errors.New("cut short or damaged")

// field is one field of a message: a number, or bytes.
type field struct {
	num    protowire.Number
	number uint64 // of a varint
	bytes  []byte // of a message, text or packed numbers; aliases the file
}

// fields calls fn for each field of a message. Fields of fixed width, which nothing here asks for, are skipped.
func fields(message []byte, fn func(f field) error) error {
	for len(message) > 0 {
		num, typ, n := protowire.ConsumeTag(message)
		if n < 0 {
			return errCut
		}
		message = message[n:]
		f := field{num: num}
		switch typ {
		case protowire.VarintType:
			f.number, n = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(message)
		case protowire.Fixed32Type, protowire.Fixed64Type:
			n = protowire.ConsumeFieldValue(num, typ, message)
		default: // groups are not used by ONNX
			return errCut
		}
		if n < 0 {
			return errCut
		}
		message = message[n:]
		if typ == protowire.VarintType || typ == protowire.BytesType {
			if err := fn(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// numbers appends a repeated number, which may be packed or not.
func (f *field) numbers(to []int64) ([]int64, error) {
	if f.bytes == nil {
		return append(to, int64(f.number)), nil
	}
	for b := f.bytes; len(b) > 0; {
		v, n := protowire.ConsumeVarint(b)
		if n < 0 || len(to) >= maxRank {
			return nil, errCut
		}
		to, b = append(to, int64(v)), b[n:]
	}
	return to, nil
}
