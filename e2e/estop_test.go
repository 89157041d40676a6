package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"lanekeeper/daemon"
	"lanekeeper/e2e/timing"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// gateStatus is the part of controld's /status that says whether the vehicle may move.
type gateStatus struct {
	State     string `json:"state"`
	Reason    string `json:"reason"`
	Inputs    string `json:"inputs"`
	Armed     bool   `json:"armed"`
	Emergency bool   `json:"emergency_stop"`
	Paused    bool   `json:"paused"`
	LinkLost  bool   `json:"link_lost"`
	Operator  string `json:"operator"`
}

// TestEmergencyStop pulls the emergency stop at speed. It holds across a kill and a restart until it is
// cleared, and then the vehicle waits for an operator to arm it.
func TestEmergencyStop(t *testing.T) {
	r := newRig(t, "road")
	p := r.drive()
	latch := filepath.Join(r.state, r.place.Prefix+"emergency-stop")
	m := timing.Measure{What: "emergency stop: asked for → neutral", Bound: staleBound}
	for range timing.Repeats() {
		mark := r.atSpeed()
		at := shm.NowNs()
		if err := r.post(controld, "/estop"); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(latch); err != nil {
			t.Errorf("the stop was acknowledged and is not on disk: %v", err)
		}
		stop := r.commands.await(mark, "a command that stops", func(c *command) bool { return !c.moves() })
		if stop.Reason != msg.ReasonEmergency || stop.Brake != 1 {
			t.Errorf("stopped with reason %v and brake %v, emergency and 1 expected", stop.Reason, stop.Brake)
		}
		m.Add(t, stop.publishNs-at)

		p[controld].kill(t)
		p[controld] = r.start(controld)
		s := awaitStatus(r, controld, "good inputs", func(s *gateStatus) bool { return s.Inputs == "none" })
		if !s.Emergency || s.Armed || s.State != "stopped" || s.Reason != "emergency" {
			t.Errorf("after a kill and a restart: %+v, an emergency stop expected", s)
		}
		r.refused("/arm", "emergency stop is set")

		cleared := shm.NowNs()
		if err := r.post(controld, "/estop/clear"); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(latch); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the stop was cleared and is still on disk: %v", err)
		}
		for _, c := range r.commands.since(mark) {
			if c.moves() && c.publishNs > stop.publishNs && c.publishNs < cleared {
				t.Errorf("frame %d: driven in an emergency stop", c.FrameID)
			}
		}
		// Not even arm: auto takes it for an order to drive.
		mark = r.commands.mark()
		waits := func(c *command) bool { return c.Mode == msg.ModeStandby }
		r.commands.awaitMany(mark, 5, "commands in standby", waits)
		for _, c := range r.commands.since(mark) {
			if c.moves() {
				t.Fatalf("frame %d: driven after the stop was cleared, without being armed", c.FrameID)
			}
		}
		if err := r.post(controld, "/arm"); err != nil {
			t.Fatal(err)
		}
		r.driving(mark)
	}
	m.Report(t)
}

// TestEmergencyStopBeforeDisk has a disk that does not answer: a pipe where the stop is to be written, which nobody reads. The
// vehicle stops without it; the stop is not acknowledged.
func TestEmergencyStopBeforeDisk(t *testing.T) {
	r := newRig(t, "road")
	r.drive()
	latch := filepath.Join(r.state, r.place.Prefix+"emergency-stop")
	if err := syscall.Mkfifo(latch, 0o600); err != nil {
		t.Fatal(err)
	}
	mark := r.atSpeed()
	answered := make(chan error, 1)
	at := shm.NowNs()
	go func() { answered <- r.post(controld, "/estop") }()
	stop := r.commands.await(mark, "a command that stops in an emergency", func(c *command) bool { return c.Reason == msg.ReasonEmergency })
	r.commands.awaitMany(mark, 10, "commands that go on stopping", func(c *command) bool { return c.Reason == msg.ReasonEmergency })
	select {
	case err := <-answered:
		t.Errorf("answered with nothing on disk: %v", err)
	default:
	}
	m := timing.Measure{What: "emergency stop with a hanging disk: asked for → neutral", Bound: staleBound}
	m.Add(t, stop.publishNs-at)
	m.Report(t)

	// Read, the pipe lets go, and fails as nothing is kept in it.
	disk, err := os.Open(latch)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	if err := <-answered; err == nil {
		t.Error("acknowledged with nothing on disk")
	}
}

