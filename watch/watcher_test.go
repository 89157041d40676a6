package watch

import (
	"os"
	"slices"
	"strings"
	"testing"

	"lanekeeper/msg"
	"lanekeeper/shm"
)

func segmentDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "watch-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func create(t *testing.T, dir, name string, kind msg.Kind, payloadBytes int) *shm.Writer {
	t.Helper()
	w, err := shm.Create(shm.WriterOptions{Dir: dir, Prefix: "p-", Name: name, Kind: kind, Slots: 4, PayloadBytes: payloadBytes})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// TestWatcher sends frames through real segments, each record only after the one before was seen.
func TestWatcher(t *testing.T) {
	dir := segmentDir(t)
	taken := make(chan struct{}, 1)
	w, err := open(Options{Dir: dir, Prefix: "p-", Detections: "renamed"}, func(trouble error) {
		if trouble == nil {
			taken <- struct{}{}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	frames := create(t, dir, msg.CameraFeed, msg.KindFrame, msg.FramePayloadBytes(4, 4, msg.Gray8))
	detections := create(t, dir, "renamed", msg.KindDetection, msg.DetectionBytes)
	commands := create(t, dir, msg.ControlCommands, msg.KindCommand, msg.CommandBytes)
	send := func(to *shm.Writer, record []byte) {
		t.Helper()
		if err := to.Write(record); err != nil {
			t.Fatal(err)
		}
		<-taken
	}
	const sent = 5
	for id := int64(1); id <= sent; id++ {
		captureNs := shm.NowNs()
		header := msg.NewFrameHeader(4, 4, msg.Gray8)
		header.FrameID, header.CaptureNs = id, captureNs
		send(frames, append(header.Bytes(), make([]byte, 16)...))
		var found msg.Detection
		found.Clear()
		found.FrameID, found.CaptureNs, found.FramesEvaluated, found.FramesSkipped = id, captureNs, uint64(id), uint64(id)*2
		send(detections, found.Bytes())
		said := msg.Neutral(msg.ModeStandby, msg.ReasonDisarmed)
		said.FrameID, said.CaptureNs, said.ValidUntilNs = id, captureNs, captureNs
		send(commands, said.Bytes())
	}
	r := w.Report()
	for i, name := range []string{msg.CameraFeed, "renamed", msg.ControlCommands} {
		if s := r.Segments[i]; s.Name != name || s.Records != sent || s.NotSampled != 0 || s.RateHz <= 0 || s.AgeMs == nil || s.Problem != "" {
			t.Errorf("%+v, want %d records of %s", s, sent, name)
		}
	}
	if got := r.Segments[1].Drops; got[1] != (Drop{"skipped", 2 * (sent - 1)}) { // after the first: those before are not ours to count
		t.Errorf("%+v", got)
	}
	for _, l := range r.Latencies {
		if l.Count != sent || *l.P50Ms < 0 || *l.P50Ms > *l.P99Ms || *l.P99Ms > *l.MaxMs {
			t.Errorf("%s: %d frames, want %d, and quantiles in order", l.Hop, l.Count, sent)
		}
	}
	if *r.Latencies[0].MaxMs > *r.Latencies[4].MaxMs {
		t.Errorf("a part, %v ms, took longer than the whole, %v ms", *r.Latencies[0].MaxMs, *r.Latencies[4].MaxMs)
	}
	if r.Command.FrameID != sent || r.Command.State != "standby" || r.Command.ExpiredMs <= 0 || r.Lanes.FrameID != sent {
		t.Errorf("%+v, %+v", r.Command, r.Lanes)
	}
}

func TestWatcherSaysWhy(t *testing.T) {
	dir := segmentDir(t)
	create(t, dir, msg.CameraFeed, msg.KindCommand, msg.CommandBytes)
	damaged := create(t, dir, msg.ControlCommands, msg.KindCommand, msg.CommandBytes)
	if err := damaged.Write([]byte("no command")); err != nil {
		t.Fatal(err)
	}
	troubles := make(chan error, 64) // three segments with a trouble each; one that cannot be read says so every 50 ms
	w, err := open(Options{Dir: dir, Prefix: "p-"}, func(trouble error) {
		select {
		case troubles <- trouble:
		default:
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	missing := []string{"another kind of record", "no segment", "decoding a command of 10 bytes"}
	for len(missing) > 0 {
		said := (<-troubles).Error()
		missing = slices.DeleteFunc(missing, func(want string) bool { return strings.Contains(said, want) })
	}
	r := w.Report()
	for i, want := range []string{"another kind of record", "no segment", "decoding a command of 10 bytes"} {
		if said := r.Segments[i].Problem; !strings.Contains(said, want) {
			t.Errorf("said %q, want %q", said, want)
		}
	}
}

func TestOpenRefusesNames(t *testing.T) {
	if _, err := Open(Options{Dir: segmentDir(t), Commands: "a/b"}); err == nil || !strings.Contains(err.Error(), `'/' in it`) {
		t.Errorf("%v, want the name refused", err)
	}
}
