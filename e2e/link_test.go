package e2e

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/e2e/timing"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/telemetry"
)

const (
	linkTimeout = time.Second // control.gate.link_timeout, as shipped
	linkBound   = 100 * time.Millisecond
	keepEvery   = 100 * time.Millisecond
)

// giver is an operator at a distance.
type giver struct {
	By string `json:"by"`
	ID string `json:"id"`
}

// order posts to controld in an operator's name.
func (r *rig) order(who giver, path string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return daemon.Post(ctx, r.socket(controld), path, who, nil)
}

// must gives an order that is carried out.
func (r *rig) must(who giver, path string) {
	r.t.Helper()
	if err := r.order(who, path); err != nil {
		r.t.Fatalf("%s of %s: %v", path, who.By, err)
	}
}

// take takes control, and keeps it until silence is asked for, which tells when the last word of the operator was sent.
func (r *rig) take(who giver) (silence func() (lastNs int64)) {
	r.t.Helper()
	last := shm.NowNs()
	r.must(who, "/control/take")
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		again := time.NewTicker(keepEvery)
		defer again.Stop()
		for {
			select {
			case <-again.C:
			case <-stop:
				return
			}
			at := shm.NowNs()
			if err := r.order(who, "/control/keep"); err != nil {
				r.t.Errorf("%s keeps control: %v", who.By, err)
				return
			}
			last = at
		}
	}()
	silence = sync.OnceValue(func() int64 {
		close(stop)
		<-stopped
		return last
	})
	r.t.Cleanup(func() { silence() })
	return silence
}

// stays holds that the vehicle is stopped for a reason over so many commands.
func (r *rig) stays(n int, why msg.Reason) {
	r.t.Helper()
	mark := r.commands.mark()
	r.commands.awaitMany(mark, n, "commands that hold the vehicle", func(*command) bool { return true })
	for _, c := range r.commands.since(mark) {
		if c.Mode != msg.ModeStopped || c.Reason != why || c.Throttle != 0 || c.Steering != 0 {
			r.t.Fatalf("frame %d: %v because of %v, stopped because of %v expected", c.FrameID, c.Mode, c.Reason, why)
		}
	}
}

// events are what controld says has happened to the vehicle, a line for each.
func (r *rig) events() string {
	r.t.Helper()
	var list struct {
		Events []telemetry.Event `json:"events"`
	}
	if err := daemon.Get(r.t.Context(), r.socket(controld), "/events?after=0", &list); err != nil {
		r.t.Fatal(err)
	}
	var text strings.Builder
	for _, e := range list.Events {
		fmt.Fprintf(&text, "%s %s: %s by=%q\n", e.Severity, e.Kind, e.Text, e.By)
	}
	return text.String()
}

// happened holds that each of some events is among those of controld.
func (r *rig) happened(lines ...string) {
	r.t.Helper()
	got := r.events()
	for _, want := range lines {
		if !strings.Contains(got, want+"\n") {
			r.t.Errorf("no event %s; there are\n%s", want, got)
		}
	}
}

// TestPause stops the vehicle and lets it drive on. A pause longer than a failure may last does not disarm.
func TestPause(t *testing.T) {
	r := newRig(t, "road")
	r.drive()
	m := timing.Measure{What: "pause: asked for → neutral", Bound: staleBound}
	for range timing.Repeats() {
		mark := r.atSpeed()
		at := shm.NowNs()
		r.must(giver{By: "ann"}, "/pause")
		stop := r.commands.await(mark, "a pause", func(c *command) bool { return c.Reason == msg.ReasonPaused })
		m.Add(t, stop.publishNs-at)
		s := awaitStatus(r, controld, "a pause", func(s *gateStatus) bool { return s.Paused })
		if !s.Armed || s.State != "stopped" || s.Reason != "paused" || s.LinkLost {
			t.Errorf("%+v, armed and paused expected", s)
		}
		r.stays(30, msg.ReasonPaused)
		mark = r.commands.mark()
		r.must(giver{By: "ann"}, "/resume")
		r.driving(mark)
	}
	m.Report(t)
	r.must(giver{By: "ann"}, "/pause")
	r.stays(300, msg.ReasonPaused) // 5 s; control.gate.rearm_after is 3
	mark := r.commands.mark()
	resume := spawn(t, lanectl, "resume", "--prefix", r.place.Prefix, "--run-dir", r.place.RunDir, "--shm-dir", r.place.ShmDir)
	if code := resume.wait(t, patience); code != 0 || resume.output.String() != "resumed: the vehicle may move\n" {
		t.Errorf("code %d, %s", code, resume.output)
	}
	r.driving(mark)
	r.happened(`info order: paused by="ann"`, `info state: stopped: paused by=""`, `info order: resumed by="ann"`, `info order: resumed by="vehicle"`)
}

