// Package onnxtest writes small ONNX files, so that tests need none that was trained.
package onnxtest

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Net is a network of one node: a convolution of 1×1, by which each class of a pixel is a weighted sum of its channels.
// Zero fields are left out of the file.
type Net struct {
	Input, Output string
	Width, Height int64 // of the input and the output; 0 leaves them open
	Channels      int64 // of the input
	Operator      string
	Domain        string
	Weights       [][]float32 // for each class, one for each channel
	Bias          []float32   // for each class
	Type          int         // of the elements of input and output
	Elsewhere     bool        // the weights are said to lie in another file
}

// Brightness is a network whose class 1 is a logit of 8 for white and −8 for black, and whose class 0 is always 0.
func Brightness(w, h int64) Net {
	return Net{
		Input: "images", Output: "ll", Width: w, Height: h, Channels: 3, Operator: "Conv", Type: 1,
		Weights: [][]float32{{0, 0, 0}, {16. / 3, 16. / 3, 16. / 3}}, Bias: []float32{0, -8},
	}
}

// File is the network's file.
func (n Net) File() []byte {
	var node []byte
	for _, name := range []string{n.Input, "weights", "bias"} {
		node = text(node, 1, name)
	}
	node = text(node, 2, n.Output)
	node = text(node, 3, "only")
	node = text(node, 4, n.Operator)
	node = message(node, 5, number(number(text(nil, 1, "kernel_shape"), 8, 1), 8, 1), 7)
	if n.Domain != "" {
		node = text(node, 7, n.Domain)
	}
	var flat []float32
	for _, w := range n.Weights {
		flat = append(flat, w...)
	}
	classes := int64(len(n.Weights))
	graph := message(nil, 1, node, 0)
	graph = text(graph, 2, "test")
	graph = message(graph, 5, n.tensor("weights", flat, classes, n.Channels, 1, 1), 0)
	graph = message(graph, 5, n.tensor("bias", n.Bias, int64(len(n.Bias))), 0)
	graph = message(graph, 11, n.value(n.Input, n.Channels), 0)
	graph = message(graph, 12, n.value(n.Output, classes), 0)
	file := number(nil, 1, 7)
	file = text(file, 2, "onnxtest")
	file = message(file, 7, graph, 0)
	return message(file, 8, number(nil, 2, 13), 0)
}

func (n Net) tensor(name string, values []float32, dims ...int64) []byte {
	var t, raw []byte
	for _, d := range dims {
		t = number(t, 1, uint64(d))
	}
	t = number(t, 2, 1)
	t = text(t, 8, name)
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	if n.Elsewhere {
		return number(t, 14, 1)
	}
	return message(t, 9, raw, 0)
}

func (n Net) value(name string, channels int64) []byte {
	var shape []byte
	for _, d := range []int64{1, channels, n.Height, n.Width} {
		var dim []byte
		if d != 0 {
			dim = number(nil, 1, uint64(d))
		} else {
			dim = text(nil, 2, "open")
		}
		shape = message(shape, 1, dim, 0)
	}
	tensor := message(number(nil, 1, uint64(n.Type)), 2, shape, 0)
	return message(text(nil, 1, name), 2, message(nil, 1, tensor, 0), 0)
}

func number(b []byte, num protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, num, protowire.VarintType), v)
}

func text(b []byte, num protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, num, protowire.BytesType), s)
}

// message appends one, of an attribute with the type that its field 20 says.
func message(b []byte, num protowire.Number, m []byte, attribute uint64) []byte {
	if attribute != 0 {
		m = number(m, 20, attribute)
	}
	return protowire.AppendBytes(protowire.AppendTag(b, num, protowire.BytesType), m)
}
