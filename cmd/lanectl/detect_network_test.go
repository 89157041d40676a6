package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"lanekeeper/detect/onnx/onnxtest"
	"lanekeeper/internal/modeltrial"
)

func TestMain(m *testing.M) {
	if modeltrial.Called(os.Args) {
		os.Exit(modeltrial.Serve(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// TestDetectNetwork finds lines by a network that --model names, with the section model of --config.
func TestDetectNetwork(t *testing.T) {
	dir := pictures(t)
	net := onnxtest.Brightness(320, 240)
	net.Output = "lines"
	model, config := filepath.Join(dir, "net.onnx"), filepath.Join(dir, "c.yaml")
	write(t, model, net.File())
	write(t, config, []byte("model: {output: lines, file: /nonexistent.onnx}"))
	out, stderr, code := detectLines("--json", "--method", "dl", "--model", model, "--config", config, filepath.Join(dir, "b.png"))
	if code != 0 || len(out) != 1 {
		t.Fatalf("code %d, %d lines, %s", code, len(out), stderr)
	}
	var f foundFrame
	if err := json.Unmarshal([]byte(out[0]), &f); err != nil || f.Left == nil || f.Right == nil {
		t.Errorf("%s, %v", out[0], err)
	}
}
