package control

import (
	"bytes"
	"errors"
	"math"
	"testing"
	"time"

	"lanekeeper/msg"
)

// Each failing check stops the vehicle with its reason in the very Step that can know of it, and five good detections in a
// row let it drive on.
func TestEveryCheckStops(t *testing.T) {
	flag := func(f uint32) func(*msg.Detection) { return func(d *msg.Detection) { d.Flags |= f } }
	for _, test := range []struct {
		name   string
		reason msg.Reason
		fail   func(r *rig) msg.Command
	}{
		{"stale by a tick", msg.ReasonStale, func(r *rig) msg.Command { return r.tick(r.nowNs + 80*ms + 1) }},
		{"stale by a late record", msg.ReasonStale, func(r *rig) msg.Command { r.nowNs += 61 * ms; return r.detect() }},
		{"picture old when published", msg.ReasonOld, func(r *rig) msg.Command {
			return r.detect(func(d *msg.Detection) { d.CaptureNs -= 140*ms + 1 })
		}},
		{"picture grown old", msg.ReasonOld, func(r *rig) msg.Command {
			r.expect(r.detect(func(d *msg.Detection) { d.CaptureNs = r.nowNs - 100*ms }), msg.ModeActive, msg.ReasonNone)
			return r.tick(r.nowNs + 50*ms + 1)
		}},
		{"picture from the future", msg.ReasonInvalid, func(r *rig) msg.Command {
			return r.detect(func(d *msg.Detection) { d.CaptureNs += 20*ms + 1 })
		}},
		{"frozen", msg.ReasonFrozen, func(r *rig) msg.Command {
			for range 4 {
				r.expect(r.detect(flag(msg.DetectionFrozen)), msg.ModeActive, msg.ReasonNone)
			}
			return r.detect(flag(msg.DetectionFrozen))
		}},
		{"rate", msg.ReasonRate, func(r *rig) msg.Command {
			for range 9 { // one interval of 20 ms and nine of 70 are over 15 Hz
				r.nowNs += 50 * ms
				r.expect(r.detect(), msg.ModeActive, msg.ReasonNone)
			}
			r.nowNs += 50 * ms
			return r.detect()
		}},
		{"source reset by flag", msg.ReasonSourceReset, func(r *rig) msg.Command { return r.detect(flag(msg.DetectionSourceReset)) }},
		{"source reset by id", msg.ReasonSourceReset, func(r *rig) msg.Command {
			r.det.SourceID = 7
			return r.detect()
		}},
		{"source time runs backward", msg.ReasonSourceReset, func(r *rig) msg.Command {
			return r.detect(func(d *msg.Detection) { d.SourceNs = 5 })
		}},
		{"not a number", msg.ReasonInvalid, func(r *rig) msg.Command {
			return r.detect(func(d *msg.Detection) { d.Left.Poly[1] = math.NaN() })
		}},
		{"infinite", msg.ReasonInvalid, func(r *rig) msg.Command {
			return r.detect(func(d *msg.Detection) { d.OffsetM = math.Inf(1) })
		}},
		{"confidence out of range", msg.ReasonInvalid, func(r *rig) msg.Command {
			return r.detect(func(d *msg.Detection) { d.Right.Confidence = 1.01 })
		}},
		{"line of no length", msg.ReasonInvalid, func(r *rig) msg.Command {
			return r.detect(func(d *msg.Detection) { d.Right.FromM = d.Right.ToM })
		}},
		{"actuator", msg.ReasonActuator, func(r *rig) msg.Command {
			return r.check(r.c.Step(Input{NowNs: r.nowNs, SpeedMps: math.NaN(), ActuatorFailed: true}))
		}},
		{"lane lost", msg.ReasonLaneLost, func(r *rig) msg.Command {
			for range 25 { // 500 ms
				r.expect(r.detect(nothing), msg.ModeDegraded, msg.ReasonLaneLost)
			}
			return r.detect(nothing)
		}},
		{"two lanes away", msg.ReasonLowConfidence, func(r *rig) msg.Command {
			for range 25 {
				r.expect(r.detect(func(d *msg.Detection) { shift(d, 0.8) }), msg.ModeDegraded, msg.ReasonLowConfidence)
			}
			return r.detect(func(d *msg.Detection) { shift(d, 0.8) })
		}},
		{"lane hardly believed", msg.ReasonLowConfidence, func(r *rig) msg.Command {
			faint := func(d *msg.Detection) { d.Left.Confidence, d.Right.Confidence = 0.19, 0.19 }
			for range 25 {
				r.expect(r.detect(faint), msg.ModeDegraded, msg.ReasonLowConfidence)
			}
			return r.detect(faint)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t).drive()
			c := test.fail(r)
			r.expect(c, msg.ModeStopped, test.reason)
			if c.Brake != 0.5 {
				t.Errorf("brake %v, 0.5 expected", c.Brake)
			}
			r.det.Flags = 0
			for range 4 {
				r.expect(r.detect(), msg.ModeStopped, test.reason)
			}
			r.expect(r.detect(), msg.ModeActive, msg.ReasonNone)
		})
	}
}

