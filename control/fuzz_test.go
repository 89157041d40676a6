package control

import (
	"math"
	"testing"
	"time"

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

// FuzzOrders has orders come in any sequence, at any times. Whatever comes, the vehicle moves only while it is armed, not
// held by anybody's wish, and heard of whoever has control within the timeout.
func FuzzOrders(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
	f.Add([]byte{2, 0, 128, 255, 1, 0, 6, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{0, 2, 18, 3, 19, 4, 20, 1, 17, 128, 128, 128})
	f.Fuzz(func(t *testing.T, orders []byte) {
		r := newRig(t, func(p *Params) { p.Gate.PauseLimit = 2 * time.Second }).drive()
		heard := map[string]int64{}
		for _, b := range orders {
			id := string(rune('a' + b>>4&1))
			if b >= 128 { // time passes, with or without detections
				if b&1 == 0 {
					r.detect()
				} else {
					r.tick(r.nowNs + int64(b&127)*17*ms)
				}
			}
			var err error
			switch b & 15 {
			case 0:
				r.c.Pause(r.nowNs)
			case 1:
				err = r.c.Resume(r.nowNs, id)
			case 2:
				if err = r.c.TakeControl(r.nowNs, id, "op "+id); err == nil {
					heard[id] = r.nowNs
				}
			case 3:
				if err = r.c.KeepControl(r.nowNs, id); err == nil {
					heard[id] = r.nowNs
				}
			case 4:
				err = r.c.GiveControl(r.nowNs, id)
			case 5:
				r.c.Disarm()
			case 6:
				r.c.EmergencyStop()
			case 7:
				r.c.ClearEmergency()
			case 8:
				err = r.c.Arm(r.nowNs)
			case 9:
				err = r.c.Rearm(r.nowNs)
			case 10:
				r.c.ResetTracking()
			default:
				r.detect()
			}
			c, s := r.now(), r.c.Status()
			held := s.Paused || s.LinkLost || s.Emergency || !s.Armed
			if moves := c.Mode == msg.ModeActive || c.Mode == msg.ModeDegraded; moves && held {
				t.Fatalf("after %d (%v): %v while %+v", b, err, c.Mode, s)
			}
			if s.Operator != "" && r.nowNs-heard[s.Operator[3:]] > linkNs {
				t.Fatalf("%q was heard of %d ns ago and has control", s.Operator, r.nowNs-heard[s.Operator[3:]])
			}
			if s.RanOut && s.Armed {
				t.Fatalf("armed after a wait that ran out: %+v", s)
			}
			if next := r.c.NextDeadlineNs(); next <= r.nowNs {
				t.Fatalf("the deadline was %d ns ago", r.nowNs-next)
			}
		}
	})
}
