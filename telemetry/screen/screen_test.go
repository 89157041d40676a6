package screen

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"lanekeeper/telemetry"
	"lanekeeper/telemetry/receiver"
)

func of[T any](v T) *T { return &v }

// drive feeds a view with a drive of some seconds.
func drive(v *View, seconds int) {
	h := v.Handlers()
	start := time.Now().Add(-time.Duration(seconds) * time.Second)
	h.Link(receiver.Link{State: receiver.Live, Text: "lane-detectd sends"})
	for i := range int64(seconds * 30) {
		at := start.Add(time.Duration(i) * time.Second / 30)
		capture := 1e9 + i*33e6
		times := receiver.Times{Received: at, AgeMs: of(20.0), DelayMs: of(3.0), Exact: true}
		h.Message(receiver.Message{Times: times, Daemon: receiver.LaneDetectd, Lane: &telemetry.LaneFound{
			FrameID: i, CaptureNs: capture, FramePublishedNs: capture + 1e6, PublishedNs: capture + 8e6, SentNs: capture + 9e6,
			ProcessingTimeMs: 6, Left: &telemetry.Line{Confidence: 0.97}, OffsetM: of(0.1 * math.Sin(float64(i)/40)), HeadingRad: of(0.02),
			Departure: "none", Overrun: 2, Skipped: 3,
		}})
		h.Message(receiver.Message{Times: times, Daemon: receiver.Controld, Control: &telemetry.Control{
			State: "active", Reason: "none", Steering: -0.5, Throttle: 0.4, SpeedMps: of(0.8), Departure: "left",
			CaptureNs: capture, PublishedNs: capture + 10e6, SentNs: capture + 11e6,
		}})
	}
	h.Message(receiver.Message{Daemon: receiver.Controld, Status: &telemetry.Status{Name: "controld", Version: "1.0", UptimeS: 61, Line: "driving\x1b[2J"},
		Times: receiver.Times{Exact: true}})
	for i := range uint64(mostEvents + 2) {
		h.Message(receiver.Message{Times: receiver.Times{Exact: true}, Event: &telemetry.Event{
			ID: i, TimeS: 3600 * float64(i), Severity: "warning", Text: fmt.Sprintf("event %d\r\n\x1b]0;owned\a", i), By: "ann",
		}})
	}
	h.Notice(receiver.Notice{Text: "controld has started again (pid 2, before 1)"})
	h.Stats(receiver.Stats{BytesPerS: 12345, Malformed: 4, DelayP50Ms: of(1.25), DelayP99Ms: of(8.5)})
}

// TestText shows everything, and nothing that a terminal would obey.
func TestText(t *testing.T) {
	v := NewView("tcp://car:5557")
	drive(v, 10)
	r := v.Report()
	text := r.Text()
	for _, want := range []string{
		"tcp://car:5557  LIVE\n", "ACTIVE  age ", "steering [·····█████|··········] -0.50   throttle [████······] 0.40   brake [··········] 0.00   speed 0.80 m/s\n",
		"LEAVING THE LANE TO THE LEFT\n", "lanes    L 0.97 R –   frame 299   age ", "heading  +1.1°", "\ncapture → frame          300    1.00 ms    1.00 ms\n",
		"frame → detection        300    7.00 ms", "of it processing         300    6.00 ms", "capture → detection      300    8.00 ms",
		"capture → command        300   10.00 ms", "command → here           300    4.00 ms", "12.3 kB/s  delay p50 1.2 ms p99 8.5 ms  clock exact\n",
		"dropped on the vehicle: 2 overrun, 3 skipped; malformed here: 4\n", "controld     1.0, up 61 s: driving·[2J\n",
		"controld has started again (pid 2, before 1)\n", "warning  event 9··", ", by ann\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(text, "event 1·") || strings.ContainsAny(text, "\x1b\r\a") {
		t.Error("an old event, or a control character")
	}
	if n := len(r.OffsetsM); n < 35 || n > mostTrace || len([]rune(sparkline(r.OffsetsM))) != n {
		t.Errorf("%d offsets", n)
	}
	if t.Failed() {
		t.Log(text)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
	if r = v.Report(); r.Latencies[0].Count != 0 || r.Latencies[0].P50Ms != nil || r.Rates.LanesHz != 0 {
		t.Errorf("%+v, %+v", r.Latencies[0], r.Rates)
	}
}

// TestNothingYet: what is not known is a dash or a word.
func TestNothingYet(t *testing.T) {
	v := NewView("tcp://car:5557")
	v.Handlers().Link(receiver.Link{State: receiver.Connecting, Text: "no message from tcp://car:5557 for 4 s: is it on?"})
	text := v.Report().Text()
	for _, want := range []string{"CONNECTING\nno message from tcp://car:5557 for 4 s: is it on?\n", "nothing of the controller yet\nno lane yet\n", "clock estimated"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// TestStrictAlone: of a vehicle that sends in clear, what the three strict topics tell is shown, and the richer ones win.
func TestStrictAlone(t *testing.T) {
	v := NewView("x")
	say := v.Handlers().Message
	fresh := receiver.Times{Received: time.Now()}
	say(receiver.Message{State: &telemetry.State{Steering: 1, Throttle: 0.25}, Times: fresh})
	say(receiver.Message{Detection: &telemetry.Detection{FrameID: 5, RightLane: &telemetry.Lane{Confidence: 0.5}}, Times: fresh})
	text := v.Report().Text()
	if !strings.Contains(text, "state not told  age unknown\nsteering [··········|██████████] +1.00") || !strings.Contains(text, "L – R 0.50   frame 5   age unknown\n") {
		t.Error(text)
	}
	say(receiver.Message{Control: &telemetry.Control{State: "stopped", Reason: "stale"}, Times: receiver.Times{AgeMs: of(1500.0), Received: time.Now()}})
	say(receiver.Message{State: &telemetry.State{Steering: 1}})
	if text := v.Report().Text(); !strings.Contains(text, "STOPPED (stale)  age 1500 ms STALE\n") || !strings.Contains(text, "+0.00") {
		t.Error(text)
	}
}

// TestUnknownAge: what has no age, such as the command of a vehicle that has no picture, is stale all the same when it came long ago.
func TestUnknownAge(t *testing.T) {
	v := NewView("x")
	v.Handlers().Message(receiver.Message{
		Control: &telemetry.Control{State: "standby", Reason: "disarmed", Departure: "left"}, Times: receiver.Times{Received: time.Now().Add(-5 * time.Second)},
	})
	if text := v.Report().Text(); !strings.Contains(text, "STANDBY (disarmed)  heard 50") || !strings.Contains(text, " ms ago STALE\n") || strings.Contains(text, "LEAVING") {
		t.Error(text)
	}
}

// TestSparkline: the middle is 0, and a small wobble is not blown up.
func TestSparkline(t *testing.T) {
	for want, values := range map[string][]float64{
		"": nil, "▅▅": {0, 0.001}, "▁▅█": {-1, 0, 1}, "▇█": {0.15, 0.2}, "▅": {0.01},
	} {
		if got := sparkline(values); got != want {
			t.Errorf("%v: %s, want %s", values, got, want)
		}
	}
}