// shift moves the vehicle to the left.
func shift(d *msg.Detection, offsetM float64) {
	d.Left.Poly[0] -= offsetM
	d.Right.Poly[0] -= offsetM
}

// The deadlines are exact: nothing one nanosecond before, neutral at it.
func TestDeadlineIsExact(t *testing.T) {
	r := newRig(t).drive()
	last := r.detect()
	if got, want := r.c.NextDeadlineNs(), r.nowNs+80*ms+1; got != want {
		t.Fatalf("deadline %d ns after the last record, %d expected", got-r.nowNs, want-r.nowNs)
	}
	published := r.nowNs
	if again := r.tick(r.c.NextDeadlineNs() - 1); !bytes.Equal(again.Bytes(), last.Bytes()) {
		t.Errorf("one nanosecond early the command is %+v, %+v expected", again, last)
	}
	c := r.tick(published + 80*ms + 1)
	r.expect(c, msg.ModeStopped, msg.ReasonStale)
	if c.FrameID != 0 || c.CaptureNs != 0 {
		t.Errorf("a command that answers no picture names frame %d, captured %d", c.FrameID, c.CaptureNs)
	}
	if c.CommandNs-published > 100*ms {
		t.Errorf("neutral %d ns after the last record", c.CommandNs-published)
	}

	if got, want := r.c.NextDeadlineNs(), published+80*ms+1+int64(3*time.Second)+1; got != want {
		t.Fatalf("disarms %d ns after the last record, %d expected", got-published, want-published)
	}
	r.expect(r.tick(r.c.NextDeadlineNs()-1), msg.ModeStopped, msg.ReasonStale)
	r.expect(r.tick(r.c.NextDeadlineNs()), msg.ModeStandby, msg.ReasonDisarmed)
	if got := r.c.NextDeadlineNs(); got != math.MaxInt64 {
		t.Errorf("disarmed, yet a deadline at %d", got)
	}
}

// An old picture sets the deadline before a stale record does.
func TestDeadlineOfAnOldPicture(t *testing.T) {
	r := newRig(t).drive()
	r.detect(func(d *msg.Detection) { d.CaptureNs = r.nowNs - 100*ms })
	if got := r.c.NextDeadlineNs() - r.nowNs; got != 50*ms+1 {
		t.Errorf("deadline in %d ns, %d expected", got, 50*ms+1)
	}
}

// A command is valid for 100 ms from when it was computed, however often it is repeated.
func TestValidity(t *testing.T) {
	r := newRig(t).drive()
	c := r.detect()
	if got := c.ValidUntilNs - c.CommandNs; got != 100*ms {
		t.Errorf("valid for %d ns, %d expected", got, 100*ms)
	}
	if again := r.tick(r.nowNs + 30*ms); again.ValidUntilNs != c.ValidUntilNs {
		t.Errorf("a repeat is valid %d ns longer", again.ValidUntilNs-c.ValidUntilNs)
	}
	if c.FrameID != r.det.FrameID || c.CaptureNs != r.nowNs-30*ms-10*ms {
		t.Errorf("the command answers frame %d of %d, captured %d ns ago", c.FrameID, r.det.FrameID, r.nowNs-c.CaptureNs)
	}
}

