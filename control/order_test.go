package control

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"lanekeeper/msg"
)

const (
	linkNs  = int64(time.Second)      // link_timeout
	limitNs = int64(10 * time.Minute) // pause_limit
)

// now lets the vehicle be judged anew at the rig's time.
func (r *rig) now() msg.Command { return r.tick(r.nowNs) }

// keeping lets n detections pass while an operator keeps control.
func (r *rig) keeping(id string, n int) (c msg.Command) {
	r.t.Helper()
	for range n {
		c = r.detect()
		if err := r.c.KeepControl(r.nowNs, id); err != nil {
			r.t.Fatal(err)
		}
	}
	return c
}

// taken is a rig whose vehicle drives while ann has control from afar.
func taken(t testing.TB, change ...func(*Params)) *rig {
	t.Helper()
	r := newRig(t, change...).drive()
	if err := r.c.TakeControl(r.nowNs, "a", "ann"); err != nil {
		t.Fatal(err)
	}
	return r
}

// refuses takes what must be refused.
func (r *rig) refuses(what string, err, want error) {
	r.t.Helper()
	if !errors.Is(err, want) {
		r.t.Errorf("%s: %v, %v expected", what, err, want)
	}
}

// held takes what must be refused because ann has control.
func (r *rig) held(what string, err error) {
	r.t.Helper()
	var held *HeldError
	if !errors.As(err, &held) || held.Operator != "ann" || !strings.Contains(err.Error(), "ann has control") {
		r.t.Errorf("%s: %v; a refusal that names ann expected", what, err)
	}
}

func TestPauseAndResume(t *testing.T) {
	r := newRig(t).drive()
	r.c.Pause(r.nowNs)
	c := r.now()
	r.expect(c, msg.ModeStopped, msg.ReasonPaused)
	if s := r.c.Status(); c.Brake != 0.5 || !s.Paused || !s.Armed || s.Inputs != msg.ReasonNone {
		t.Errorf("brake %v, status %+v: 0.5 and paused, armed, with good inputs expected", c.Brake, s)
	}
	for range 500 { // 10 s: longer than failures may last
		r.expect(r.detect(), msg.ModeStopped, msg.ReasonPaused)
	}
	if err := r.c.Resume(r.nowNs, ""); err != nil {
		t.Fatal(err)
	}
	r.expect(r.tick(r.nowNs+ms), msg.ModeStopped, msg.ReasonPaused) // no picture yet to drive by
	c = r.detect()
	r.expect(c, msg.ModeActive, msg.ReasonNone)
	if c.Throttle > 0.02 {
		t.Errorf("throttle %v at once after a pause", c.Throttle)
	}
	if err := r.c.Resume(r.nowNs, ""); err != nil {
		t.Errorf("resuming what drives: %v", err)
	}
}

// A pause ends by its limit to the nanosecond, however often it is asked for, and only Arm drives on.
func TestPauseRunsOut(t *testing.T) {
	r := newRig(t).drive()
	began := r.nowNs
	r.c.Pause(began)
	end := began + limitNs
	for r.nowNs+20*ms < end {
		r.expect(r.detect(), msg.ModeStopped, msg.ReasonPaused)
		r.c.Pause(r.nowNs)
	}
	if got := r.c.NextDeadlineNs(); got != end+1 {
		t.Errorf("deadline %d ns after the pause began, %d expected", got-began, limitNs+1)
	}
	r.expect(r.tick(end), msg.ModeStopped, msg.ReasonPaused)
	r.expect(r.tick(end+1), msg.ModeStandby, msg.ReasonDisarmed)
	r.refuses("resuming", r.c.Resume(r.nowNs, "a"), ErrRanOut)
	r.refuses("arming by itself", r.c.Rearm(r.nowNs), ErrRanOut)
	r.c.Pause(r.nowNs)
	r.c.Disarm() // neither lets it arm itself again
	r.refuses("arming by itself", r.c.Rearm(r.nowNs), ErrRanOut)
	r.drive()
}

