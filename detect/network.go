package detect

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// network is a segmentation network: frames in, how much each place looks like a line out. It shares nothing with what reads
// its result, so it can be run by another goroutine, one at a time.
type network struct {
	sampler *sampler
	before  []byte // the picture before, to tell a camera that repeats itself
	frozen  bool   // the picture last taken is the one before
	begun   bool   // before is of this sequence

	model  Model
	device int // CUDA's; −1 for none
	input  string
	net    gocv.Net
	blob   gocv.Mat // what is fed: 1×3×h×w
	fed    []float32
	values *[3][256]float32
	closed bool

	// The result of run: for each place the logit of a line against all else, from the top left.
	w, h    int
	classes int // channels of the output
	logits  []float32
}

// newNetwork loads a network that was looked over and runs it once. OpenCV may end the process over a network that it
// cannot compute.
func newNetwork(m *Model, f *modelFile, gpu int) (*network, error) {
	backend, target, err := m.place(gpu)
	if err != nil {
		return nil, err
	}
	setThreads(m.threads())
	n := &network{model: *m, device: gpu, input: f.input, values: m.inputValues(), sampler: newSampler(f.width, f.height)}
	if n.net, err = gocv.ReadNetFromONNXBytes(f.data); err != nil {
		return nil, fmt.Errorf("loading the network %s: %w", m.File, err)
	}
	n.before = make([]byte, len(n.sampler.planes))
	n.blob = gocv.NewMatWithSizes([]int{1, 3, f.height, f.width}, gocv.MatTypeCV32F)
	if n.fed, err = n.blob.DataPtrFloat32(); err == nil {
		err = errors.Join(n.net.SetPreferableBackend(backend), n.net.SetPreferableTarget(target))
	}
	if err == nil {
		err = n.selfTest()
	}
	if err != nil {
		n.close()
		return nil, fmt.Errorf("trying the network %s: %w", m.File, err)
	}
	return n, nil
}

// take makes the network's picture of a frame.
func (n *network) take(h *msg.FrameHeader, pixels []byte) error {
	if err := n.sampler.take(h, pixels); err != nil {
		return err
	}
	n.frozen = n.begun && bytes.Equal(n.before, n.sampler.planes)
	n.begun = true
	if !n.frozen {
		copy(n.before, n.sampler.planes)
	}
	return nil
}

// reset forgets the picture before.
func (n *network) reset() { n.begun, n.frozen = false, false }

// run computes the picture last taken.
func (n *network) run() error {
	if n.closed {
		return fmt.Errorf("running the network: %w", os.ErrClosed)
	}
	area := n.sampler.w * n.sampler.h
	for c := range 3 {
		from := c
		if n.model.Channels == "bgr" {
			from = 2 - c
		}
		values, fed := &n.values[c], n.fed[c*area:][:area]
		for i, v := range n.sampler.planes[from*area:][:area] {
			fed[i] = values[v]
		}
	}
	if n.device >= 0 { // CUDA's choice of a device is a thread's
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := selectCUDA(n.device); err != nil {
			return fmt.Errorf("running the network on GPU %d: %w", n.device, err)
		}
	}
	n.net.SetInput(n.blob, n.input)
	out := n.net.Forward(n.model.Output)
	defer out.Close()
	if err := n.shape(&out); err != nil {
		return err
	}
	data, err := out.DataPtrFloat32()
	if err != nil {
		return fmt.Errorf("reading the network's output: %w", err)
	}
	n.read(data)
	return nil
}

// shape holds the output to 1×classes×height×width, and makes room for the result the first time.
func (n *network) shape(out *gocv.Mat) error {
	if out.Empty() || out.Type() != gocv.MatTypeCV32F {
		return errors.New("the network's output is not of 32-bit floats")
	}
	if n.classes > 0 {
		if total := out.Total(); total != n.classes*n.w*n.h {
			return fmt.Errorf("the network's output %q has %d values, %d before", n.model.Output, total, n.classes*n.w*n.h)
		}
		return nil
	}
	s := out.Size()
	if len(s) != 4 || s[0] != 1 || s[1] < 1 || s[1] > maxClasses ||
		min(s[2], s[3]) < minSide || max(s[2], s[3]) > maxInputSide {
		return fmt.Errorf("the network's output %q is %v, 1×channels×height×width expected", n.model.Output, s)
	}
	if n.model.LaneClass >= s[1] {
		return fmt.Errorf("the network's output %q has %d channels, which have no model.lane_class %d", n.model.Output, s[1], n.model.LaneClass)
	}
	n.classes, n.h, n.w = s[1], s[2], s[3]
	n.logits = make([]float32, n.w*n.h)
	return nil
}

// read makes the result of the output: by how much the lane's class outweighs the likeliest other.
func (n *network) read(out []float32) {
	area := n.w * n.h
	lane := out[n.model.LaneClass*area:][:area]
	switch {
	case n.model.Values == "probabilities":
		for i, p := range lane {
			n.logits[i] = logit(p)
		}
		return
	case n.classes == 1:
		copy(n.logits, lane)
		return
	}
	first := true
	for c := range n.classes {
		if c == n.model.LaneClass {
			continue
		}
		other := out[c*area:][:area]
		for i, v := range lane {
			if d := v - other[i]; first || d < n.logits[i] {
				n.logits[i] = d
			}
		}
		first = false
	}
}

// close releases what OpenCV holds. It may be called twice.
func (n *network) close() {
	if n.closed {
		return
	}
	n.closed = true
	_ = n.blob.Close()
	_ = n.net.Close()
}
