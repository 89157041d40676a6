package onnx

import (
	"bytes"
	"errors"
	"fmt"
)

// Model is what a file says about its network.
type Model struct {
	Producer string
	Nodes    int
	Inputs   []Value // that are fed, not those that hold weights
	Outputs  []Value
}

// Read reads a file that was read whole. Its errors say what else it seems to be, or what is missing.
func Read(file []byte) (*Model, error) {
	if err := foreign(file); err != nil {
		return nil, err
	}
	var m Model
	var version uint64
	var graph []byte
	err := fields(file, func(f field) error {
		switch f.num {
		case 1:
			version = f.number
		case 2:
			m.Producer = string(f.bytes)
		case 7:
			graph = f.bytes
		}
		return nil
	})
	switch {
	case err != nil && version == 0:
		return nil, errors.New("not an ONNX file")
	case err != nil:
		return nil, fmt.Errorf("an ONNX file that is %w", err)
	case version == 0 || version > 1000 || graph == nil:
		return nil, errors.New("not an ONNX file: it holds no network")
	}
	g := graphReader{known: map[string]bool{"": true}}
	if err := g.read(graph); err != nil {
		return nil, fmt.Errorf("an ONNX file whose network is unusable: %w", err)
	}
	m.Nodes, m.Inputs, m.Outputs = g.nodes, g.inputs, g.outputs
	return &m, nil
}

// foreign recognises what often lies where a network should.
func foreign(file []byte) error {
	start := bytes.ToLower(bytes.TrimSpace(file[:min(len(file), 512)]))
	switch {
	case len(file) == 0:
		return errors.New("an empty file")
	case bytes.HasPrefix(start, []byte("<!doctype")) || bytes.HasPrefix(start, []byte("<html")) || bytes.HasPrefix(start, []byte("<?xml")):
		return errors.New("a web page, not an ONNX file: what was downloaded is the page about it")
	case bytes.HasPrefix(start, []byte("version https://git-lfs")):
		return errors.New("a pointer of Git LFS, not an ONNX file: git lfs pull brings the file itself")
	case bytes.HasPrefix(file, []byte("PK\x03\x04")):
		return errors.New("a zip archive or a PyTorch file, not an ONNX file: unpack it, or export it to ONNX")
	case bytes.HasPrefix(file, []byte("\x1f\x8b")):
		return errors.New("compressed, not an ONNX file: unpack it")
	case bytes.HasPrefix(file, []byte("\x89HDF")):
		return errors.New("a Keras or HDF5 file, not an ONNX file: export it to ONNX")
	case len(file) >= 8 && string(file[4:8]) == "TFL3":
		return errors.New("a TensorFlow Lite file, not an ONNX file: export it to ONNX")
	}
	return nil
}