// TestPauseRunsOut disarms what would arm by itself.
func TestPauseRunsOut(t *testing.T) {
	r := newRig(t, "road")
	for _, name := range []string{detectd, laneSim} {
		r.start(name)
	}
	r.start(controld, "--set", "control.gate.pause_limit=1s")
	r.driving(0)
	r.must(giver{By: "ann"}, "/pause")
	awaitStatus(r, controld, "a pause that ran out", func(s *gateStatus) bool { return !s.Armed && !s.Paused })
	r.refuses(r.order(giver{By: "ann", ID: "a"}, "/resume"), "/resume", "arm it on the vehicle")
	r.onlyArmDrives()
}

// TestPauseIsForgotten by a controld that is killed: the next one is disarmed, which holds the vehicle better.
func TestPauseIsForgotten(t *testing.T) {
	r := newRig(t, "road")
	p := r.start(controld, "--arm", "manual")
	r.start(detectd)
	r.start(laneSim)
	awaitStatus(r, controld, "good inputs", func(s *gateStatus) bool { return s.Inputs == "none" })
	r.must(giver{By: "ann"}, "/arm")
	r.driving(0)
	r.must(giver{By: "ann"}, "/pause")
	awaitStatus(r, controld, "a pause", func(s *gateStatus) bool { return s.Paused })
	p.kill(t)
	mark := r.commands.mark()
	r.start(controld, "--arm", "manual")
	s := awaitStatus(r, controld, "good inputs", func(s *gateStatus) bool { return s.Inputs == "none" })
	if s.Armed || s.Paused || s.State != "standby" {
		t.Errorf("after a kill and a restart: %+v, disarmed expected", s)
	}
	r.refuses(r.order(giver{By: "ann", ID: "a"}, "/resume"), "/resume", "the vehicle is disarmed")
	r.commands.awaitMany(mark, 10, "commands in standby", func(c *command) bool { return c.Mode == msg.ModeStandby })
	for _, c := range r.commands.since(mark) {
		if c.moves() {
			t.Fatalf("frame %d: driven after a restart that nobody armed", c.FrameID)
		}
	}
}

// TestLinkLost has an operator take control, be heard for a while, and fall silent at speed.
func TestLinkLost(t *testing.T) {
	r := newRig(t, "road")
	p := r.drive()
	ann, bob := giver{"ann", "a"}, giver{"bob", "b"}
	m := timing.Measure{What: "link lost: link_timeout after the last word → neutral", Bound: linkBound}
	for range timing.Repeats() {
		silence := r.take(ann)
		mark := r.commands.mark()
		r.commands.awaitMany(mark, 75, "commands for longer than the timeout", func(*command) bool { return true })
		for _, c := range r.commands.since(mark) {
			if c.Reason == msg.ReasonLinkLost {
				t.Fatal("the link of an operator who is heard is lost")
			}
		}
		mark = r.atSpeed()
		last := silence()
		// On a busy machine it may have stopped for another reason before, and driven on.
		stop := r.commands.await(mark, "a lost link", func(c *command) bool { return c.Reason == msg.ReasonLinkLost })
		if stop.Mode != msg.ModeStopped || stop.Throttle != 0 || stop.Steering != 0 {
			t.Errorf("a lost link leaves the vehicle %v, throttle %v", stop.Mode, stop.Throttle)
		}
		if early := last + int64(linkTimeout) - stop.publishNs; early > 0 {
			t.Errorf("stopped %v before the timeout", time.Duration(early))
		}
		m.Add(t, stop.publishNs-last-int64(linkTimeout))
		s := awaitStatus(r, controld, "a lost link", func(s *gateStatus) bool { return s.LinkLost })
		if !s.Armed || s.Operator != "" {
			t.Errorf("%+v, armed and nobody in control expected", s)
		}
		r.refuses(r.order(ann, "/control/keep"), "/control/keep", "the link was lost")
		r.stays(30, msg.ReasonLinkLost)
		mark = r.commands.mark()
		r.must(bob, "/resume")
		r.driving(mark)
	}
	m.Report(t)
	r.happened(`info order: control taken by="ann"`, `warning state: stopped: link lost by=""`, `info order: resumed by="bob"`)
	if said := p[controld].output.String(); !strings.Contains(said, `"order": "take control", "by": "ann"`) {
		t.Errorf("taking control is not logged with its giver:\n%s", said)
	}
}

