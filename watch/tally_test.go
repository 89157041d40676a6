package watch

import (
	"math"
	"strings"
	"testing"
	"time"

	"lanekeeper/msg"
	"lanekeeper/shm"
)

const second, milli = int64(time.Second), int64(time.Millisecond)

// drive feeds a tally with an interval of pipeline: from one frame to before another, at 100 Hz, beginning at their capture.
// The frames come from one source, and every process stamps its records so many milliseconds after the capture.
type drive struct {
	tally                       *tally
	epoch                       uint64
	frameMs, detectMs, drivenMs int64
	passed                      map[int64]string // frames that get no further than camera or detector
	overrun, skipped            uint64
}

func (d *drive) frames(from, to int64) {
	nan := math.NaN()
	for id := from; id < to; id++ {
		captureNs := 100*second + id*10*milli
		header := msg.NewFrameHeader(4, 4, msg.Gray8)
		header.FrameID, header.CaptureNs, header.SourceID = id, captureNs, 7
		d.tally.frame(shm.Record{N: uint64(id), Epoch: d.epoch, PublishNs: captureNs + d.frameMs*milli}, &header)
		if d.passed[id] == "camera" {
			d.skipped++
			continue
		}
		n := uint64(id) - d.skipped
		found := msg.Detection{
			FrameID: id, CaptureNs: captureNs, ProcessingTimeMs: 2, HasLeftLane: 1, LeftLane: msg.Lane{Confidence: 0.9}, OffsetM: -0.125,
			HeadingRad: nan, Departure: msg.DepartureNone, FramesEvaluated: n, FramesOverrun: d.overrun, FramesSkipped: d.skipped,
		}
		d.tally.detect(shm.Record{N: n, Epoch: d.epoch, PublishNs: captureNs + d.detectMs*milli}, &found)
		if d.passed[id] == "detector" {
			continue
		}
		said := msg.Neutral(msg.ModeDegraded, msg.ReasonOneLine)
		said.FrameID, said.CaptureNs, said.ValidUntilNs = id, captureNs, captureNs+100*milli
		said.Steering, said.Throttle, said.Confidence = 0.25, 0.5, 0.75
		d.tally.drive(shm.Record{N: d.tally.commands.newest + 1, Epoch: d.epoch, PublishNs: captureNs + d.drivenMs*milli}, &said)
	}
}

// block cuts the time of day off a report's text.
func block(r Report) string {
	_, rest, _ := strings.Cut(r.Text(), "  ")
	return rest
}

func TestReport(t *testing.T) {
	d := drive{tally: newTally(101*second, "frames", "lanes", "commands"), epoch: 1, frameMs: 1, detectMs: 4, drivenMs: 5,
		passed: map[int64]string{110: "camera", 120: "detector"}}
	d.frames(100, 200) // those of the 101st second
	want := `the last 1.0 s

SEGMENT                 RATE    RECORDS        AGE NOT SAMPLED  DROPPED
frames               100.0/s        199     9.0 ms           0  0 lost
lanes                 99.0/s        198     6.0 ms           0  0 overrun, 1 skipped
commands              98.0/s         98     5.0 ms           0  1 unanswered

LATENCY               FRAMES        P50        P99        MAX
capture → frame          100    1.00 ms    1.00 ms    1.00 ms
frame → detection         99    3.00 ms    3.00 ms    3.00 ms
of it processing          99    2.00 ms    2.00 ms    2.00 ms
detection → command       98    1.00 ms    1.00 ms    1.00 ms
capture → command         98    5.00 ms    5.00 ms    5.00 ms

degraded (one-line)  steering +0.25  throttle 0.50  brake 0.00  confidence 0.75
lanes L 0.90 R –  offset -0.12 m  heading –  departure none
`
	if got := block(d.tally.report(102*second, time.Time{})); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	want = `the last 2.0 s

SEGMENT                 RATE    RECORDS        AGE NOT SAMPLED  DROPPED
frames                 0.0/s        199  2009.0 ms           0  0 lost
lanes                  0.0/s        198  2006.0 ms           0  0 overrun, 0 skipped
commands               0.0/s         98  2005.0 ms           0  0 unanswered

LATENCY               FRAMES        P50        P99        MAX
capture → frame            0          –          –          –
frame → detection          0          –          –          –
of it processing           0          –          –          –
detection → command        0          –          –          –
capture → command          0          –          –          –

degraded (one-line)  steering +0.25  throttle 0.50  brake 0.00  confidence 0.75
that command expired 1910 ms ago: whoever obeys it is neutral
lanes L 0.90 R –  offset -0.12 m  heading –  departure none
`
	if got := block(d.tally.report(104*second, time.Time{})); got != want {
		t.Errorf("a silent interval:\n%s\nwant\n%s", got, want)
	}
}

