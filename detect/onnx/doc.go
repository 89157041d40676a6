// Package onnx reads of an ONNX file what tells whether it is a network, whole, and of the shape wanted: its inputs, outputs
// and operators. It runs nothing, and allocates in proportion to the number of nodes, whatever the file claims.
//
// The format is protocol buffers, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; the field numbers here are from there.
package onnx
