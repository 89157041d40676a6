package detect

import (
	"slices"
	"testing"
	"time"

	"lanekeeper/msg"
)

// BenchmarkFused measures Take and Detect at 30 frames a second, with the reference network beside and without it.
func BenchmarkFused(b *testing.B) {
	m := DefaultModel()
	m.File = data(b) + "/models/twinlitenet_192x320.onnx"
	d, err := NewFused(Options{Params: DefaultParams(), Model: m, GPU: -1})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	alone := newCV(b, DefaultParams())
	f := newPlay(tape(0.03, 0.05, 0.2))
	var out msg.Detection
	var took [2][]time.Duration
	for i := 0; b.Loop(); i++ {
		k := i / 30 % 2
		time.Sleep(33 * time.Millisecond)
		start := time.Now()
		f.frame(b, []Detector{alone, d}[k], &out)
		took[k] = append(took[k], time.Since(start))
	}
	for k, name := range []string{"alone", "beside"} {
		p50, p99 := quantiles(took[k])
		b.ReportMetric(p50, "ms-p50/"+name)
		b.ReportMetric(p99, "ms-p99/"+name)
	}
	b.ReportMetric(float64(d.Network().Answers)/float64(max(len(took[1]), 1)), "answers/frame")
}

// quantiles are the median and the 99th percentile, in milliseconds.
func quantiles(d []time.Duration) (p50, p99 float64) {
	if len(d) == 0 {
		return 0, 0
	}
	slices.Sort(d)
	ms := func(share float64) float64 { return d[int(share*float64(len(d)-1))].Seconds() * 1000 }
	return ms(0.5), ms(0.99)
}
