package detect

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"runtime"
	"slices"
	"time"

	"gocv.io/x/gocv"
)

// Model says which network finds the lines, and how it is fed and read: the section "model" of lane-detectd's
// configuration. docs/models.md is about networks that fit.
//
// The network takes a float tensor 1×3×height×width, each value (v − mean) / std of a channel's 0…255, and gives a float
// tensor 1×channels×height×width, of the same or a smaller size, with a channel for each class that a pixel may be of.
type Model struct {
	File        string     `yaml:"file" doc:"the network, an ONNX file"`
	SHA256      string     `yaml:"sha256" doc:"its checksum as sha256sum writes it; empty = that in FILE.sha256 if there is one, else any"`
	InputWidth  int        `yaml:"input_width" range:"0..4096" unit:"px" doc:"width of the network's input; 0 = as the file says"`
	InputHeight int        `yaml:"input_height" range:"0..4096" unit:"px" doc:"height of the network's input; 0 = as the file says"`
	Channels    string     `yaml:"channels" oneof:"rgb bgr" doc:"order of the input's channels"`
	Mean        [3]float64 `yaml:"mean" range:"0..255" doc:"what is taken off each channel of 0 to 255, in the input's order"`
	Std         [3]float64 `yaml:"std" range:">0..1000" doc:"what each channel is then divided by"`
	Output      string     `yaml:"output" doc:"name of the output with the lines"`
	Values      string     `yaml:"values" oneof:"logits probabilities" doc:"what the output holds, before or after softmax or sigmoid"`
	LaneClass   int        `yaml:"lane_class" range:"0..255" doc:"channel of the output that is for lines, from 0"`
	Backend     string     `yaml:"backend" oneof:"opencv openvino cuda" doc:"what computes it; one that this OpenCV lacks is refused"`
	Target      string     `yaml:"target" oneof:"cpu opencl opencl_fp16 cuda cuda_fp16" doc:"where it is computed; CUDA also needs a gpu"`
	Threads     int        `yaml:"threads" range:"0..256" doc:"threads that compute it on the CPU; 0 = one for each processor but one"`

	MaxAge time.Duration `yaml:"max_age" range:"0s..2s" doc:"method cv+dl: what the network saw longer ago no longer counts"`
}

// DefaultModel is TwinLiteNet, see docs/models.md. The file comes with no package.
func DefaultModel() Model {
	return Model{
		File: "/var/lib/lanekeeper/models/lanes.onnx", Channels: "rgb", Std: [3]float64{255, 255, 255}, Output: "ll",
		Values: "logits", LaneClass: 1, Backend: "opencv", Target: "cpu", MaxAge: 300 * time.Millisecond,
	}
}