// While ann has control others may stop the vehicle and no more.
func TestControlIsExclusive(t *testing.T) {
	r := taken(t)
	r.held("taking", r.c.TakeControl(r.nowNs, "b", "bob"))
	r.held("keeping", r.c.KeepControl(r.nowNs, "b"))
	r.held("giving", r.c.GiveControl(r.nowNs, "b"))
	r.held("anything", r.c.May(r.nowNs, "b"))
	for _, id := range []string{"a", ""} { // ann, and who is at the vehicle
		r.c.Pause(r.nowNs)
		r.held("resuming", r.c.Resume(r.nowNs, "b"))
		r.expect(r.now(), msg.ModeStopped, msg.ReasonPaused)
		if err := errors.Join(r.c.May(r.nowNs, id), r.c.Resume(r.nowNs, id)); err != nil {
			t.Errorf("%q: %v", id, err)
		}
		r.expect(r.detect(), msg.ModeActive, msg.ReasonNone)
	}
	if err := r.c.GiveControl(r.nowNs, "a"); err != nil {
		t.Fatal(err)
	}
	r.expect(r.tick(r.nowNs+ms), msg.ModeActive, msg.ReasonNone)
	for range 100 { // nobody is listened for any more
		r.expect(r.detect(), msg.ModeActive, msg.ReasonNone)
	}
	r.refuses("giving twice", r.c.GiveControl(r.nowNs, "a"), ErrNotHolder)
	if err := r.c.TakeControl(r.nowNs, "b", "bob"); err != nil || r.c.Status().Operator != "bob" {
		t.Errorf("%v, %q has control", err, r.c.Status().Operator)
	}
}

// What is done at the vehicle ends what was wanted from afar.
func TestOrdersAtTheVehicleEndControl(t *testing.T) {
	for name, do := range map[string]func(c *Controller){
		"disarm":    (*Controller).Disarm,
		"emergency": func(c *Controller) { c.EmergencyStop(); c.ClearEmergency() },
	} {
		r := taken(t)
		r.c.Pause(r.nowNs)
		do(r.c)
		r.expect(r.now(), msg.ModeStandby, msg.ReasonDisarmed)
		if s := r.c.Status(); s.Operator != "" || s.Paused || s.LinkLost {
			t.Errorf("%s: status %+v", name, s)
		}
		r.refuses(name+": keeping", r.c.KeepControl(r.nowNs, "a"), ErrNotHolder)
		r.refuses(name+": resuming", r.c.Resume(r.nowNs, "a"), ErrDisarmed)
		r.tick(r.nowNs + 2*linkNs)
		if s := r.c.Status(); s.LinkLost {
			t.Errorf("%s: a link that nobody holds is lost", name)
		}
		if got := r.c.NextDeadlineNs(); got != math.MaxInt64 {
			t.Errorf("%s: deadline at %d", name, got)
		}
		r.drive()
	}
}

// Arming at the vehicle ends a pause and a lost link; whoever has control keeps it, and has to be heard.
func TestArmingEndsWaiting(t *testing.T) {
	r := taken(t)
	r.c.Pause(r.nowNs)
	r.expect(r.keeping("a", 10), msg.ModeStopped, msg.ReasonPaused)
	if err := r.c.Arm(r.nowNs); err != nil {
		t.Fatal(err)
	}
	r.expect(r.detect(), msg.ModeActive, msg.ReasonNone)
	for range 60 {
		r.detect()
	}
	r.expect(r.now(), msg.ModeStopped, msg.ReasonLinkLost)
	if err := r.c.Arm(r.nowNs); err != nil {
		t.Fatal(err)
	}
	r.expect(r.detect(), msg.ModeActive, msg.ReasonNone)
}

// Failures while the vehicle waits disarm as ever, and the wait is not over with that: what arms itself stays put.
func TestFailureWhilePaused(t *testing.T) {
	r := newRig(t).drive()
	r.c.Pause(r.nowNs)
	r.expect(r.tick(r.nowNs+2500*ms), msg.ModeStopped, msg.ReasonPaused)
	if s := r.c.Status(); s.Inputs != msg.ReasonStale {
		t.Errorf("inputs %v, stale expected", s.Inputs)
	}
	r.expect(r.tick(r.nowNs+1000*ms), msg.ModeStandby, msg.ReasonDisarmed)
	r.refuses("resuming", r.c.Resume(r.nowNs, ""), ErrDisarmed)
	for range 6 {
		r.expect(r.detect(), msg.ModeStandby, msg.ReasonDisarmed)
	}
	if err := r.c.Rearm(r.nowNs); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		r.expect(r.detect(), msg.ModeStopped, msg.ReasonPaused)
	}
	if err := r.c.Resume(r.nowNs, ""); err != nil {
		t.Fatal(err)
	}
	r.expect(r.detect(), msg.ModeActive, msg.ReasonNone)
}

