package recording_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lanekeeper/telemetry"
	"lanekeeper/viewer/mcap/mcaptest"
	"lanekeeper/viewer/recording"
)

const patience = 20 * time.Second

// record runs a recorder until the test ends.
func record(t *testing.T, dir string, minFree int64) (*recording.Recorder, chan recording.State) {
	t.Helper()
	r := recording.New("red", dir, "test")
	r.MinFree = minFree
	changes := make(chan recording.State, 10)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx, func(s recording.State) { changes <- s }) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return r, changes
}

// message is the nth of a topic, with a picture where that topic has one.
func message(topic string, n int, jpeg []byte) recording.Message {
	at := time.Unix(1000, 0).Add(time.Duration(n) * time.Millisecond)
	var value any
	switch topic {
	case telemetry.TopicFrame:
		value = telemetry.Frame{Timestamp: 999.25, FrameID: int64(n), Width: 2, Height: 1, JPEGSize: len(jpeg)}
	case telemetry.TopicLane:
		value = telemetry.LaneFound{FrameID: int64(n)}
	default:
		value = telemetry.Event{ID: uint64(n)}
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return recording.Message{Topic: topic, JSON: text, JPEG: jpeg, ReceivedAt: at, SentAt: at.Add(-time.Millisecond)}
}

func read(t *testing.T, path string) *mcaptest.File {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := mcaptest.Read(data)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return f
}

// TestRecording: what was handed over is in the file, on channels that Foxglove knows.
func TestRecording(t *testing.T) {
	r, changes := record(t, t.TempDir(), 0)
	r.Add(message(telemetry.TopicLane, 1, nil)) // off: it is passed over
	state, err := r.Set(t.Context(), true)
	if err != nil || !state.On || !strings.HasSuffix(state.Path, ".mcap") || !strings.HasPrefix(filepath.Base(state.Path), "red-20") {
		t.Fatalf("%+v, %v", state, err)
	}
	if again, err := r.Set(t.Context(), true); err != nil || again.Path != state.Path {
		t.Errorf("on again: %+v, %v", again, err)
	}
	if s := <-changes; !s.On {
		t.Errorf("%+v", s)
	}
	picture := []byte("\xff\xd8 a picture \xff\xd9")
	for n := range 30 {
		r.Add(message(telemetry.TopicFrame, n, picture))
		r.Add(message(telemetry.TopicLane, n, nil))
	}
	r.Add(message(telemetry.TopicEvent, 7, nil))
	r.Add(message("unheard-of", 7, nil))
	state, err = r.Set(t.Context(), false)
	if err != nil || state.On || state.Error != "" || state.Dropped != 0 {
		t.Fatalf("%+v, %v", state, err)
	}
	if s := <-changes; s.On || s.Bytes != state.Bytes {
		t.Errorf("%+v", s)
	}
	f := read(t, state.Path)
	if !f.Whole {
		t.Error("the file has no index")
	}
	count := map[string]int{}
	for _, m := range f.Messages {
		count[m.Topic]++
		if m.PublishTime != m.LogTime-uint64(time.Millisecond) {
			t.Fatalf("%s: recorded at %d, sent at %d", m.Topic, m.LogTime, m.PublishTime)
		}
		if m.Topic != "/image" {
			continue
		}
		var image struct {
			Timestamp    struct{ Sec, Nsec int64 }
			Format, Data string
		}
		if err := json.Unmarshal(m.Data, &image); err != nil {
			t.Fatal(err)
		}
		data, err := base64.StdEncoding.DecodeString(image.Data)
		if err != nil || string(data) != string(picture) || image.Format != "jpeg" || image.Timestamp.Sec != 999 || image.Timestamp.Nsec != 250_000_000 {
			t.Fatalf("%s: %v", m.Data, err)
		}
	}
	if got, want := fmt.Sprint(count), "map[/event:1 /frame:30 /image:30 /lane:30]"; got != want {
		t.Errorf("messages %s, want %s", got, want)
	}
	if name := f.Schemas["/image"]; name != "foxglove.CompressedImage" {
		t.Errorf("pictures are %s", name)
	}
	if name := f.Schemas["/lane"]; name != "lanekeeper.LaneFound" {
		t.Errorf("lanes are %s", name)
	}
	if info, err := os.Stat(state.Path); err != nil || info.Size() != state.Bytes {
		t.Errorf("%v, %v; told were %d bytes", info, err, state.Bytes)
	}
}

// TestCompleteAtEnd: a recorder that ends leaves a whole file, with all that was handed over.
func TestCompleteAtEnd(t *testing.T) {
	r := recording.New("red", t.TempDir(), "test")
	r.MinFree = 0
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx, func(recording.State) {}) })
	state, err := r.Set(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 50 {
		r.Add(message(telemetry.TopicLane, n, nil))
	}
	cancel()
	running.Wait()
	if f := read(t, state.Path); !f.Whole || len(f.Messages) != 50 || r.State().On {
		t.Errorf("whole %v, %d messages, %+v", f.Whole, len(f.Messages), r.State())
	}
}