// TestArming lets an operator decide: nothing moves before, and nothing moves after.
func TestArming(t *testing.T) {
	r := newRig(t, "road")
	p := r.start(controld, "--arm", "manual")
	awaitStatus(r, controld, "no input", func(s *gateStatus) bool { return s.Inputs == "no-detection" })
	r.refused("/arm", "the inputs are not good")
	r.start(detectd)
	r.start(laneSim)
	awaitStatus(r, controld, "good inputs", func(s *gateStatus) bool { return s.Inputs == "none" })
	if err := r.post(controld, "/arm"); err != nil {
		t.Fatal(err)
	}
	r.driving(0)
	for _, c := range r.commands.since(0) {
		if c.moves() {
			break
		}
		if c.Mode != msg.ModeStandby || c.Throttle != 0 || c.Steering != 0 {
			t.Errorf("before arming: %v, %v", c.Mode, c.Command)
		}
	}
	if err := r.post(controld, "/disarm"); err != nil {
		t.Fatal(err)
	}
	mark := r.commands.mark()
	r.commands.awaitMany(mark, 5, "commands in standby", func(c *command) bool { return c.Mode == msg.ModeStandby })

	// A controller that comes back is disarmed, whoever had armed the one before.
	if err := r.post(controld, "/arm"); err != nil {
		t.Fatal(err)
	}
	r.driving(mark)
	p.kill(t)
	mark = r.commands.mark()
	r.start(controld, "--arm", "manual")
	awaitStatus(r, controld, "good inputs", func(s *gateStatus) bool { return s.Inputs == "none" })
	for _, c := range r.commands.since(mark) {
		if c.moves() {
			t.Fatalf("frame %d: driven after a restart that nobody armed", c.FrameID)
		}
	}
}

// TestDisarmHolds where controld arms by itself.
func TestDisarmHolds(t *testing.T) {
	r := newRig(t, "road")
	r.drive()
	if err := r.post(controld, "/disarm"); err != nil {
		t.Fatal(err)
	}
	r.onlyArmDrives()
}

// onlyArmDrives holds that a vehicle that an operator stopped waits for one to arm it.
func (r *rig) onlyArmDrives() {
	r.t.Helper()
	awaitStatus(r, controld, "good inputs", func(s *gateStatus) bool { return s.Inputs == "none" && s.State == "standby" })
	mark := r.commands.mark()
	r.commands.awaitMany(mark, 10, "commands in standby", func(c *command) bool { return c.Mode == msg.ModeStandby })
	for _, c := range r.commands.since(mark) {
		if c.moves() {
			r.t.Errorf("frame %d: driven without an operator", c.FrameID)
		}
	}
	if err := r.post(controld, "/arm"); err != nil {
		r.t.Fatal(err)
	}
	r.driving(mark)
}

// refused posts to controld what it must refuse.
func (r *rig) refused(path, says string) {
	r.t.Helper()
	r.refuses(r.post(controld, path), path, says)
}

// refuses holds that an answer of controld's is a refusal.
func (r *rig) refuses(err error, path, says string) {
	r.t.Helper()
	var answer *daemon.AnswerError
	if !errors.As(err, &answer) || answer.Status != 409 || !strings.Contains(answer.Message, says) {
		r.t.Errorf("POST %s: %v, a refusal with %q expected", path, err, says)
	}
}

// TestHalt makes the actuator inert after controld has been killed, with a configuration that nobody can read.
func TestHalt(t *testing.T) {
	r := newRig(t, "road")
	broken := filepath.Join(t.TempDir(), "broken.yaml")
	if err := os.WriteFile(broken, []byte("control: [\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	halt := func(want string) {
		t.Helper()
		h := spawn(t, controld, r.args(controld, "--config", broken, "--halt")...)
		code := h.wait(t, patience)
		if got := strings.TrimSpace(h.output.String()); code != 0 || got != want {
			t.Errorf("code %d, %q; 0, %q expected", code, got, want)
		}
	}
	halt("nothing was driven")
	p := r.drive()
	p[controld].kill(t)
	halt("sim is neutral")
}