// TestControlIsExclusive has another operator try while one has control.
func TestControlIsExclusive(t *testing.T) {
	r := newRig(t, "road")
	r.drive()
	ann, bob := giver{"ann", "a"}, giver{"bob", "b"}
	silence := r.take(ann)
	for _, path := range []string{"/control/take", "/control/keep", "/control/give", "/resume", "/tracking/reset"} {
		r.refuses(r.order(bob, path), path, "ann has control")
	}
	mark := r.commands.mark()
	r.must(bob, "/pause")
	r.commands.await(mark, "a pause", func(c *command) bool { return c.Reason == msg.ReasonPaused })
	r.refuses(r.order(bob, "/resume"), "/resume", "ann has control")
	mark = r.commands.mark()
	r.must(ann, "/resume")
	r.driving(mark)
	r.must(ann, "/tracking/reset")
	silence()
	r.must(ann, "/control/give")
	// Nobody is listened for any more.
	given := shm.NowNs()
	mark = r.commands.mark()
	r.commands.await(mark, "a command past the timeout", func(c *command) bool { return c.publishNs > given+2*int64(linkTimeout) })
	for _, c := range r.commands.since(mark) {
		if c.Reason == msg.ReasonLinkLost {
			t.Fatal("the link of an operator who gave control back is lost")
		}
	}
	silence = r.take(bob)
	silence()
	r.must(giver{By: "carl"}, "/disarm")
	s := awaitStatus(r, controld, "standby", func(s *gateStatus) bool { return s.State == "standby" })
	if s.Operator != "" || s.LinkLost {
		t.Errorf("%+v, nobody in control expected", s)
	}
	r.refuses(r.order(bob, "/control/keep"), "/control/keep", "control is not with you")
}

// TestEmergencyStopFromAfar outlives the one who ordered it, and the controld that obeyed.
func TestEmergencyStopFromAfar(t *testing.T) {
	r := newRig(t, "road")
	p := r.drive()
	mark := r.atSpeed()
	r.take(giver{"ann", "a"})()
	r.must(giver{"bob", "b"}, "/estop") // who has control does not matter
	r.commands.await(mark, "an emergency stop", func(c *command) bool { return c.Reason == msg.ReasonEmergency })
	r.happened(`info order: emergency stop by="bob"`, `warning state: stopped: emergency by=""`)
	if said := p[controld].output.String(); !strings.Contains(said, `"order": "emergency stop", "by": "bob"`) {
		t.Errorf("the emergency stop is not logged with its giver:\n%s", said)
	}
	p[controld].kill(t)
	mark = r.commands.mark()
	r.start(controld)
	s := awaitStatus(r, controld, "good inputs", func(s *gateStatus) bool { return s.Inputs == "none" })
	if !s.Emergency || s.Armed || s.Reason != "emergency" || s.Operator != "" {
		t.Errorf("after a kill and a restart: %+v, an emergency stop expected", s)
	}
	r.refuses(r.order(giver{"bob", "b"}, "/resume"), "/resume", "emergency stop is set")
	r.commands.awaitMany(mark, 10, "commands that hold the vehicle", func(c *command) bool { return c.Reason == msg.ReasonEmergency })
	for _, c := range r.commands.since(mark) {
		if c.moves() {
			t.Fatalf("frame %d: driven in an emergency stop", c.FrameID)
		}
	}
}
