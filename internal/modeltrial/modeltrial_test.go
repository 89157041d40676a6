package modeltrial

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"lanekeeper/detect"
	"lanekeeper/detect/onnx/onnxtest"
)

func TestMain(m *testing.M) {
	if Called(os.Args) {
		os.Exit(Serve(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

func trial(file []byte) *detect.Trial {
	m := detect.DefaultModel()
	m.File = "lanes.onnx"
	return &detect.Trial{Model: m, GPU: -1, Data: file}
}

func TestRun(t *testing.T) {
	net := onnxtest.Brightness(64, 64)
	flat, unknown, misfit := net, net, net
	flat.Weights = [][]float32{{0, 0, 0}, {0, 0, 0}}
	unknown.Operator = "Frobnicate"
	misfit.Operator = "Reshape"
	for name, k := range map[string]struct {
		file []byte
		want string
	}{
		"good":    {net.File(), ""},
		"flat":    {flat.File(), "trying the network lanes.onnx: its output is the same everywhere"},
		"cut":     {net.File()[:100], "lanes.onnx: an ONNX file that is cut short"},
		"unknown": {unknown.File(), "trying the network lanes.onnx: OpenCV gives up on it: OpenCV("},
		"misfit":  {misfit.File(), "trying the network lanes.onnx: OpenCV gives up on it: "},
	} {
		err := Run(t.Context(), trial(k.file))
		if (err == nil) != (k.want == "") || err != nil && !strings.HasPrefix(err.Error(), k.want) {
			t.Errorf("%s: %v, want %q", name, err, k.want)
		}
		if errors.Is(err, detect.ErrNotTried) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than a line: %v", name, err)
		}
	}
}

func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Run(ctx, trial(onnxtest.Brightness(64, 64).File())); !errors.Is(err, detect.ErrNotTried) || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestDamaged holds that a damaged network does not end this process, wherever the damage is.
func TestDamaged(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 1))
	good := onnxtest.Brightness(64, 64).File()
	for range 12 {
		file := append([]byte(nil), good...)
		file[rnd.IntN(len(file))] ^= 1 << rnd.IntN(8)
		if err := Run(t.Context(), trial(file)); errors.Is(err, detect.ErrNotTried) {
			t.Error(err)
		}
	}
}

func TestServeRefusesOthers(t *testing.T) {
	var out strings.Builder
	if code := Serve(strings.NewReader("hello"), &out); code != 1 || !strings.Contains(out.String(), "for lanekeeper's own use") {
		t.Errorf("code %d: %s", code, out.String())
	}
}
