package booted

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanekeeper/e2e/booted/record"
	"lanekeeper/e2e/machine"
	"lanekeeper/e2e/timing"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// What docs/reliability.md promises.
const (
	staleBound  = 100 * time.Millisecond  // from the last detection, when detections stop
	killedBound = 300 * time.Millisecond  // from the end of controld
	hungBound   = 1200 * time.Millisecond // from when controld hangs
	againBound  = 3 * time.Second         // until the vehicle drives again, by itself
)

// fault is something that goes wrong while the vehicle drives.
type fault struct {
	name string
	// bound is the longest time to neutral, from the last detection or, of controld's own faults, from the fault. Zero: the
	// drive goes on, at most with a gap.
	bound time.Duration
	own   bool // it is controld that fails
	lasts bool // it goes on until it is mended, and only then can the vehicle drive again
	// inject makes it happen, for the rep-th time, and returns what mends it where it does not mend itself, or nil.
	inject func(v *vehicle, rep int) (mend func())
}

func signalled(service, signal string) func(*vehicle, int) func() {
	return func(v *vehicle, _ int) func() {
		v.signal(service, signal)
		return nil
	}
}

var segmentNames = []string{msg.CameraFeed, msg.DetectionResults, msg.ControlCommands}

func faults() []fault {
	return []fault{
		{name: "camera gone (SIGKILL)", bound: staleBound, inject: signalled("lane-sim", "KILL")},
		{name: "camera frozen (SIGSTOP)", bound: staleBound, inject: signalled("lane-sim", "STOP")},
		{name: "lane-detectd SIGKILLed", bound: staleBound, inject: signalled("lane-detectd", "KILL")},
		{name: "lane-detectd SIGSTOPped", bound: staleBound, inject: signalled("lane-detectd", "STOP")},
		{name: "controld SIGKILLed", bound: killedBound, own: true, inject: signalled("controld", "KILL")},
		{name: "controld SIGSTOPped", bound: hungBound, own: true, inject: signalled("controld", "STOP")},
		{name: "segment truncated by hand", inject: func(v *vehicle, rep int) func() {
			v.Run("truncate", "--size=0", "/dev/shm/"+segmentNames[rep%len(segmentNames)])
			return nil
		}},
		{name: "segment removed by hand", inject: func(v *vehicle, rep int) func() {
			name := segmentNames[rep%len(segmentNames)]
			v.Run("rm", "/dev/shm/"+name, "/dev/shm/"+name+".lock")
			return nil
		}},
		{name: "/dev/shm full, lane-detectd SIGKILLed", bound: staleBound, lasts: true, inject: full},
		{name: "configuration broken, reloaded, mended", inject: badReload},
		{name: "journald SIGSTOPped", inject: func(v *vehicle, _ int) func() {
			v.signal("systemd-journald", "STOP")
			return func() { v.signal("systemd-journald", "CONT") }
		}},
		{name: "journald SIGSTOPped, lane-detectd SIGKILLed", bound: staleBound, inject: func(v *vehicle, _ int) func() {
			v.signal("systemd-journald", "STOP")
			v.signal("lane-detectd", "KILL")
			return func() { v.signal("systemd-journald", "CONT") }
		}},
	}
}

// full takes all the memory there is for segments, and goes on taking what comes free, until a second after the detector
// has died.
func full(v *vehicle, _ int) func() {
	v.t.Helper()
	taker := v.Command("sh", "-c", `trap 'exit 0' TERM; while :; do cat /dev/zero >>/dev/shm/taken 2>/dev/null; sleep 0.01; done`)
	if err := taker.Start(); err != nil {
		v.t.Fatal(err)
	}
	v.Await("a full /dev/shm", func() bool {
		return strings.TrimSpace(v.Run("sh", "-c", "df --output=avail /dev/shm | tail -n 1")) == "0"
	})
	v.signal("lane-detectd", "KILL")
	time.Sleep(time.Second) // how long it stays full is part of the fault
	return func() {
		v.Run("pkill", "-f", "[d]ev/shm/taken")
		v.Run("rm", "/dev/shm/taken")
		_ = taker.Wait()
	}
}

// badReload breaks controld's configuration, asks for it and mends it.
func badReload(v *vehicle, _ int) func() {
	v.t.Helper()
	v.configure("controld", "slots: 16", "slots: sixteen")
	if said, err := v.Try("systemctl", "reload", "controld"); err == nil {
		v.t.Errorf("the reload of a broken configuration succeeded: %s", said)
	}
	return func() {
		v.configure("controld", "slots: sixteen", "slots: 16")
		v.Run("systemctl", "reload", "controld")
	}
}

