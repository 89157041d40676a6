package onnx

import "fmt"

// tensor is what is checked of a TensorProto: the weights of a node.
type tensor struct {
	name     string
	dims     []int64
	typ      int
	raw      []byte // nil: the numbers are in fields of their own
	external bool
}

func readTensor(message []byte) (t tensor, err error) {
	err = fields(message, func(f field) (err error) {
		switch f.num {
		case 1:
			t.dims, err = f.numbers(t.dims)
		case 2:
			t.typ = int(f.number)
		case 8:
			t.name = string(f.bytes)
		case 9:
			t.raw = f.bytes
		case 13:
			t.external = true
		case 14:
			t.external = t.external || f.number != 0
		}
		return err
	})
	return t, err
}

// check says what is wrong with the weights: a reader takes their number from the dimensions.
func (t *tensor) check() error {
	if t.external {
		return fmt.Errorf("the weights %q lie in another file: export it with the weights inside", t.name)
	}
	width, ok := elementBytes(t.typ)
	if !ok {
		return fmt.Errorf("the weights %q are of type %d, which is not supported", t.name, t.typ)
	}
	n := int64(1)
	for _, d := range t.dims {
		if d < 0 || d > maxElements || n*d > maxElements {
			return fmt.Errorf("the weights %q are of the size %v: %w", t.name, t.dims, errCut)
		}
		n *= d
	}
	if t.raw != nil && int64(len(t.raw)) != n*width {
		return fmt.Errorf("the weights %q of the size %v have %d bytes: %w", t.name, t.dims, len(t.raw), errCut)
	}
	return nil
}

// maxElements is the most numbers that one tensor may hold.
const maxElements = 1 << 28

// elementBytes are the sizes of the types that OpenCV reads: float, uint8, int8, int32, int64, bool, float16, double.
func elementBytes(typ int) (int64, bool) {
	switch typ {
	case 2, 3, 9:
		return 1, true
	case 10:
		return 2, true
	case Float, 6:
		return 4, true
	case 7, 11:
		return 8, true
	}
	return 0, false
}
