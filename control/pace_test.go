package control

import (
	"math"
	"testing"
	"time"

	"lanekeeper/msg"
)

func TestPace(t *testing.T) {
	const s = int64(time.Second)
	for _, test := range []struct {
		name           string
		before, now    msg.Detection
		step           time.Duration
		restarted, gap bool
	}{
		{"next frame", msg.Detection{SourceNs: s}, msg.Detection{SourceNs: s + 20*ms}, 20 * time.Millisecond, false, false},
		{"captures do not matter", msg.Detection{SourceNs: s, CaptureNs: 9}, msg.Detection{SourceNs: s + 20*ms, CaptureNs: 3}, 20 * time.Millisecond, false, false},
		{"the same frame again", msg.Detection{SourceNs: s}, msg.Detection{SourceNs: s}, 0, false, false},
		{"a jump ahead", msg.Detection{SourceNs: s}, msg.Detection{SourceNs: 9 * s}, maxStep, false, true},
		{"backward", msg.Detection{SourceNs: s}, msg.Detection{SourceNs: s - 1}, 0, true, true},
		{"another source", msg.Detection{SourceNs: s}, msg.Detection{SourceNs: s + 20*ms, SourceID: 3}, 0, true, true},
		{"said to be anew", msg.Detection{SourceNs: s}, msg.Detection{SourceNs: s + 20*ms, Flags: msg.DetectionSourceReset}, 0, true, true},
		{"a source without time", msg.Detection{CaptureNs: s}, msg.Detection{CaptureNs: s + 20*ms}, 20 * time.Millisecond, false, false},
		{"an overflow", msg.Detection{SourceNs: math.MaxInt64}, msg.Detection{SourceNs: math.MinInt64}, 1, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var p pace
			if step, restarted, gap := p.advance(&test.before); step != 0 || restarted || !gap {
				t.Errorf("first: %v, %v, %v", step, restarted, gap)
			}
			if step, restarted, gap := p.advance(&test.now); step != test.step || restarted != test.restarted || gap != test.gap {
				t.Errorf("%v, %v, %v; %v, %v, %v expected", step, restarted, gap, test.step, test.restarted, test.gap)
			}
		})
	}
}

func TestCadence(t *testing.T) {
	var c cadence
	for i, want := range []float64{0, 100, 100, 100} {
		c.add(int64(i) * 10 * ms)
		near(t, "rate", c.hz(), want, 1e-9)
	}
	for i := range 10 {
		c.add(30*ms + int64(i+1)*50*ms)
	}
	near(t, "rate once the window is full of slower ones", c.hz(), 20, 1e-9)
	c.clear()
	near(t, "rate of nothing", c.hz(), 0, 0)
	c.add(5)
	c.add(5)
	near(t, "rate of two at once", c.hz(), 0, 0)
}
