package control

import (
	"math"
	"testing"

	"lanekeeper/msg"
)

// FuzzStep feeds detections of any bytes, at any times, into a vehicle that is being driven: whatever comes, commands are
// in range and only a mode that moves has throttle. Good detections between the bad ones keep the vehicle moving.
func FuzzStep(f *testing.F) {
	var d msg.Detection
	straight(&d, 0.1)
	f.Add(d.Bytes(), int64(20e6), int64(10e6), 1.0, false)
	d.Left.Poly[2], d.Right.Poly[2] = 1e300, -1e300
	f.Add(d.Bytes(), int64(20e6), int64(10e6), math.NaN(), true)
	d.SourceNs, d.CaptureNs = math.MinInt64, math.MaxInt64
	f.Add(d.Bytes(), int64(math.MaxInt64), int64(math.MinInt64), math.Inf(1), true)
	d.Left.Confidence = math.NaN()
	d.Flags = msg.DetectionLockstep | msg.DetectionUncalibrated
	f.Add(d.Bytes(), int64(-1), int64(0), -1.0, true)
	f.Fuzz(func(t *testing.T, payload []byte, later, published int64, speed float64, source bool) {
		r := newRig(t, func(p *Params) {
			if source {
				p.Clock = ClockSource
			}
			p.Steering.Controller = PID
		}).drive()
		var d msg.Detection
		copy(d.Bytes(), payload)
		for range 3 {
			in := Input{NowNs: r.nowNs + later, Detection: &d, PublishNs: r.nowNs + published, SpeedMps: speed}
			c := r.c.Step(in)
			checkCommand(t, &c)
			r.detect()
			r.tick(r.nowNs + 5*ms)
			_ = r.c.Arm(r.nowNs) // may be refused
		}
		if err := r.c.params.Validate(); err != nil {
			t.Error(err)
		}
	})
}
