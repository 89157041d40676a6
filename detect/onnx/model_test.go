package onnx_test

import (
	"bytes"
	"strings"
	"testing"

	"lanekeeper/detect/onnx"
	"lanekeeper/detect/onnx/onnxtest"
)

func TestRead(t *testing.T) {
	m, err := onnx.Read(onnxtest.Brightness(320, 0).File())
	if err != nil {
		t.Fatal(err)
	}
	if m.Producer != "onnxtest" || m.Nodes != 1 || len(m.Inputs) != 1 || len(m.Outputs) != 1 {
		t.Fatalf("%+v", m)
	}
	if in, out := m.Inputs[0].String(), m.Outputs[0].String(); in != `"images" float 1×3×?×320` || out != `"ll" float 1×2×?×320` {
		t.Errorf("%s → %s", in, out)
	}
}

// TestCut cuts a file at every place.
func TestCut(t *testing.T) {
	file := onnxtest.Brightness(320, 192).File()
	last := bytes.LastIndexByte(file, 0x42) // the tag of opset_import, which may be missing
	for n := range file[:last] {
		if _, err := onnx.Read(file[:n]); err == nil {
			t.Errorf("cut at %d of %d bytes: read", n, len(file))
		}
	}
}

func TestReadRefuses(t *testing.T) {
	good := onnxtest.Brightness(320, 192)
	spoilt := func(edit func(*onnxtest.Net)) []byte {
		n := good
		edit(&n)
		return n.File()
	}
	for name, k := range map[string]struct {
		file []byte
		want string
	}{
		"empty":     {nil, "an empty file"},
		"page":      {[]byte("\n<!DOCTYPE html><html>"), "a web page, not an ONNX file"},
		"pointer":   {[]byte("version https://git-lfs.github.com/spec/v1\noid"), "a pointer of Git LFS"},
		"zip":       {[]byte("PK\x03\x04rest"), "a zip archive or a PyTorch file"},
		"gzip":      {[]byte("\x1f\x8b\x08rest"), "compressed"},
		"keras":     {[]byte("\x89HDF\r\n"), "a Keras or HDF5 file"},
		"lite":      {[]byte("\x1c\x00\x00\x00TFL3"), "a TensorFlow Lite file"},
		"text":      {[]byte("lanes"), "not an ONNX file"},
		"zeros":     {make([]byte, 100), "not an ONNX file"},
		"operator":  {spoilt(func(n *onnxtest.Net) { n.Operator = "" }), "node 1 has no operator"},
		"domain":    {spoilt(func(n *onnxtest.Net) { n.Domain = "com.microsoft" }), "the operator Conv of com.microsoft"},
		"elsewhere": {spoilt(func(n *onnxtest.Net) { n.Elsewhere = true }), `the weights "weights" lie in another file`},
		"weights":   {spoilt(func(n *onnxtest.Net) { n.Channels = 4 }), `the weights "weights" of the size [2 4 1 1] have 24 bytes`},
		"huge":      {spoilt(func(n *onnxtest.Net) { n.Channels = 1 << 40 }), "cut short or damaged"},
	} {
		if _, err := onnx.Read(k.file); err == nil || !strings.Contains(err.Error(), k.want) {
			t.Errorf("%s: %v, want %q", name, err, k.want)
		}
	}
}

// FuzzRead holds that no bytes make the reader fail otherwise than by an error, or say what cannot be.
func FuzzRead(f *testing.F) {
	f.Add(onnxtest.Brightness(320, 192).File())
	f.Add(onnxtest.Brightness(0, 0).File()[:200])
	f.Add([]byte("<html>"))
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := onnx.Read(file)
		if err != nil {
			return
		}
		if m.Nodes < 1 {
			t.Errorf("%+v", m)
		}
		for _, v := range append(m.Inputs, m.Outputs...) {
			for _, d := range v.Shape {
				if d < 0 {
					t.Errorf("%v", v)
				}
			}
		}
	})
}
