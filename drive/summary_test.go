package drive

import (
	"strings"
	"testing"
	"time"

	"lanekeeper/msg"
)

func TestSummary(t *testing.T) {
	s := Summary{
		Title: "Driven: road", Published: 100, Evaluated: 90, Overrun: 2, Skipped: 7, Both: 80, One: 15, None: 5,
		P50: 4 * time.Millisecond, P99: 9500 * time.Microsecond, Max: 12 * time.Millisecond, Restarts: 1,
		Stops: []msg.Reason{msg.ReasonStale, msg.ReasonFrozen, msg.ReasonStale}, Files: []string{"out/drive.png"},
		Truth: &Truth{TimeS: 70, DistanceM: 1040, MaxOffsetM: 0.21, RMSOffsetM: 0.09, FPSWanted: 60},
	}
	var b strings.Builder
	s.Write(&b)
	want := `Driven: road
  The vehicle kept its lane: 1040 m in 70.0 s, at most 0.21 m from the centre, RMS 0.090 m.
  lanes     both lines in 80.0 % of the frames, one in 15.0 %, none in 5.0 %
  frames    100 published = 90 evaluated + 2 overrun + 7 skipped as older + 1 on their way when the drive ended
  latency   capture → command p50 4.0 ms, p99 9.5 ms, most 12.0 ms; a frame period is 16.7 ms
  stops     2 × stale, 1 × frozen
  restarts  1; frames and way are counted from the last one on
  wrote     out/drive.png
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	if err := s.Err(); err == nil || !strings.HasPrefix(err.Error(), "daemons died 1 times") {
		t.Errorf("a daemon died: %v", err)
	}
	s.Restarts = 0
	if err := s.Err(); err != nil {
		t.Error(err)
	}
	s.Truth.Departures = 2
	if err := s.Err(); err == nil || err.Error() != "the vehicle left its lane 2 times" {
		t.Errorf("departures: %v", err)
	}
	s.Evaluated = 0
	if err := s.Err(); err == nil || !strings.HasPrefix(err.Error(), "no frame went through") {
		t.Errorf("nothing evaluated: %v", err)
	}
}

func TestPercentiles(t *testing.T) {
	var ns []int64
	for i := range int64(200) {
		ns = append(ns, 199-i)
	}
	if p50, p99, most := percentiles(ns); p50 != 100 || p99 != 198 || most != 199 {
		t.Errorf("%d %d %d", p50, p99, most)
	}
	if p50, p99, most := percentiles(nil); p50 != 0 || p99 != 0 || most != 0 {
		t.Error("of nothing")
	}
}
