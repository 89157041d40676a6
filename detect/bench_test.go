package detect

import (
	"fmt"
	"image"
	"path/filepath"
	"testing"
	"time"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// BenchmarkFrame measures Take and Detect beside the usual blur, Canny and Hough on the same picture, in turns, and
// reports how many times longer that takes, on one thread as well.
func BenchmarkFrame(b *testing.B) {
	for _, size := range [][2]int{{640, 480}, {800, 600}} {
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			s := tape(0.03, 0.05, 0.2)
			s.w, s.h, s.noise = size[0], size[1], 4
			h, pix := s.render()
			frame, err := gocv.NewMatFromBytes(s.h, s.w, gocv.MatTypeCV8UC3, pix)
			if err != nil {
				b.Fatal(err)
			}
			defer frame.Close()
			setThreads(1)
			usual := newUsual()
			defer usual.close()
			d := newCV(b, DefaultParams())
			var out msg.Detection
			var take, detect, hough time.Duration
			for b.Loop() {
				h.SourceNs += 1e7
				start := time.Now()
				if err := d.Take(&h, pix); err != nil {
					b.Fatal(err)
				}
				taken := time.Now()
				if err := d.Detect(&out); err != nil {
					b.Fatal(err)
				}
				detected := time.Now()
				usual.run(frame)
				take, detect, hough = take+taken.Sub(start), detect+detected.Sub(taken), hough+time.Since(detected)
			}
			n := float64(b.N)
			b.ReportMetric(float64(take.Nanoseconds())/n, "ns/take")
			b.ReportMetric(float64(detect.Nanoseconds())/n, "ns/detect")
			b.ReportMetric(float64(hough)/float64(take+detect), "hough/ours")
		})
	}
}

// usual is the detection that most projects start with.
type usual struct{ gray, blurred, edges, lines gocv.Mat }

func newUsual() *usual { return &usual{gocv.NewMat(), gocv.NewMat(), gocv.NewMat(), gocv.NewMat()} }

func (u *usual) run(frame gocv.Mat) {
	gocv.CvtColor(frame, &u.gray, gocv.ColorBGRToGray)
	gocv.GaussianBlur(u.gray, &u.blurred, image.Pt(5, 5), 0, 0, gocv.BorderDefault)
	gocv.Canny(u.blurred, &u.edges, 50, 150)
	gocv.HoughLinesPWithParams(u.edges, &u.lines, 1, 0.0174533, 50, 40, 100)
}

func (u *usual) close() {
	for _, m := range []*gocv.Mat{&u.gray, &u.blurred, &u.edges, &u.lines} {
		_ = m.Close()
	}
}

// BenchmarkNetwork measures the reference network's forward pass beside all that is done around it, frame by frame in turns.
func BenchmarkNetwork(b *testing.B) {
	for _, name := range []string{"twinlitenet_192x320.onnx", "twinlitenet_288x512.onnx"} {
		b.Run(name, func(b *testing.B) {
			m := DefaultModel()
			m.File = filepath.Join(data(b), "models", name)
			d := newDL(b, DefaultParams(), m)
			s := tape(0.03, 0.05, 0.2)
			h, pix := s.render()
			var take, forward, decode time.Duration
			var out msg.Detection
			for b.Loop() {
				h.SourceNs += 1e7
				start := time.Now()
				if err := d.Take(&h, pix); err != nil {
					b.Fatal(err)
				}
				taken := time.Now()
				if err := d.net.run(); err != nil {
					b.Fatal(err)
				}
				ran := time.Now()
				d.describe(&out)
				d.look()
				d.follow(&out, d.elapsed())
				take, forward, decode = take+taken.Sub(start), forward+ran.Sub(taken), decode+time.Since(ran)
			}
			n := float64(b.N)
			b.ReportMetric(float64(take.Nanoseconds())/n, "ns/take")
			b.ReportMetric(float64(forward.Nanoseconds())/n, "ns/forward")
			b.ReportMetric(float64(decode.Nanoseconds())/n, "ns/decode")
			b.ReportMetric(float64(forward)/float64(decode), "forward/decode")
		})
	}
}