// TestBefore: records that were there before anybody watched are shown, and not counted.
func TestBefore(t *testing.T) {
	d := drive{tally: newTally(101*second, "frames", "lanes", "commands"), epoch: 1, frameMs: 1, detectMs: 4, drivenMs: 5}
	d.frames(10, 11)
	r := d.tally.report(102*second, time.Time{})
	for i, want := range []uint64{10, 10, 1} {
		if s := r.Segments[i]; s.RateHz != 0 || s.Records != want || s.NotSampled != 0 {
			t.Errorf("%+v, want record %d and no rate", s, want)
		}
	}
	for _, l := range r.Latencies {
		if l.Count != 0 {
			t.Errorf("%+v, want none measured", l)
		}
	}
	if r.Command == nil || r.Command.FrameID != 10 || r.Lanes == nil || r.Lanes.FrameID != 10 {
		t.Errorf("%+v, %+v, want what was said about frame 10", r.Command, r.Lanes)
	}
}

// TestFlow counts records by their numbers, also of those that were not seen.
func TestFlow(t *testing.T) {
	for _, c := range []struct {
		name              string
		epochsAndNumbers  [][2]uint64
		published, missed int
	}{
		{"one after the other", [][2]uint64{{1, 5}, {1, 6}, {1, 7}}, 3, 0},
		{"the same again", [][2]uint64{{1, 5}, {1, 5}}, 1, 0},
		{"some not seen", [][2]uint64{{1, 5}, {1, 9}}, 5, 3},
		{"another writer", [][2]uint64{{1, 5}, {2, 1}, {2, 2}}, 3, 0},
		{"another writer, its first not seen", [][2]uint64{{1, 5}, {2, 3}}, 4, 2},
	} {
		f := flow{sinceNs: 1}
		for _, r := range c.epochsAndNumbers {
			f.record(shm.Record{Epoch: r[0], N: r[1], PublishNs: 2})
		}
		if f.published != c.published || f.notSampled != c.missed {
			t.Errorf("%s: %d published, %d not sampled, want %d, %d", c.name, f.published, f.notSampled, c.published, c.missed)
		}
	}
}

func TestDrops(t *testing.T) {
	tally := newTally(0, "frames", "lanes", "commands")
	for _, f := range []struct {
		epoch, n uint64
		id       int64
		source   uint64
	}{
		{1, 1, 50, 7}, {1, 2, 51, 7},
		{1, 3, 54, 7}, // two ids passed over
		{1, 6, 57, 7}, // not seen by us, and not lost
		{1, 7, 1, 8},  // another source
		{2, 1, 90, 8}, // another segment
	} {
		tally.frame(shm.Record{N: f.n, Epoch: f.epoch, PublishNs: 1}, &msg.FrameHeader{FrameID: f.id, SourceID: f.source})
	}
	for i, c := range []struct{ evaluated, overrun, skipped uint64 }{
		{100, 30, 10}, // what was before we came
		{101, 32, 15}, {102, 32, 15},
		{1, 1, 3}, // the detector began anew
	} {
		tally.detect(shm.Record{N: uint64(i + 1), Epoch: 1, PublishNs: 1},
			&msg.Detection{FramesEvaluated: c.evaluated, FramesOverrun: c.overrun, FramesSkipped: c.skipped})
	}
	r := tally.report(second, time.Time{})
	if got, want := drops(r.Segments[0].Drops)+"; "+drops(r.Segments[1].Drops), "2 lost; 3 overrun, 8 skipped"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestUnanswered: what no controller was there for, or what we did not see answered, the controller did not pass over.
func TestUnanswered(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to int64 // frames that get no command
		missed   bool  // by us
		want     uint64
	}{
		{"all answered", 0, 0, false, 0},
		{"three passed over", 150, 153, false, 3},
		{"a controller that came late", 100, 150, false, 0},
		{"a controller that went", 150, 300, false, 0},
		{"commands that we did not see", 150, 153, true, 0},
	} {
		d := drive{tally: newTally(101*second, "frames", "lanes", "commands"), epoch: 1, frameMs: 1, detectMs: 4, drivenMs: 5,
			passed: map[int64]string{}}
		for id := c.from; id < c.to; id++ {
			d.passed[id] = "detector"
		}
		d.frames(100, 153)
		if c.missed {
			d.tally.commands.newest -= 3 // as if the next command had a number that is three higher
			d.tally.drive(shm.Record{N: d.tally.commands.newest + 4, Epoch: 1, PublishNs: 102 * second}, &msg.Command{})
		}
		d.frames(153, 300)
		got := d.tally.report(103*second, time.Time{}).Segments[2].Drops[0].Count
		if got != c.want {
			t.Errorf("%s: %d unanswered, want %d", c.name, got, c.want)
		}
	}
}