// TestTwice: two recordings in one second have files of their own.
func TestTwice(t *testing.T) {
	r, _ := record(t, t.TempDir(), 0)
	paths := map[string]bool{}
	for range 3 {
		state, err := r.Set(t.Context(), true)
		if err != nil {
			t.Fatal(err)
		}
		paths[state.Path] = true
		if _, err := r.Set(t.Context(), false); err != nil {
			t.Fatal(err)
		}
	}
	if len(paths) != 3 {
		t.Errorf("%v", paths)
	}
}

// TestNoFolder: what cannot begin says why and is off.
func TestNoFolder(t *testing.T) {
	r, _ := record(t, filepath.Join(t.TempDir(), "none"), 0)
	state, err := r.Set(t.Context(), true)
	if state.On || !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "--record-dir") {
		t.Errorf("%+v, %v", state, err)
	}
}

// TestNearlyFull: a recording does not begin where it would take the last of the disk.
func TestNearlyFull(t *testing.T) {
	dir := t.TempDir()
	r, _ := record(t, dir, 1<<62)
	state, err := r.Set(t.Context(), true)
	if state.On || err == nil || !strings.Contains(err.Error(), "nearly full") {
		t.Errorf("%+v, %v", state, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// TestFullDisk: a recording that fills its disk ends, says so, and leaves a file that is whole.
func TestFullDisk(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("mounts a small file system, which needs root")
	}
	dir := t.TempDir()
	if err := unix.Mount("none", dir, "tmpfs", 0, "size=6M"); err != nil {
		t.Skip("mounts a small file system: ", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	r, changes := record(t, dir, 0)
	state, err := r.Set(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	<-changes
	picture := make([]byte, 100<<10)
	for n := 0; r.State().On; n++ {
		if r.Add(message(telemetry.TopicFrame, n, picture)); n > 10_000_000 {
			t.Fatal("6 MB hold it all")
		}
	}
	if s := <-changes; s.On || !strings.Contains(s.Error, "no space left on device") {
		t.Errorf("%+v", s)
	}
	if f := read(t, state.Path); !f.Whole || len(f.Messages) < 20 {
		t.Errorf("whole %v, %d messages", f.Whole, len(f.Messages))
	}
	// With room again, it records again.
	if err := os.Remove(state.Path); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Set(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	r.Add(message(telemetry.TopicLane, 1, nil))
	if state, err = r.Set(t.Context(), false); err != nil || state.Error != "" {
		t.Errorf("%+v, %v", state, err)
	}
}

// dirVariable has the test binary record, to be killed.
const dirVariable = "LANEKEEPER_RECORD_INTO"

func TestMain(m *testing.M) {
	if dir := os.Getenv(dirVariable); dir != "" {
		recordForEver(dir)
	}
	os.Exit(m.Run())
}

func recordForEver(dir string) {
	r := recording.New("red", dir, "test")
	r.MinFree = 0
	go r.Run(context.Background(), func(recording.State) {})
	if _, err := r.Set(context.Background(), true); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for n := 0; ; n++ {
		r.Add(message(telemetry.TopicLane, n, nil))
		if n%100 == 0 {
			fmt.Println(r.State().Bytes)
		}
	}
}

// TestKilled: of a recording whose process is killed all but the last second can be read.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), dirVariable+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for bytes := 0; bytes < 3<<20; {
		if _, err := fmt.Fscanln(out, &bytes); err != nil {
			t.Fatal(err)
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	found, err := filepath.Glob(filepath.Join(dir, "*.mcap.part"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	f := read(t, found[0])
	if f.Whole || len(f.Messages) < 1000 {
		t.Errorf("whole %v, %d messages", f.Whole, len(f.Messages))
	}
}

// TestSlowDisk: whoever hands messages over does not wait; what is too much is dropped, and counted.
func TestSlowDisk(t *testing.T) {
	r, _ := record(t, t.TempDir(), 0)
	if _, err := r.Set(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	picture := make([]byte, 1<<20)
	added := uint64(0)
	for until := time.Now().Add(patience); r.State().Dropped == 0 && time.Now().Before(until); added++ {
		r.Add(message(telemetry.TopicFrame, int(added), picture))
	}
	state, err := r.Set(t.Context(), false)
	if err != nil || state.Dropped == 0 {
		t.Fatalf("%+v, %v: 1 MB at a time, and the disk was fast enough", state, err)
	}
	if f := read(t, state.Path); uint64(len(f.Messages))/2+state.Dropped != added {
		t.Errorf("%d pictures recorded and %d dropped of %d", len(f.Messages)/2, state.Dropped, added)
	}
}