// Validate says what cannot be, by the key's name in the configuration. It does not look at the file.
func (m *Model) Validate() error {
	var errs []error
	for _, k := range []struct {
		name, is string
		words    []string
	}{
		{"channels", m.Channels, []string{"rgb", "bgr"}},
		{"values", m.Values, []string{"logits", "probabilities"}},
		{"backend", m.Backend, []string{"opencv", "openvino", "cuda"}},
		{"target", m.Target, []string{"cpu", "opencl", "opencl_fp16", "cuda", "cuda_fp16"}},
	} {
		if !slices.Contains(k.words, k.is) {
			errs = append(errs, fmt.Errorf("%s: %q: one of %v expected", k.name, k.is, k.words))
		}
	}
	for _, k := range []struct {
		name   string
		v, max int
	}{
		{"input_width", m.InputWidth, maxInputSide}, {"input_height", m.InputHeight, maxInputSide},
		{"lane_class", m.LaneClass, maxClasses - 1}, {"threads", m.Threads, 256},
	} {
		if k.v < 0 || k.v > k.max {
			errs = append(errs, fmt.Errorf("%s: %d, 0 to %d expected", k.name, k.v, k.max))
		}
	}
	for i := range m.Mean {
		if !(m.Mean[i] >= 0 && m.Mean[i] <= 255) || !(m.Std[i] > 0 && m.Std[i] <= 1000) {
			errs = append(errs, fmt.Errorf("mean, std: %v and %v, 0 to 255 and over 0 to 1000 expected", m.Mean, m.Std))
			break
		}
	}
	if (m.InputWidth == 0) != (m.InputHeight == 0) {
		errs = append(errs, errors.New("input_width, input_height: both or neither expected"))
	}
	if m.MaxAge < 0 || m.MaxAge > maxMaxAge {
		errs = append(errs, fmt.Errorf("max_age: %v, 0s to %v expected", m.MaxAge, maxMaxAge))
	}
	if m.SHA256 != "" && !regexp.MustCompile(`^[0-9a-fA-F]{64}$`).MatchString(m.SHA256) {
		errs = append(errs, fmt.Errorf("sha256: %q: 64 hexadecimal digits expected", m.SHA256))
	}
	if m.File == "" {
		errs = append(errs, errors.New("file: empty, the path of an ONNX file expected"))
	}
	if (m.Backend == "cuda") != m.onCUDA() {
		errs = append(errs, fmt.Errorf("target: %s, which the backend %s has not: a target cuda goes with the backend cuda", m.Target, m.Backend))
	}
	return errors.Join(errs...)
}

const (
	maxInputSide = 4096
	maxClasses   = 256
	maxMaxAge    = 2 * time.Second
)

func (m *Model) onCUDA() bool { return m.Target == "cuda" || m.Target == "cuda_fp16" }

// place is where to compute, in OpenCV's terms. A GPU that is asked for is used or refused, never left out silently.
func (m *Model) place(gpu int) (gocv.NetBackendType, gocv.NetTargetType, error) {
	wanted := *m
	if gpu >= 0 && !m.onCUDA() {
		wanted.Backend, wanted.Target = "cuda", "cuda"
	}
	backend := map[string]gocv.NetBackendType{
		"opencv": gocv.NetBackendOpenCV, "openvino": gocv.NetBackendOpenVINO, "cuda": gocv.NetBackendCUDA,
	}[wanted.Backend]
	target := map[string]gocv.NetTargetType{
		"cpu": gocv.NetTargetCPU, "opencl": gocv.NetTargetFP32, "opencl_fp16": gocv.NetTargetFP16,
		"cuda": gocv.NetTargetCUDA, "cuda_fp16": gocv.NetTargetCUDAFP16,
	}[wanted.Target]
	if wanted.onCUDA() {
		if gpu < 0 {
			return 0, 0, fmt.Errorf("model.target: %s: gpu is -1, none: give the number of a device", m.Target)
		}
		if err := selectCUDA(gpu); err != nil {
			return 0, 0, fmt.Errorf("gpu: %d: %w; -1 computes on the CPU", gpu, err)
		}
	}
	if !targetAvailable(backend, target) {
		return 0, 0, fmt.Errorf("model.backend, model.target: OpenCV %s here cannot compute by %s on %s: opencv and cpu always work",
			gocv.OpenCVVersion(), wanted.Backend, wanted.Target)
	}
	return backend, target, nil
}

// threads is how many compute. One processor is left to the camera and to control, which must not wait for the network.
func (m *Model) threads() int {
	if m.Threads > 0 {
		return m.Threads
	}
	return max(runtime.NumCPU()-1, 1)
}

// inputValues are what each value of a channel, in the input's order, becomes.
func (m *Model) inputValues() *[3][256]float32 {
	var t [3][256]float32
	for c := range t {
		for v := range t[c] {
			t[c][v] = float32((float64(v) - m.Mean[c]) / m.Std[c])
		}
	}
	return &t
}

// logit is of a probability. Ends are cut where 32-bit softmax can no longer tell them apart.
func logit(p float32) float32 {
	const least = 1e-7
	p = min(max(p, least), 1-least)
	return float32(math.Log(float64(p) / (1 - float64(p))))
}
