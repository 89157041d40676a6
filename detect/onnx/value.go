package onnx

import (
	"fmt"
	"strings"
)

// maxRank is the most dimensions that a tensor may have.
const maxRank = 16

// Float is the element type of 32-bit floating point numbers, ONNX's TensorProto.FLOAT.
const Float = 1

// Value is an input or an output of the graph.
type Value struct {
	Name  string
	Type  int     // of an element
	Shape []int64 // 0 is a dimension that the file leaves open
}

// String is the value as people read it: images float 1×3×192×320, with ? for what is open.
func (v Value) String() string {
	var dims []string
	for _, d := range v.Shape {
		if d == 0 {
			dims = append(dims, "?")
		} else {
			dims = append(dims, fmt.Sprint(d))
		}
	}
	typ := fmt.Sprintf("of type %d", v.Type)
	if v.Type == Float {
		typ = "float"
	}
	return fmt.Sprintf("%q %s %s", v.Name, typ, strings.Join(dims, "×"))
}

// readValue reads a ValueInfoProto.
func readValue(message []byte) (v Value, err error) {
	err = fields(message, func(f field) error {
		switch f.num {
		case 1:
			v.Name = string(f.bytes)
		case 2:
			return fields(f.bytes, v.readType)
		}
		return nil
	})
	return v, err
}

// readType reads a TypeProto, of which only the tensor counts.
func (v *Value) readType(f field) error {
	if f.num != 1 {
		return nil
	}
	return fields(f.bytes, func(f field) error {
		switch f.num {
		case 1:
			v.Type = int(f.number)
		case 2:
			return fields(f.bytes, v.readDimension)
		}
		return nil
	})
}

func (v *Value) readDimension(f field) error {
	if f.num != 1 {
		return nil
	}
	size := int64(0)
	if err := fields(f.bytes, func(f field) error {
		if f.num == 1 {
			size = max(int64(f.number), 0) // some exporters write an open one as −1
		}
		return nil
	}); err != nil {
		return err
	}
	if len(v.Shape) >= maxRank {
		return errCut
	}
	v.Shape = append(v.Shape, size)
	return nil
}
