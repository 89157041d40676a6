package control

import (
	"math"
	"testing"

	"lanekeeper/msg"
)

const ms = int64(1e6)

// rig feeds a controller with detections of a straight lane on a virtual clock: a picture every 20 ms, published 10 ms
// after it was taken.
type rig struct {
	t     testing.TB
	c     *Controller
	nowNs int64
	det   msg.Detection
	speed float64
}

func newRig(t testing.TB, change ...func(*Params)) *rig {
	p := DefaultParams()
	for _, f := range change {
		f(&p)
	}
	r := &rig{t: t, c: controller(t, p), nowNs: 1e9, speed: math.NaN()}
	straight(&r.det, 0)
	return r
}

// straight is a lane of the default width with the vehicle offsetM left of its centre.
func straight(d *msg.Detection, offsetM float64) {
	d.Clear()
	d.HasLeftLane, d.HasRightLane = 1, 1
	d.Left = msg.Line{Poly: [4]float64{0.18 - offsetM}, FromM: 0.2, ToM: 1, Confidence: 0.9}
	d.Right = msg.Line{Poly: [4]float64{-0.18 - offsetM}, FromM: 0.2, ToM: 1, Confidence: 0.9}
}

// detect lets 20 ms pass and hands over a detection, changed by the functions given.
func (r *rig) detect(change ...func(*msg.Detection)) msg.Command {
	r.nowNs += 20 * ms
	d := r.det
	d.FrameID++
	d.CaptureNs, d.SourceNs = r.nowNs-10*ms, r.nowNs-10*ms
	r.det.FrameID = d.FrameID
	for _, f := range change {
		f(&d)
	}
	return r.check(r.c.Step(Input{NowNs: r.nowNs, Detection: &d, PublishNs: r.nowNs, SpeedMps: r.speed}))
}

// tick lets time pass to nowNs without a detection.
func (r *rig) tick(nowNs int64) msg.Command {
	r.nowNs = nowNs
	return r.check(r.c.Step(Input{NowNs: nowNs, SpeedMps: r.speed}))
}

// check holds what is true of every command.
func (r *rig) check(c msg.Command) msg.Command {
	r.t.Helper()
	checkCommand(r.t, &c)
	return c
}

func checkCommand(t testing.TB, c *msg.Command) {
	t.Helper()
	if !(c.Steering >= -1 && c.Steering <= 1 && c.Throttle >= 0 && c.Throttle <= 1 && c.Brake >= 0 && c.Brake <= 1) {
		t.Fatalf("steering %v, throttle %v, brake %v: out of range", c.Steering, c.Throttle, c.Brake)
	}
	moving := c.Mode == msg.ModeActive || c.Mode == msg.ModeDegraded
	if !moving && (c.Throttle != 0 || c.Steering != 0) {
		t.Fatalf("throttle %v and steering %v in mode %v", c.Throttle, c.Steering, c.Mode)
	}
	if (c.Reason == msg.ReasonNone) != (c.Mode == msg.ModeActive) {
		t.Fatalf("mode %v with reason %v", c.Mode, c.Reason)
	}
	if c.Ready != 1 {
		t.Fatal("command is not marked whole")
	}
}

// drive arms and drives until the throttle has risen to its full height.
func (r *rig) drive() *rig {
	r.t.Helper()
	for range 6 { // the first may have come late
		r.detect()
	}
	if err := r.c.Arm(r.nowNs); err != nil {
		r.t.Fatal(err)
	}
	var c msg.Command
	for range 60 {
		c = r.detect()
	}
	r.expect(c, msg.ModeActive, msg.ReasonNone)
	if c.Throttle != r.c.params.Speed.CruiseThrottle {
		r.t.Fatalf("throttle %v after a second, %v expected", c.Throttle, r.c.params.Speed.CruiseThrottle)
	}
	return r
}

func (r *rig) expect(c msg.Command, mode msg.Mode, reason msg.Reason) {
	r.t.Helper()
	if c.Mode != mode || c.Reason != reason {
		r.t.Fatalf("mode %v, reason %v; %v, %v expected", c.Mode, c.Reason, mode, reason)
	}
}

func nothing(d *msg.Detection) { d.HasLeftLane, d.HasRightLane = 0, 0 }