// TestFaults measures, for each fault, when the vehicle is neutral and when it drives again by itself.
func TestFaults(t *testing.T) {
	v, p := driving(t)
	v.Run("mount", "-o", "remount,size=64m", "/dev/shm")
	for _, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			neutral := timing.Measure{What: f.name + ": neutral", Bound: f.bound}
			again := timing.Measure{What: f.name + ": drives again", Bound: againBound}
			halted := timing.Measure{What: f.name + ": actuator halted", Bound: f.bound}
			undisturbed := 0
			for rep := range timing.Repeats() {
				o := v.suffer(p, f, rep)
				if o.neutralNs == 0 {
					undisturbed++
					continue
				}
				if f.bound > 0 {
					neutral.Add(t, o.neutralNs-o.fromNs)
				} else {
					t.Logf("%s: after %v the vehicle was neutral because of %v", f.name, time.Duration(o.neutralNs-o.fromNs), o.why)
				}
				again.Add(t, o.againNs-o.beganNs)
				if f.own {
					halted.Add(t, v.halted()-o.beganNs)
				}
			}
			if f.bound > 0 {
				neutral.Report(t)
			}
			if f.own {
				halted.Report(t)
			}
			if undisturbed == timing.Repeats() && f.bound > 0 {
				t.Error("the vehicle was never made neutral")
			}
			if undisturbed < timing.Repeats() {
				again.Report(t)
			}
			t.Logf("%s: %d of %d times the drive went on without a gap", f.name, undisturbed, timing.Repeats())
			t.Logf("%s: the journal said\n%s", f.name, v.warnings())
		})
	}
	if s := v.state(); !s.Armed {
		t.Errorf("after all of it: %+v", s)
	}
	if left := v.segments(); len(left) != 2*len(segmentNames) {
		t.Errorf("/dev/shm has %q, three segments with their locks expected", left)
	}
}

// outcome is what became of a fault.
type outcome struct {
	fromNs    int64 // what the time to neutral counts from
	neutralNs int64 // 0: the drive went on
	why       msg.Reason
	beganNs   int64 // the fault, or its end where somebody has to mend it
	againNs   int64
}

// suffer lets a fault happen to a vehicle at speed.
func (v *vehicle) suffer(p *tap, f fault, rep int) (o outcome) {
	t := v.t
	t.Helper()
	// The fault before may have carried the vehicle off its lane, where no controller could go on: back to the start.
	v.Run("systemctl", "restart", "lane-sim")
	p.driving(machine.Patience)
	v.mark()
	began := shm.NowNs()
	mend := f.inject(v, rep)
	for deadline := time.Now().Add(3 * time.Second); o.neutralNs == 0 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		o.neutralNs, o.why = p.neutral(began)
	}
	o.fromNs, o.beganNs = began, began
	switch {
	case f.lasts:
		o.beganNs = shm.NowNs()
		mend()
	case mend != nil: // it drives again before that
		defer mend()
	}
	after := max(o.neutralNs, o.beganNs)
	r, ok := p.await(after, 4*againBound, func(r *record.Record) bool { return r.Moves() && r.CaptureNs > after })
	if !ok {
		t.Fatalf("%s: the vehicle does not drive again\n%s", f.name, v.Journal("--lines=80"))
	}
	o.againNs = r.PublishNs
	if o.neutralNs != 0 { // once more, now that all is known
		o.neutralNs, o.why = p.neutral(began)
	}
	if !f.own && o.neutralNs != 0 {
		if o.fromNs = p.lastDetection(o.neutralNs); o.fromNs == 0 {
			o.fromNs = began
		}
	}
	return o
}

// mark is where the journal's warnings begin.
func (v *vehicle) mark() {
	v.t.Helper()
	v.Run("journalctl", "--sync")
	v.Shell("journalctl --lines=0 --show-cursor | sed -n 's/^-- cursor: //p' >/tmp/cursor")
}

// halted is when, in CLOCK_MONOTONIC ns, the first controld --halt since the mark had made the actuator neutral. What moves a
// real vehicle reads no commands: this is when it stands.
func (v *vehicle) halted() int64 {
	v.t.Helper()
	v.Run("journalctl", "--sync")
	text := v.Shell(`journalctl --after-cursor="$(cat /tmp/cursor)" --unit=controld --output=json --no-pager | grep '"sim is neutral"' | head -n 1`)
	var entry struct {
		MonotonicUs string `json:"__MONOTONIC_TIMESTAMP"`
	}
	if err := json.Unmarshal([]byte(text), &entry); err != nil {
		v.t.Fatalf("controld --halt did not run: %v\n%s", err, v.Journal("--unit=controld", "--lines=20"))
	}
	us, err := strconv.ParseInt(entry.MonotonicUs, 10, 64)
	if err != nil {
		v.t.Fatal(err)
	}
	return us * 1000
}

// warnings are the texts logged since the mark that a person should read, each once.
func (v *vehicle) warnings() string {
	v.t.Helper()
	return v.Shell(`journalctl --after-cursor="$(cat /tmp/cursor)" --priority=warning --output=cat --no-pager | sort | uniq -c | head -n 20`)
}

// TestReady measures the time from systemctl start to readiness.
func TestReady(t *testing.T) {
	v := installed(t)
	for _, s := range append([]string{"camerad"}, services...) {
		m := timing.Measure{What: s + ": systemctl start → READY", Bound: time.Second}
		for range timing.Repeats() {
			v.Run("systemctl", "stop", "camerad", "lane-sim", "lane-detectd", "controld")
			if s == "lane-detectd" {
				v.Run("systemctl", "start", "lane-sim") // which it wants
			}
			began := time.Now()
			v.Run("systemctl", "start", s)
			m.Add(t, time.Since(began).Nanoseconds())
		}
		m.Report(t)
	}
}
