package detect

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
	"lanekeeper/score"
)

// data is the folder of real pictures with ground truth.
func data(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("LANE_DATA")
	if dir == "" {
		t.Skip("LANE_DATA names no folder of pictures")
	}
	return dir
}

// photograph reads an image as a frame.
func photograph(t testing.TB, path string) (msg.FrameHeader, []byte) {
	t.Helper()
	m := gocv.IMRead(path, gocv.IMReadColor)
	defer m.Close()
	if m.Empty() {
		t.Fatalf("%s: not an image", path)
	}
	return msg.NewFrameHeader(m.Cols(), m.Rows(), msg.BGR24), m.ToBytes()
}

// claim is a line as the score takes it.
func claim(l *msg.Line) *score.Claim {
	c := &score.Claim{Confidence: l.Confidence}
	for _, p := range l.Points[:l.Count] {
		c.Points = append(c.Points, [2]float64{float64(p.X), float64(p.Y)})
	}
	return c
}

// TestPhotographs holds that detections in real pictures are sound, and roughly how many lines are found, each picture
// alone. What exactly is found is held by the reference of lanectl eval.
func TestPhotographs(t *testing.T) {
	for _, set := range []struct {
		dir       string
		method    string
		model     string  // of the network
		f1, ghost float64 // at least, at most
	}{
		{"tracks/tape", "cv", "", 0.92, 0.045},
		{"roads/tusimple", "cv", "", 0.75, 0.01},
		{"tracks/tape", "dl", "twinlitenet_192x320.onnx", 0.82, 0.06},
		{"roads/tusimple", "dl", "twinlitenet_288x512.onnx", 0.95, 0.01},
		{"tracks/tape", "cv+dl", "twinlitenet_192x320.onnx", 0.90, 0.08},
		{"roads/tusimple", "cv+dl", "twinlitenet_288x512.onnx", 0.95, 0.01},
		{"roads/tusimple", "cv+dl", "twinlitenet_192x320.onnx", 0.80, 0.01},
	} {
		t.Run(filepath.Base(set.dir)+" "+set.method+" "+set.model, func(t *testing.T) {
			dir := filepath.Join(data(t), set.dir)
			file, err := os.Open(filepath.Join(dir, "labels.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			frames, err := score.ReadLabels(file)
			if err != nil {
				t.Fatal(err)
			}
			m := DefaultModel()
			m.File = filepath.Join(data(t), "models", set.model)
			d, err := New(set.method, Options{Params: DefaultParams(), Model: m, GPU: -1, Wait: true})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			var tally score.Tally
			every := 1
			if set.model != "" && len(frames) > 100 {
				every = 5 // a forward pass takes long
			}
			for i := 0; i < len(frames); i += every {
				h, pix := photograph(t, filepath.Join(dir, "images", frames[i].File))
				var out msg.Detection
				d.Reset()
				if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
					t.Fatal(err)
				}
				checkSound(t, &out)
				tally.Add(&frames[i], &score.Claims{claim(&out.Left), claim(&out.Right)})
			}
			if n := tally.Numbers(); n.F1 < set.f1 || n.Ghosts > set.ghost {
				t.Errorf("%+v, want F1 %.2f and ghosts %.2f", n, set.f1, set.ghost)
			}
		})
	}
}

// TestClip holds that both lines of a highway are there in every frame once they were found, and where: the right one is
// solid and hardly moves.
func TestClip(t *testing.T) {
	in, err := gocv.VideoCaptureFile(filepath.Join(data(t), "roads/solidWhiteRight.mp4"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	m := gocv.NewMat()
	defer m.Close()
	d := newCV(t, DefaultParams())
	var out msg.Detection
	frames, both := 0, 0
	for ; in.Read(&m); frames++ {
		h := msg.NewFrameHeader(m.Cols(), m.Rows(), msg.BGR24)
		h.SourceNs = int64(frames) * 4e7
		pix, err := m.DataPtrUint8()
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
			t.Fatal(err)
		}
		checkSound(t, &out)
		if out.HasLeftLane == 1 && out.HasRightLane == 1 {
			both++
		}
		if x, ok := claim(&out.Right).Points.At(500); !ok || x < 760 || x > 860 {
			t.Errorf("frame %d: the right line at %v in row 500", frames, x)
		}
	}
	if frames < 200 || both < frames*97/100 {
		t.Errorf("both lines in %d of %d frames", both, frames)
	}
}
