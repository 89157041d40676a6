package detect

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"lanekeeper/detect/onnx"
)

// maxModelBytes is the largest file that is read as a network.
const maxModelBytes = 256 << 20

// modelFile is a network's file that was read and looked over, but not run.
type modelFile struct {
	data          []byte
	input         string // name
	width, height int    // px, of the input
}

// readModel reads the file and holds it to what the configuration says. OpenCV ends the process over files that it does
// not like, so whatever can be found out without it is found out here.
func readModel(m *Model) (*modelFile, error) {
	data, err := readBounded(m.File)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no network %s: put an ONNX file there, or name another with model.file; "+
			"docs/models.md says which fit and where to get one: %w", m.File, os.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the network: %w", err)
	}
	if err := checkSum(m, data); err != nil {
		return nil, err
	}
	f, err := checkModel(m, data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.File, err)
	}
	return f, nil
}

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file: the path of an ONNX file expected", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxModelBytes+1))
	if err == nil && len(data) > maxModelBytes {
		err = fmt.Errorf("%s is larger than %d MiB, which no network that keeps up with a camera is", path, maxModelBytes>>20)
	}
	return data, err
}

// checkSum holds the file to the checksum of the configuration, or of the file beside it.
func checkSum(m *Model, data []byte) error {
	want, from := m.SHA256, "model.sha256"
	if want == "" {
		from = m.File + ".sha256"
		text, err := os.ReadFile(from)
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the network's checksum: %w", err)
		}
		if words := strings.Fields(string(text)); len(words) > 0 {
			want = words[0]
		}
		if len(want) != 2*sha256.Size {
			return fmt.Errorf("%s holds no checksum: sha256sum %s >%s", from, filepath.Base(m.File), filepath.Base(from))
		}
	}
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); !strings.EqualFold(got, want) {
		return fmt.Errorf("%s has the checksum %s, but %s says %s: fetch it anew, or correct that if the file is right", m.File, got, from, want)
	}
	return nil
}

// checkModel finds the input and the output in the network.
func checkModel(m *Model, data []byte) (*modelFile, error) {
	net, err := onnx.Read(data)
	if err != nil {
		return nil, err
	}
	if len(net.Inputs) != 1 {
		return nil, fmt.Errorf("it has %d inputs, a network with one expected: %v", len(net.Inputs), net.Inputs)
	}
	in := net.Inputs[0]
	if s := in.Shape; in.Type != onnx.Float || len(s) != 4 || s[0] > 1 || s[1] != 3 && s[1] != 0 {
		return nil, fmt.Errorf("its input is %v, float 1×3×height×width expected", in)
	}
	f := &modelFile{data: data, input: in.Name}
	if f.height, err = side("height", m.InputHeight, in.Shape[2]); err != nil {
		return nil, err
	}
	if f.width, err = side("width", m.InputWidth, in.Shape[3]); err != nil {
		return nil, err
	}
	var names []string
	for _, out := range net.Outputs {
		names = append(names, out.Name)
		if out.Name == m.Output {
			return f, m.checkOutput(out)
		}
	}
	return nil, fmt.Errorf("it has no output %q: set model.output to one of %q", m.Output, names)
}

// side is the length of a side of the input: the file's, unless that leaves it open.
func side(name string, configured int, shape int64) (int, error) {
	switch {
	case shape == 0 && configured == 0:
		return 0, fmt.Errorf("its input's %s is open: set model.input_width and model.input_height to what it was trained with", name)
	case shape != 0 && configured != 0 && int64(configured) != shape:
		return 0, fmt.Errorf("its input's %s is %d px, but model.input_%s is %d: 0 takes the file's", name, shape, name, configured)
	case shape == 0:
		shape = int64(configured)
	}
	if shape < minSide || shape > maxInputSide {
		return 0, fmt.Errorf("its input's %s is %d px, %d to %d expected", name, shape, minSide, maxInputSide)
	}
	return int(shape), nil
}

// checkOutput holds the output's shape, as far as the file tells it, to 1×channels×height×width.
func (m *Model) checkOutput(out onnx.Value) error {
	s := out.Shape
	if out.Type != onnx.Float || len(s) != 4 && len(s) != 0 {
		return fmt.Errorf("its output is %v, float 1×channels×height×width expected: set model.output to another?", out)
	}
	if len(s) == 0 { // the file does not tell; the self-test will
		return nil
	}
	if s[0] > 1 || s[1] > maxClasses || s[2] > maxInputSide || s[3] > maxInputSide {
		return fmt.Errorf("its output is %v, float 1×channels×height×width expected", out)
	}
	if s[1] != 0 && int64(m.LaneClass) >= s[1] {
		return fmt.Errorf("its output is %v, of %d channels, which have no model.lane_class %d", out, s[1], m.LaneClass)
	}
	return nil
}