func TestArming(t *testing.T) {
	r := newRig(t)
	if err := r.c.Arm(r.nowNs); !errors.Is(err, ErrNotReady) || err.Error() != "arming: the inputs are not good: no-detection" {
		t.Errorf("armed without any detection: %v", err)
	}
	for range 4 {
		r.expect(r.detect(), msg.ModeStandby, msg.ReasonDisarmed)
	}
	if err := r.c.Arm(r.nowNs); !errors.Is(err, ErrNotReady) {
		t.Errorf("armed after four detections: %v", err)
	}
	r.expect(r.detect(), msg.ModeStandby, msg.ReasonDisarmed)
	if err := r.c.Arm(r.nowNs + 80*ms + 1); !errors.Is(err, ErrNotReady) {
		t.Errorf("armed on a stale detection: %v", err)
	}
	r.expect(r.tick(r.nowNs+81*ms), msg.ModeStandby, msg.ReasonDisarmed)
	r.drive()

	r.c.Disarm()
	c := r.tick(r.nowNs + 1)
	r.expect(c, msg.ModeStandby, msg.ReasonDisarmed)
	if c.Brake != 0 {
		t.Errorf("brake %v in standby", c.Brake)
	}
	for range 20 {
		r.expect(r.detect(), msg.ModeStandby, msg.ReasonDisarmed)
	}
	r.drive()
}

// A vehicle armed between detections waits for the next one.
func TestArmedTickStaysPut(t *testing.T) {
	r := newRig(t)
	for range 5 {
		r.detect()
	}
	if err := r.c.Arm(r.nowNs); err != nil {
		t.Fatal(err)
	}
	r.expect(r.tick(r.nowNs+ms), msg.ModeStandby, msg.ReasonDisarmed)
	r.expect(r.detect(), msg.ModeActive, msg.ReasonNone)
}

func TestEmergencyStaysUntilCleared(t *testing.T) {
	r := newRig(t).drive()
	r.c.EmergencyStop()
	c := r.tick(r.nowNs + 1)
	r.expect(c, msg.ModeStopped, msg.ReasonEmergency)
	if c.Brake != 1 {
		t.Errorf("brake %v, 1 expected", c.Brake)
	}
	for range 500 { // 10 s
		r.expect(r.detect(), msg.ModeStopped, msg.ReasonEmergency)
	}
	if err := r.c.Arm(r.nowNs); !errors.Is(err, ErrEmergency) {
		t.Errorf("armed in emergency stop: %v", err)
	}
	r.c.ClearEmergency()
	for range 20 {
		r.expect(r.detect(), msg.ModeStandby, msg.ReasonDisarmed)
	}
	r.drive()
}

func TestShutdownIsForGood(t *testing.T) {
	r := newRig(t).drive()
	r.c.Shutdown()
	r.expect(r.tick(r.nowNs+1), msg.ModeStopped, msg.ReasonShutdown)
	r.expect(r.detect(), msg.ModeStopped, msg.ReasonShutdown)
	if err := r.c.Arm(r.nowNs); !errors.Is(err, ErrNotReady) {
		t.Errorf("armed while shutting down: %v", err)
	}
}

// An outage that no tick has seen disarms all the same.
func TestLongOutageDisarms(t *testing.T) {
	for pause, want := range map[int64]msg.Mode{3000: msg.ModeStopped, 3100: msg.ModeStandby} {
		r := newRig(t).drive()
		r.nowNs += pause*ms - 20*ms
		if c := r.detect(); c.Mode != want {
			t.Errorf("after %d ms without a detection the mode is %v, %v expected", pause, c.Mode, want)
		}
	}
}

// Losing the lane every other moment is no better than losing it for good: seeing pays time back, but no faster.
func TestFlickerStops(t *testing.T) {
	r := newRig(t).drive()
	lost := 0
	for r.detect(nothing); r.c.Status().Mode != msg.ModeStopped; r.detect(nothing) {
		if lost++; lost > 200 {
			t.Fatal("a lane seen one time in three is still driven")
		}
		r.detect(nothing)
		if r.c.Status().Mode != msg.ModeStopped {
			r.detect()
		}
	}
	if lost < 20 {
		t.Errorf("stopped after %d misses", lost)
	}
}

