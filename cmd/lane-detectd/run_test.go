package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanekeeper/daemon"
	"lanekeeper/detect/onnx/onnxtest"
	"lanekeeper/internal/modeltrial"
)

func TestMain(m *testing.M) {
	if modeltrial.Called(os.Args) {
		os.Exit(modeltrial.Serve(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// TestNetwork holds that a network that works is taken, and that one which does not is a matter of the configuration: exit
// code 78, with which systemd does not start the daemon again.
func TestNetwork(t *testing.T) {
	good := onnxtest.Brightness(64, 64)
	unknown := good
	unknown.Operator = "Frobnicate"
	for name, k := range map[string]struct {
		method string
		file   []byte
		gpu    int
		want   string
	}{
		"good":      {"dl", good.File(), -1, ""},
		"page":      {"dl", []byte("<html>"), -1, "a web page, not an ONNX file"},
		"unknown":   {"dl", unknown.File(), -1, "OpenCV gives up on it"},
		"no such":   {"dl", nil, -1, "put an ONNX file there"},
		"beside":    {"cv+dl", good.File(), -1, ""},
		"none such": {"cv+dl", nil, -1, "put an ONNX file there"},
		"no device": {"dl", good.File(), 15, "gpu: 15: there "},
	} {
		cfg := defaults()
		cfg.Method, cfg.GPU, cfg.Model.File = k.method, k.gpu, filepath.Join(t.TempDir(), "lanes.onnx")
		if k.file != nil {
			if err := os.WriteFile(cfg.Model.File, k.file, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		d, err := newDetector(t.Context(), &cfg, nil)
		if k.want == "" {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), k.want) || daemon.ExitCode(err) != daemon.ExitConfig {
			t.Errorf("%s: code %d, %v, want %s", name, daemon.ExitCode(err), err, k.want)
		}
	}
}

// TestNetworkIsNotLoadedToCheck: --check-config is about keys.
func TestNetworkIsNotLoadedToCheck(t *testing.T) {
	for set, want := range map[string]string{
		"model.file=/nonexistent.onnx": "", "model.backend=cuda": "model: target: cpu, which the backend cuda has not",
	} {
		err := program().Exec(t.Context(), []string{"--config", "", "--check-config", "--method", "dl", "--set", set}, os.Stdout, os.Stderr)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", set, err, want)
		}
	}
}
