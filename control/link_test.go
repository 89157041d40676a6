package control

import (
	"testing"
	"time"

	"lanekeeper/msg"
)

// Silence stops the vehicle to the nanosecond, whatever clock the inputs are judged by.
func TestLinkLost(t *testing.T) {
	lockstep := func(p *Params) { p.Clock = ClockSource }
	for name, change := range map[string]func(*Params){"monotonic": func(*Params) {}, "lock-step": lockstep} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, change)
			if name == "lock-step" {
				r.det.Flags |= msg.DetectionLockstep
			}
			r.drive()
			if err := r.c.TakeControl(r.nowNs, "a", "ann"); err != nil {
				t.Fatal(err)
			}
			r.expect(r.keeping("a", 200), msg.ModeActive, msg.ReasonNone)
			kept := r.nowNs
			for range 50 { // the last one 1 s after ann was heard of
				r.expect(r.detect(), msg.ModeActive, msg.ReasonNone)
			}
			if got := r.c.NextDeadlineNs(); got != kept+linkNs+1 {
				t.Errorf("deadline %d ns after ann was heard of, %d expected", got-kept, linkNs+1)
			}
			r.expect(r.tick(kept+linkNs), msg.ModeActive, msg.ReasonNone)
			c := r.tick(kept + linkNs + 1)
			r.expect(c, msg.ModeStopped, msg.ReasonLinkLost)
			if s := r.c.Status(); !s.LinkLost || s.Paused || !s.Armed || s.Operator != "" {
				t.Errorf("status %+v: armed, a lost link and nobody in control expected", s)
			}
			r.refuses("keeping what is lost", r.c.KeepControl(r.nowNs, "a"), ErrNotHolder)
			r.refuses("giving what is lost", r.c.GiveControl(r.nowNs, "a"), ErrNotHolder)
			for range 500 {
				r.expect(r.detect(), msg.ModeStopped, msg.ReasonLinkLost)
			}
			if err := r.c.TakeControl(r.nowNs, "b", "bob"); err != nil {
				t.Fatal(err)
			}
			r.expect(r.keeping("b", 20), msg.ModeStopped, msg.ReasonLinkLost) // taking control resumes nothing
			if err := r.c.Resume(r.nowNs, "b"); err != nil {
				t.Fatal(err)
			}
			r.expect(r.detect(), msg.ModeActive, msg.ReasonNone)
		})
	}
}

// Who asked to drive on did not know what came after: a pause of somebody else's, or that the link was lost.
func TestResumeIsOvertaken(t *testing.T) {
	r := newRig(t).drive()
	r.c.Pause(r.nowNs)
	r.expect(r.detect(), msg.ModeStopped, msg.ReasonPaused)
	asked := r.nowNs
	r.expect(r.detect(), msg.ModeStopped, msg.ReasonPaused)
	r.c.Pause(r.nowNs) // again, by a person beside the vehicle
	r.refuses("resuming as asked before", r.c.Resume(asked, "a"), ErrOvertaken)
	r.expect(r.detect(), msg.ModeStopped, msg.ReasonPaused)
	if err := r.c.Resume(r.nowNs, "a"); err != nil {
		t.Fatal(err)
	}
	r.expect(r.detect(), msg.ModeActive, msg.ReasonNone)
	if err := r.c.Resume(asked, "a"); err != nil {
		t.Errorf("resuming what drives: %v", err)
	}

	r = taken(t)
	kept := r.nowNs
	r.expect(r.tick(kept+linkNs+1), msg.ModeStopped, msg.ReasonLinkLost)
	r.refuses("resuming as asked before", r.c.Resume(kept+linkNs, "a"), ErrOvertaken)
	if err := r.c.Resume(kept+linkNs+1, "a"); err != nil {
		t.Error(err)
	}
}

// A lost link disarms like a pause does: its limit counts from when the silence was too long.
func TestLostLinkRunsOut(t *testing.T) {
	r := taken(t)
	kept := r.nowNs
	for r.nowNs < kept+linkNs+limitNs-20*ms {
		r.detect()
	}
	r.expect(r.tick(kept+linkNs+1+limitNs), msg.ModeStopped, msg.ReasonLinkLost)
	r.expect(r.tick(kept+linkNs+1+limitNs+1), msg.ModeStandby, msg.ReasonDisarmed)
	r.refuses("arming by itself", r.c.Rearm(r.nowNs), ErrRanOut)
	r.drive()
}

// What was noticed late, as by a hanging process, is judged as of when it happened.
func TestLinkLostNoticedLate(t *testing.T) {
	r := taken(t)
	kept := r.nowNs
	r.tick(kept + linkNs + limitNs + 2)
	if s := r.c.Status(); s.Armed || s.LinkLost || !s.RanOut || s.Operator != "" {
		t.Errorf("status %+v: disarmed expected", s)
	}
}

// A link lost during a pause outlasts it, and the limit counts from when the vehicle began to wait.
func TestLinkLostWhilePaused(t *testing.T) {
	r := taken(t)
	began := r.nowNs
	r.c.Pause(began)
	for range 60 {
		r.detect()
	}
	r.expect(r.now(), msg.ModeStopped, msg.ReasonLinkLost)
	if s := r.c.Status(); !s.Paused || !s.LinkLost {
		t.Errorf("status %+v: both expected", s)
	}
	for r.nowNs+20*ms < began+limitNs {
		r.detect()
	}
	r.expect(r.tick(began+limitNs), msg.ModeStopped, msg.ReasonLinkLost)
	r.expect(r.tick(began+limitNs+1), msg.ModeStandby, msg.ReasonDisarmed)
}

// A shorter timeout counts at once, a longer one too.
func TestLinkTimeoutChanges(t *testing.T) {
	r := taken(t)
	kept := r.nowNs
	p := r.c.Params()
	for _, timeout := range []int64{3e9, 200 * ms} {
		p.Gate.LinkTimeout = time.Duration(timeout)
		if err := r.c.SetParams(p); err != nil {
			t.Fatal(err)
		}
		r.detect()
		if got, want := r.c.NextDeadlineNs(), min(kept+timeout, r.nowNs+80*ms)+1; got != want {
			t.Errorf("timeout %d: deadline in %d ns, %d expected", timeout, got-r.nowNs, want-r.nowNs)
		}
	}
	for r.nowNs+20*ms <= kept+200*ms {
		r.expect(r.detect(), msg.ModeActive, msg.ReasonNone)
	}
	r.expect(r.tick(kept+200*ms+1), msg.ModeStopped, msg.ReasonLinkLost)
	p.Gate.LinkTimeout = 0
	if err := r.c.SetParams(p); err == nil {
		t.Error("a link that may not be silent at all was taken")
	}
}

// Being heard counts from when it was, not from when the control loop came to it.
func TestKeepCountsFromHearing(t *testing.T) {
	r := taken(t)
	r.detect()
	heard := r.nowNs - 10*ms
	if err := r.c.KeepControl(heard, "a"); err != nil {
		t.Fatal(err)
	}
	if err := r.c.KeepControl(heard-5*ms, "a"); err != nil { // two requests may change places
		t.Fatal(err)
	}
	for range 47 {
		r.detect()
	}
	if got := r.c.NextDeadlineNs(); got != heard+linkNs+1 {
		t.Errorf("deadline %d ns after ann was heard of, %d expected", got-heard, linkNs+1)
	}
	r.expect(r.tick(heard+linkNs), msg.ModeActive, msg.ReasonNone)
	r.expect(r.tick(heard+linkNs+1), msg.ModeStopped, msg.ReasonLinkLost)
}