// A lost lane ends after its distance when that comes before its time.
func TestLostDistance(t *testing.T) {
	r := newRig(t, func(p *Params) { p.Speed.MaxLateralMps2 = 10 }).drive()
	r.speed = 5 // 0.1 m a frame, 0.5 m allowed
	for range 5 {
		r.expect(r.detect(nothing), msg.ModeDegraded, msg.ReasonLaneLost)
	}
	r.expect(r.detect(nothing), msg.ModeStopped, msg.ReasonLaneLost)
}

func TestDegraded(t *testing.T) {
	oneLine := func(d *msg.Detection) { d.HasLeftLane = 0 }
	r := newRig(t).drive()
	for range 14 {
		r.expect(r.detect(oneLine), msg.ModeActive, msg.ReasonNone)
	}
	r.expect(r.detect(oneLine), msg.ModeDegraded, msg.ReasonOneLine)
	for range 14 {
		r.expect(r.detect(), msg.ModeDegraded, msg.ReasonOneLine)
	}
	r.expect(r.detect(), msg.ModeActive, msg.ReasonNone)

	faint := func(d *msg.Detection) { d.Left.Confidence, d.Right.Confidence = 0.3, 0.3 }
	for range 100 {
		r.detect(faint)
	}
	c := r.detect(faint)
	r.expect(c, msg.ModeDegraded, msg.ReasonLowConfidence)
	if want := 0.6 * 0.4; math.Abs(c.Throttle-want) > 1e-9 {
		t.Errorf("throttle %v in degraded mode, %v expected", c.Throttle, want)
	}
	for range 100 {
		c = r.detect()
	}
	r.expect(c, msg.ModeActive, msg.ReasonNone)
}

// Judged by the source's own time, a simulation may pause and be slow, stand still, and have any wall time.
func TestLockstep(t *testing.T) {
	r := newRig(t, func(p *Params) { p.Clock = ClockSource })
	lockstep := func(d *msg.Detection) { d.Flags |= msg.DetectionLockstep | msg.DetectionFrozen }
	for range 5 {
		r.detect(lockstep)
	}
	if err := r.c.Arm(r.nowNs + 1e12); err != nil {
		t.Fatal(err)
	}
	c := r.detect(lockstep)
	r.expect(c, msg.ModeActive, msg.ReasonNone)
	later := r.tick(r.nowNs + 1e12)
	r.expect(later, msg.ModeActive, msg.ReasonNone)
	if later.ValidUntilNs != r.nowNs+100*ms || later.Steering != c.Steering || later.Throttle != c.Throttle {
		t.Errorf("paused, the command is %+v after %+v", later, c)
	}
	if got := r.c.NextDeadlineNs(); got != math.MaxInt64 {
		t.Errorf("deadline at %d", got)
	}
	r.expect(r.detect(lockstep, func(d *msg.Detection) { d.SourceNs = r.nowNs - 1e12 - 10*ms }), msg.ModeActive, msg.ReasonNone)
}

// The source's clock is for lock-step detections alone: any other is judged by the real one.
func TestSourceClockNeedsLockstep(t *testing.T) {
	r := newRig(t, func(p *Params) { p.Clock = ClockSource }).drive()
	r.expect(r.tick(r.nowNs+80*ms+1), msg.ModeStopped, msg.ReasonStale)
}

func TestSetParams(t *testing.T) {
	r := newRig(t).drive()
	p := r.c.Params()
	p.Clock = ClockSource
	if err := r.c.SetParams(p); err == nil {
		t.Error("the clock was changed while armed")
	}
	p = r.c.Params()
	p.Speed.CruiseThrottle = 0.3
	if err := r.c.SetParams(p); err != nil {
		t.Fatal(err)
	}
	r.detect()
	r.detect()
	r.detect()
	if c := r.detect(); math.Abs(c.Throttle-0.3) > 1e-9 {
		t.Errorf("throttle %v, 0.3 expected", c.Throttle)
	}
	p.Gate.ValidFor = 0
	if err := r.c.SetParams(p); err == nil {
		t.Error("parameters that contradict each other were taken")
	}
}
