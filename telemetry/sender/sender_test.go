package sender

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sys/unix"

	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/telemetry"
	"lanekeeper/telemetry/endpoint"
	"lanekeeper/telemetry/keys"
)

// TestStream has every topic come, and nothing made that nobody wants.
func TestStream(t *testing.T) {
	r := newRig(t)
	r.start()
	r.serving()
	frame := until(r, r.view(telemetry.TopicFrame), telemetry.TopicFrame, func() { r.show(42, true) }, func(_ *telemetry.Frame, more [][]byte) bool {
		return len(more) == 1 && more[0][0] == 42
	})
	if frame.JPEGSize != 4 || frame.Width != 8 || frame.Height != 6 || frame.Timestamp != 1.5 {
		t.Errorf("%+v", frame)
	}
	if n := r.asked.Load(); n != 0 {
		t.Errorf("the daemon was asked %d times for what nobody reads", n)
	}
	all := r.view()
	lane := until(r, all, telemetry.TopicLane, func() { r.show(1, true) }, func(l *telemetry.LaneFound, _ [][]byte) bool { return l.FramePublishedNs != 0 })
	if lane.SentNs < lane.PublishedNs || lane.PublishedNs < lane.FramePublishedNs || lane.FramePublishedNs < lane.CaptureNs || lane.Width != 16 {
		t.Errorf("times out of order: %+v", lane)
	}
	until(r, all, telemetry.TopicDetection, func() { r.show(1, true) }, func(d *telemetry.Detection, _ [][]byte) bool { return d.FrameID > 0 })
	c := msg.Neutral(msg.ModeActive, msg.ReasonNone)
	drive := func() {
		c.Throttle, c.FrameID, c.ValidUntilNs = 0.5, c.FrameID+1, shm.NowNs()+int64(time.Second)
		if err := r.commands.Write(c.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	until(r, all, telemetry.TopicState, drive, func(s *telemetry.State, _ [][]byte) bool { return s.Throttle == 0.5 })
	control := until(r, all, telemetry.TopicControl, drive, func(m *telemetry.Control, _ [][]byte) bool { return m.State == "active" })
	if control.SentNs < control.PublishedNs || control.PublishedNs == 0 {
		t.Errorf("%+v", control)
	}
	// The vehicle is neutral when the command has expired, and viewers must not go on seeing it drive.
	until(r, all, telemetry.TopicState, func() {}, func(s *telemetry.State, _ [][]byte) bool { return s.Throttle == 0 })
	status := until(r, all, telemetry.TopicStatus, func() {}, func(*telemetry.Status, [][]byte) bool { return true })
	if status.Name != "testd" || status.Line != "all is well" || string(status.Detail) != `{"fps":30}` || len(status.BootID) != 32 || status.WallS < 1e9 {
		t.Errorf("%+v", status)
	}
	s := r.await("counted", func(s *State) bool { return s.Sent > 5 && s.Viewers == 2 })
	if s.Trouble != "" || s.Restarts != 0 || s.Encrypted || r.supervisor.Suffix() != "" {
		t.Errorf("%+v", s)
	}
}

// TestPairs has each frame that is sent be followed, or preceded, by what was found in it, at a rate far below the camera's.
func TestPairs(t *testing.T) {
	r := newRig(t)
	r.plan.RateHz = 20
	r.start()
	r.serving()
	s := r.view(telemetry.TopicFrame, telemetry.TopicDetection)
	frames, found := map[int64]bool{}, map[int64]bool{}
	// Both subscriptions are there once a detection has come.
	first := until(r, s, telemetry.TopicDetection, func() { r.show(1, true) }, func(*telemetry.Detection, [][]byte) bool { return true }).FrameID
	deadline, last := time.Now().Add(patience), first
	for len(frames) < 12 {
		if time.Now().After(deadline) {
			t.Fatalf("frames %v, detections %v", frames, found)
		}
		r.show(1, r.id%2 == 0)
		if r.id%2 == 0 { // late: after the next frame, as a network's
			r.find(r.id, 0)
		}
		for {
			m, err := s.Recv(5 * time.Millisecond)
			if err != nil {
				break
			}
			var v struct {
				FrameID int64 `json:"frame_id"`
			}
			if err := json.Unmarshal(m.Parts[1], &v); err != nil {
				t.Fatal(err)
			}
			if string(m.Parts[0]) == telemetry.TopicFrame {
				frames[v.FrameID], last = true, v.FrameID
			} else {
				found[v.FrameID] = true
			}
		}
	}
	if int64(len(frames)) > (last-first)/2 {
		t.Errorf("%d of %d frames were sent: the rate is not held", len(frames), last-first)
	}
	missing := 0
	for id := range frames {
		if id%2 == 1 && !found[id] { // those whose detection was shown with them
			missing++
		}
	}
	if missing > 1 { // the last may still come
		t.Errorf("%d frames without their detection: %v, %v", missing, frames, found)
	}
}

// TestEvents come in order, the last ones for each who comes, and a daemon that has none is asked on.
func TestEvents(t *testing.T) {
	r := newRig(t)
	r.start()
	r.serving()
	first := r.view(telemetry.TopicEvent)
	pauseFor(r, func() bool { return r.supervisor.State().Viewers == 1 })
	list := []telemetry.Event{{ID: 1, Text: "one"}, {ID: 2, Text: "two"}}
	r.events.Store(&list)
	read := func(s *endpoint.Socket, id uint64) {
		t.Helper()
		last := uint64(0)
		until(r, s, telemetry.TopicEvent, func() {}, func(e *telemetry.Event, _ [][]byte) bool {
			if e.ID != last+1 && e.ID != 1 {
				t.Errorf("event %d after %d", e.ID, last)
			}
			last = e.ID
			return e.ID == id
		})
	}
	read(first, 2)
	more := []telemetry.Event{list[0], list[1], {ID: 3, Text: "three"}}
	r.events.Store(&more)
	until(r, first, telemetry.TopicEvent, func() {}, func(e *telemetry.Event, _ [][]byte) bool { return e.ID == 3 })
	read(r.view(telemetry.TopicEvent), 3)
}

func pauseFor(r *rig, so func() bool) { r.await("so", func(*State) bool { return so() }) }

// TestKilledChild comes back, and the daemon has done nothing.
func TestKilledChild(t *testing.T) {
	r := newRig(t)
	r.start()
	first := r.serving()
	s := r.view()
	until(r, s, telemetry.TopicFrame, func() { r.show(1, false) }, func(*telemetry.Frame, [][]byte) bool { return true })
	if err := unix.Kill(first.PID, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	again := r.await("another child", func(s *State) bool { return s.Serving && s.PID != first.PID })
	if again.Restarts != 1 {
		t.Errorf("%+v", again)
	}
	before := r.logs.FilterMessageSnippet("ended").Len()
	if before != 1 {
		t.Errorf("logged %d times: %v", before, r.logs.All())
	}
	until(r, s, telemetry.TopicFrame, func() { r.show(2, false) }, func(_ *telemetry.Frame, more [][]byte) bool { return more[0][0] == 2 })
}

// TestStoppedChild says nothing any more: it is killed, and replaced.
func TestStoppedChild(t *testing.T) {
	r := newRig(t)
	r.start()
	first := r.serving()
	if err := unix.Kill(first.PID, unix.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	r.await("another child", func(s *State) bool { return s.Serving && s.PID != first.PID })
	if r.logs.FilterField(zap.Error(errSilent)).Len() != 1 {
		t.Errorf("%v", r.logs.All())
	}
}

// TestClose leaves nothing running and no socket.
func TestClose(t *testing.T) {
	r := newRig(t)
	r.start()
	s := r.serving()
	r.supervisor.Close()
	if err := unix.Kill(s.PID, 0); !errors.Is(err, unix.ESRCH) {
		t.Errorf("the child lives: %v", err)
	}
	if _, err := os.Stat(strings.TrimPrefix(r.plan.Endpoint, "ipc://")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is left: %v", err)
	}
}

// TestCloseLeavesFiles that are not the child's: a path in the configuration may be wrong.
func TestCloseLeavesFiles(t *testing.T) {
	r := newRig(t)
	path := filepath.Join(r.plan.Place.RunDir, "notes")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.plan.Endpoint = "ipc://" + path
	r.start()
	r.await("refused", func(s *State) bool { return strings.Contains(s.Trouble, "a file that is no socket") })
	r.supervisor.Close()
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the file is gone: %v", err)
	}
}

// TestKeys: a stream beyond this computer is refused without keys, offered when they come, and offered anew without who is
// revoked.
func TestKeys(t *testing.T) {
	r := newRig(t)
	dir := filepath.Join(r.plan.Place.RunDir, "keys")
	r.plan.Endpoint, r.plan.KeysDir = "tcp://0.0.0.0:*", dir
	r.start()
	s := r.await("trouble", func(s *State) bool { return s.Trouble != "" })
	if s.Serving || !strings.Contains(s.Trouble, "lanectl keys init") || r.supervisor.Suffix() == "" {
		t.Errorf("%+v", s)
	}
	if _, _, err := keys.Init(dir); err != nil {
		t.Fatal(err)
	}
	bob, err := keys.NewPair()
	if err != nil {
		t.Fatal(err)
	}
	if err := keys.Authorise(dir, keys.Viewer{Name: "bob", Public: bob.Public, Role: keys.View}); err != nil {
		t.Fatal(err)
	}
	s = r.await("serving with keys", func(s *State) bool { return s.Serving && s.Encrypted })
	server, err := keys.ServerPublic(dir)
	if err != nil {
		t.Fatal(err)
	}
	dial := func() *endpoint.Socket {
		address := "tcp://127.0.0.1" + s.Endpoint[strings.LastIndexByte(s.Endpoint, ':'):]
		d, err := r.zmq.Dial(endpoint.ClientOptions{Kind: endpoint.Subscribe, Address: address, Server: server, Own: bob})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		return d
	}
	// The child may be one of those that saw the keys come one by one.
	until(r, dial(), telemetry.TopicFrame, func() { r.show(1, false) }, func(*telemetry.Frame, [][]byte) bool { return true })
	pid := r.supervisor.State().PID
	if err := keys.Revoke(dir, "bob"); err != nil {
		t.Fatal(err)
	}
	s = r.await("another child", func(s *State) bool { return s.Serving && s.PID != pid })
	d := dial()
	r.await("bob is refused", func(*State) bool { return d.Link() == endpoint.Unknown })
	if s.Restarts != 0 || r.logs.FilterMessageSnippet("ended").Len() != 0 {
		t.Errorf("changed keys are no trouble: %+v, %v", s, r.logs.All())
	}
}

// TestClear: in clear beyond this computer only what is meant for anybody is sent, and people are told.
func TestClear(t *testing.T) {
	cfg := DefaultDetectionConfig()
	cfg.Endpoint, cfg.Plain = "tcp://0.0.0.0:5557", true
	p := cfg.Of("a", "b", "c")
	if got := strings.Join(p.Topics, " "); got != "frame detection state" {
		t.Errorf("%s", got)
	}
	cfg.Endpoint = "tcp://127.0.0.1:5557"
	if p = cfg.Of("a", "b", "c"); len(p.Topics) != 5 {
		t.Errorf("%v", p.Topics)
	}
	r := newRig(t)
	r.plan.Endpoint, r.plan.Plain = "tcp://0.0.0.0:*", true
	r.start()
	r.serving()
	if e := r.logs.FilterMessageSnippet("in clear").All(); len(e) != 1 || e[0].Level != zap.WarnLevel {
		t.Errorf("%v", r.logs.All())
	}
}
