package detect

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanekeeper/detect/onnx/onnxtest"
)

func TestModelValidate(t *testing.T) {
	good := DefaultModel()
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for want, edit := range map[string]func(*Model){
		`channels: "hsv": one of [rgb bgr] expected`:              func(m *Model) { m.Channels = "hsv" },
		`values: "": one of [logits probabilities] expected`:      func(m *Model) { m.Values = "" },
		`input_width: -1, 0 to 4096 expected`:                     func(m *Model) { m.InputWidth, m.InputHeight = -1, 5 },
		`max_age: 3s, 0s to 2s expected`:                          func(m *Model) { m.MaxAge = 3 * time.Second },
		`lane_class: 256, 0 to 255 expected`:                      func(m *Model) { m.LaneClass = 256 },
		`mean, std: [0 0 0] and [255 0 255], 0 to 255`:            func(m *Model) { m.Std[1] = 0 },
		`input_width, input_height: both or neither expected`:     func(m *Model) { m.InputWidth = 320 },
		`sha256: "abc": 64 hexadecimal digits expected`:           func(m *Model) { m.SHA256 = "abc" },
		`file: empty, the path of an ONNX file expected`:          func(m *Model) { m.File = "" },
		`target: cuda, which the backend opencv has not`:          func(m *Model) { m.Target = "cuda" },
		`target: cpu, which the backend cuda has not: a target c`: func(m *Model) { m.Backend = "cuda" },
	} {
		m := good
		edit(&m)
		if err := m.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestModelRefused holds that a network that cannot be used is refused before OpenCV sees it or by the self-test, and that
// the reason says how to go on.
func TestModelRefused(t *testing.T) {
	net := onnxtest.Brightness(320, 192)
	with := func(edit func(*onnxtest.Net)) []byte {
		n := net
		edit(&n)
		return n.File()
	}
	nan := float32(math.NaN())
	for name, k := range map[string]struct {
		file []byte
		edit func(*Model)
		want string
	}{
		"page":        {[]byte("<html>"), nil, "lanes.onnx: a web page, not an ONNX file"},
		"cut":         {net.File()[:300], nil, "lanes.onnx: an ONNX file that is cut short"},
		"missing":     {nil, func(m *Model) { m.File += "x" }, "put an ONNX file there, or name another with model.file; docs/models.md"},
		"folder":      {nil, func(m *Model) { m.File = filepath.Dir(m.File) }, "is not a file: the path of an ONNX file expected"},
		"device":      {nil, func(m *Model) { m.File = "/dev/zero" }, "is not a file"},
		"checksum":    {net.File(), func(m *Model) { m.SHA256 = strings.Repeat("0", 64) }, "but model.sha256 says 0000"},
		"output":      {net.File(), func(m *Model) { m.Output = "seg" }, `it has no output "seg": set model.output to one of ["ll"]`},
		"class":       {net.File(), func(m *Model) { m.LaneClass = 2 }, "of 2 channels, which have no model.lane_class 2"},
		"width":       {net.File(), func(m *Model) { m.InputWidth, m.InputHeight = 512, 192 }, "width is 320 px, but model.input_width is 512: 0 takes"},
		"open":        {with(func(n *onnxtest.Net) { n.Width = 0 }), nil, "width is open: set model.input_width"},
		"small":       {with(func(n *onnxtest.Net) { n.Width = 3 }), nil, "width is 3 px, 16 to 4096 expected"},
		"channels":    {with(func(n *onnxtest.Net) { n.Channels, n.Weights = 1, [][]float32{{0}, {1}} }), nil, `its input is "images" float 1×1×192×320, float 1×3×`},
		"halves":      {with(func(n *onnxtest.Net) { n.Type = 10 }), nil, `its input is "images" of type 10 1×3×192×320`},
		"constant":    {with(func(n *onnxtest.Net) { n.Weights = [][]float32{{1, 1, 1}, {1, 1, 1}} }), nil, "its output is the same everywhere"},
		"not numbers": {with(func(n *onnxtest.Net) { n.Bias = []float32{0, nan} }), nil, `its output "ll" is NaN at (0, 0)`},
		"openvino":    {net.File(), func(m *Model) { m.Backend = "openvino" }, "cannot compute by openvino on cpu"},
	} {
		m := modelOf(t, k.file)
		if k.edit != nil {
			k.edit(&m)
		}
		_, err := New("dl", Options{Params: DefaultParams(), Model: m, GPU: -1})
		if err == nil || !strings.Contains(err.Error(), k.want) {
			t.Errorf("%s: %v\nwant %s", name, err, k.want)
		}
	}
}

func TestModelTooLarge(t *testing.T) {
	m := modelOf(t, nil)
	if err := os.Truncate(m.File, maxModelBytes+1); err != nil { // takes no room on disk
		t.Fatal(err)
	}
	if _, err := readBounded(m.File); err == nil || !strings.Contains(err.Error(), "is larger than 256 MiB") {
		t.Errorf("%v", err)
	}
}

func TestGPURefused(t *testing.T) {
	if targetAvailable(5, 6) {
		t.Skip("this OpenCV has CUDA")
	}
	m := modelOf(t, onnxtest.Brightness(64, 64).File())
	for gpu, k := range map[int]struct{ backend, target, want string }{
		0:  {"opencv", "cpu", "gpu: 0: there is no CUDA device, or OpenCV is built without CUDA, as Debian's is; -1 computes on the CPU"},
		-1: {"cuda", "cuda_fp16", "model.target: cuda_fp16: gpu is -1, none: give the number of a device"},
	} {
		m.Backend, m.Target = k.backend, k.target
		if _, err := NewDL(Options{Params: DefaultParams(), Model: m, GPU: gpu}); err == nil || !strings.Contains(err.Error(), k.want) {
			t.Errorf("%v, want %s", err, k.want)
		}
	}
}

// TestChecksumBeside honours what sha256sum wrote.
func TestChecksumBeside(t *testing.T) {
	file := onnxtest.Brightness(64, 64).File()
	m := modelOf(t, file)
	for text, want := range map[string]string{
		fmt.Sprintf("%x  lanes.onnx\n", sha256.Sum256(file)):         "",
		fmt.Sprintf("%X\n", sha256.Sum256(file)):                     "",
		fmt.Sprintf("%x  lanes.onnx\n", sha256.Sum256([]byte("no"))): "fetch it anew",
		"": "holds no checksum: sha256sum lanes.onnx >lanes.onnx.sha256",
	} {
		if err := os.WriteFile(m.File+".sha256", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := readModel(&m); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// TestTrialFirst holds that what the trial says decides, and that it sees the bytes that are loaded.
func TestTrialFirst(t *testing.T) {
	file := onnxtest.Brightness(64, 64).File()
	m := modelOf(t, file)
	refusal := errors.New("refused")
	var seen *Trial
	o := Options{Params: DefaultParams(), Model: m, GPU: -1, Trial: func(t *Trial) error { seen = t; return refusal }}
	if _, err := New("dl", o); !errors.Is(err, refusal) {
		t.Errorf("%v", err)
	}
	if string(seen.Data) != string(file) || seen.Model != m || seen.GPU != -1 {
		t.Errorf("%+v", seen)
	}
	if err := seen.Run(); err != nil {
		t.Error(err)
	}
}

// TestRead holds how each kind of output becomes one logit.
func TestNetworkRead(t *testing.T) {
	for name, k := range map[string]struct {
		values  string
		classes int
		lane    int
		out     []float32
		want    float32
	}{
		"two classes":        {"logits", 2, 1, []float32{1, 4}, 3},
		"the other is lane":  {"logits", 2, 0, []float32{1, 4}, -3},
		"one class":          {"logits", 1, 0, []float32{-2}, -2},
		"the likeliest else": {"logits", 4, 2, []float32{1, 5, 4, -9}, -1},
		"probability":        {"probabilities", 1, 0, []float32{0.5}, 0},
		"of two":             {"probabilities", 2, 1, []float32{0.1, 0.9}, 2.1972},
		"certain":            {"probabilities", 1, 0, []float32{1}, 16},
	} {
		n := network{model: Model{Values: k.values, LaneClass: k.lane}, classes: k.classes, w: 1, h: 1, logits: make([]float32, 1)}
		n.read(k.out)
		if d := n.logits[0] - k.want; d < -0.3 || d > 0.3 || k.want != 16 && (d < -1e-3 || d > 1e-3) {
			t.Errorf("%s: %v, want %v", name, n.logits[0], k.want)
		}
	}
}

// TestInput holds the order of channels and the scale of what the network is fed.
func TestNetworkInput(t *testing.T) {
	for order, want := range map[string][3]float32{"rgb": {0.5, 1, 1.5}, "bgr": {2.5, 1, 0.5}} {
		m := modelOf(t, onnxtest.Brightness(16, 16).File())
		m.Channels, m.Mean, m.Std = order, [3]float64{10, 20, 30}, [3]float64{20, 30, 40}
		d := newDL(t, DefaultParams(), m)
		for i := range d.net.sampler.planes {
			d.net.sampler.planes[i] = []byte{20, 50, 90}[i/256]
		}
		if order == "bgr" {
			d.net.sampler.planes[0], d.net.sampler.planes[512] = 50, 60
		}
		if err := d.net.run(); err != nil {
			t.Fatal(err)
		}
		if got := [3]float32{d.net.fed[0], d.net.fed[256], d.net.fed[512]}; got != want {
			t.Errorf("%s: fed %v, want %v", order, got, want)
		}
	}
}
