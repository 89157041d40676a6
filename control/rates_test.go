package control

import (
	"math"
	"math/rand/v2"
	"testing"

	"lanekeeper/msg"
)

// While driving, steering and throttle never move faster than allowed, whatever the detections say; the only jump there is
// is the one to neutral.
func TestRatesHold(t *testing.T) {
	r := newRig(t, func(p *Params) { p.Steering.RatePerS = 3 }).drive()
	rng := rand.New(rand.NewPCG(5, 6))
	before := r.detect()
	moving := 0
	for range 3000 {
		c := r.detect(func(d *msg.Detection) {
			shift(d, 0.15*rng.NormFloat64())
			d.Left.Poly[2] = 0.5 * rng.NormFloat64()
			d.Left.Confidence, d.Right.Confidence = rng.Float64(), rng.Float64()
			d.HasLeftLane, d.HasRightLane = rng.Int32N(2), rng.Int32N(2)
		})
		_ = r.c.Arm(r.nowNs)
		if c.Mode == msg.ModeActive || c.Mode == msg.ModeDegraded {
			moving++
			if s := math.Abs(c.Steering - before.Steering); s > 3*0.02+1e-12 {
				t.Fatalf("steering moved by %v in 20 ms", s)
			}
			if s := c.Throttle - before.Throttle; s > 0.5*0.02+1e-12 || s < -2*0.02-1e-12 {
				t.Fatalf("throttle moved by %v in 20 ms", s)
			}
		}
		before = c
	}
	if moving < 200 {
		t.Errorf("drove for only %d of 3000 detections", moving)
	}
}

// A stop wipes what steering has gathered.
func TestIntegralResetsWhenInactive(t *testing.T) {
	r := newRig(t, func(p *Params) { p.Steering.Controller = PID }).drive()
	aside := func(d *msg.Detection) { shift(d, 0.05) }
	for range 50 {
		r.detect(aside)
	}
	if got := r.c.Status().IntegralM; got >= 0 {
		t.Fatalf("integral %v m after a second left of the centre", got)
	}
	r.c.Disarm()
	r.tick(r.nowNs + 1)
	if got := r.c.Status(); got.IntegralM != 0 || got.ErrorM != 0 {
		t.Errorf("integral %v m and error %v m after a stop", got.IntegralM, got.ErrorM)
	}
}

// A lost lane is driven on along its curvature, without the correction of the moment.
func TestLostHoldsCurvature(t *testing.T) {
	r := newRig(t).drive()
	bent := func(d *msg.Detection) { d.Left, d.Right = circleLine(1, 0.18), circleLine(1, -0.18) }
	var c msg.Command
	for range 100 {
		c = r.detect(bent)
	}
	held := c
	for range 20 {
		held = r.detect(nothing)
	}
	r.expect(held, msg.ModeDegraded, msg.ReasonLaneLost)
	near(t, "curvature driven blind", r.c.params.Vehicle.Curvature(held.Steering), 1, 0.15)
	if held.Throttle >= c.Throttle {
		t.Errorf("throttle %v blind, %v before", held.Throttle, c.Throttle)
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	r := newRig(t).drive()
	d := r.det
	if n := testing.AllocsPerRun(200, func() {
		r.nowNs += 20 * ms
		d.FrameID++
		d.CaptureNs, d.SourceNs = r.nowNs-10*ms, r.nowNs-10*ms
		r.c.Step(Input{NowNs: r.nowNs, Detection: &d, PublishNs: r.nowNs, SpeedMps: math.NaN()})
		r.c.Step(Input{NowNs: r.nowNs + 10*ms, SpeedMps: math.NaN()})
	}); n != 0 {
		t.Errorf("%v allocations a step", n)
	}
}

func BenchmarkStep(b *testing.B) {
	r := newRig(b).drive()
	d := r.det
	b.ReportAllocs()
	for b.Loop() {
		r.nowNs += 20 * ms
		d.CaptureNs, d.SourceNs = r.nowNs-10*ms, r.nowNs-10*ms
		r.c.Step(Input{NowNs: r.nowNs, Detection: &d, PublishNs: r.nowNs, SpeedMps: math.NaN()})
	}
}