// Resumed while an input fails, the vehicle waits for that alone.
func TestResumeWhileFailing(t *testing.T) {
	r := newRig(t).drive()
	r.c.Pause(r.nowNs)
	r.tick(r.nowNs + 100*ms)
	if err := r.c.Resume(r.nowNs, ""); err != nil {
		t.Fatal(err)
	}
	r.expect(r.now(), msg.ModeStopped, msg.ReasonStale)
	for range 4 {
		r.expect(r.detect(), msg.ModeStopped, msg.ReasonStale)
	}
	r.expect(r.detect(), msg.ModeActive, msg.ReasonNone)
}

// Control may be taken before the vehicle is armed and while it is paused, and is watched from then on.
func TestTakeWhileStanding(t *testing.T) {
	r := newRig(t)
	for range 6 {
		r.detect()
	}
	if err := r.c.TakeControl(r.nowNs, "a", "ann"); err != nil {
		t.Fatal(err)
	}
	for range 60 {
		r.expect(r.detect(), msg.ModeStandby, msg.ReasonDisarmed)
	}
	if s := r.c.Status(); !s.LinkLost || s.Operator != "" {
		t.Errorf("status %+v: a lost link expected", s)
	}
	r.drive() // armed at the vehicle
	r.c.Pause(r.nowNs)
	if err := r.c.TakeControl(r.nowNs, "b", "bob"); err != nil {
		t.Fatal(err)
	}
	r.expect(r.keeping("b", 5), msg.ModeStopped, msg.ReasonPaused)
}

func TestOrdersRefusedForGood(t *testing.T) {
	r := taken(t)
	r.c.EmergencyStop()
	r.refuses("resuming", r.c.Resume(r.nowNs, ""), ErrEmergency)
	r.c.Pause(r.nowNs)
	r.expect(r.now(), msg.ModeStopped, msg.ReasonEmergency)
	r.c.ClearEmergency()
	r.c.Shutdown()
	r.refuses("resuming", r.c.Resume(r.nowNs, ""), ErrEnding)
	r.refuses("taking", r.c.TakeControl(r.nowNs, "a", "ann"), ErrEnding)
	r.expect(r.now(), msg.ModeStopped, msg.ReasonShutdown)
	for _, who := range [][2]string{{"", "ann"}, {"a", ""}} {
		if err := newRig(t).c.TakeControl(1, who[0], who[1]); err == nil {
			t.Errorf("%q took control", who)
		}
	}
}

// What was learned of a wrong lane is forgotten, and the vehicle drives on.
func TestResetTracking(t *testing.T) {
	r := newRig(t, func(p *Params) { p.Steering.Controller = PID }).drive()
	wide := func(d *msg.Detection) { d.Left.Poly[0], d.Right.Poly[0] = 0.26, -0.2 }
	for range 200 {
		r.detect(wide)
	}
	if s := r.c.Status(); math.Abs(s.Lane.WidthM-0.46) > 0.01 || s.IntegralM == 0 {
		t.Fatalf("learned a width of %v m, integral %v", s.Lane.WidthM, s.IntegralM)
	}
	r.c.ResetTracking()
	if s := r.c.Status(); s.IntegralM != 0 {
		t.Errorf("integral %v", s.IntegralM)
	}
	r.expect(r.now(), msg.ModeActive, msg.ReasonNone)
	r.expect(r.detect(func(d *msg.Detection) { wide(d); d.HasLeftLane = 0 }), msg.ModeActive, msg.ReasonNone)
	if s := r.c.Status(); s.Lane.WidthM != 0.36 {
		t.Errorf("a width of %v m, 0.36 expected", s.Lane.WidthM)
	}
}