// TestLateRecord: a frame that others have taken the place of is not followed again.
func TestLateRecord(t *testing.T) {
	var l journeyLog
	if j, _ := l.at(journeys+1, 2000); j == nil {
		t.Fatal("a new frame is not followed")
	}
	if j, ended := l.at(1, 1000); j != nil || ended != (journey{}) {
		t.Errorf("%+v took the place of a newer frame", j)
	}
	if j, ended := l.at(2*journeys+1, 3000); j == nil || ended.frameID != journeys+1 {
		t.Errorf("%+v ended, want frame %d", ended, journeys+1)
	}
}

// TestHopsInAnyOrder: which record is seen first is up to the scheduler.
func TestHopsInAnyOrder(t *testing.T) {
	header := msg.FrameHeader{FrameID: 3, CaptureNs: 10 * milli}
	found := msg.Detection{FrameID: 3, CaptureNs: 10 * milli}
	said := msg.Command{FrameID: 3, CaptureNs: 10 * milli}
	tally := newTally(0, "frames", "lanes", "commands")
	tally.drive(shm.Record{N: 1, Epoch: 1, PublishNs: 30 * milli}, &said)
	tally.drive(shm.Record{N: 2, Epoch: 1, PublishNs: 90 * milli}, &said) // said anew, about the same frame
	tally.detect(shm.Record{N: 1, Epoch: 1, PublishNs: 25 * milli}, &found)
	tally.frame(shm.Record{N: 1, Epoch: 1, PublishNs: 12 * milli}, &header)
	latencies := tally.report(second, time.Time{}).Latencies
	for i, want := range []float64{2, 13, 0, 5, 20} {
		if l := latencies[i]; l.Count != 1 || *l.P50Ms != want || *l.P99Ms != want || *l.MaxMs != want {
			t.Errorf("%+v, want one of %v ms", l, want)
		}
	}
}

func TestSpread(t *testing.T) {
	var s spread
	for i := range int64(maxSamples + 1000) {
		s.add(min(i, 100) * milli)
	}
	s.add(500 * milli)
	l := s.take(Processing)
	if l.Count != maxSamples+1001 || *l.P50Ms != 100 || *l.P99Ms != 100 || *l.MaxMs != 500 {
		t.Errorf("%+v, want the longest of all, and the quantiles of those that fit", l)
	}
	for i := range int64(100) {
		s.add((100 - i) * milli)
	}
	if l := s.take(Processing); l.Count != 100 || *l.P50Ms != 51 || *l.P99Ms != 100 || *l.MaxMs != 100 {
		t.Errorf("%d, %v, %v, %v", l.Count, *l.P50Ms, *l.P99Ms, *l.MaxMs)
	}
	if l := s.take(Processing); l.Count != 0 || l.P50Ms != nil || l.P99Ms != nil || l.MaxMs != nil {
		t.Errorf("%+v, want nothing", l)
	}
}
