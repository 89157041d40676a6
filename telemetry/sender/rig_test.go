package sender

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/telemetry"
	"lanekeeper/telemetry/endpoint"
)

// TestMain is also the child's: the supervisor starts this program once more.
func TestMain(m *testing.M) {
	if Called(os.Args) {
		os.Exit(Serve(os.Stdin, os.Stdout, Parts{Encoder: newFake}))
	}
	os.Exit(m.Run())
}

// fake makes "pictures" that begin with the frame's first pixel.
type fake struct{ first byte }

func newFake(int, float64) Encoder { return &fake{} }

func (f *fake) Take(_ *msg.FrameHeader, pixels []byte) error {
	f.first = pixels[0]
	if f.first == 13 {
		return errors.New("no picture")
	}
	return nil
}
func (f *fake) Encode() ([]byte, int, int, error) { return []byte{f.first, 1, 2, 3}, 8, 6, nil }
func (f *fake) Close() error                      { return nil }

const patience = 20 * time.Second

// rig is a daemon's surroundings: segments, a control socket, a supervised child, a viewer.
type rig struct {
	t          *testing.T
	plan       Plan
	logs       *observer.ObservedLogs
	supervisor *Supervisor
	frames     *shm.Writer
	found      *shm.Writer
	commands   *shm.Writer
	asked      atomic.Int64 // requests to the control socket
	events     atomic.Pointer[[]telemetry.Event]
	zmq        *endpoint.Context
	id         int64
}

func newRig(t *testing.T) *rig {
	t.Helper()
	dir, err := os.MkdirTemp("", "sender-") // short: a socket's path may have 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	r := &rig{t: t}
	cfg := DefaultDetectionConfig()
	cfg.Endpoint, cfg.RateHz = "ipc://"+filepath.Join(dir, "stream"), 200
	r.plan = cfg.Of(msg.CameraFeed, msg.DetectionResults, msg.ControlCommands)
	r.plan.Topics = append(r.plan.Topics, telemetry.TopicControl, telemetry.TopicEvent)
	r.plan.Daemon, r.plan.PID, r.plan.Place = "testd", os.Getpid(), daemon.Place{RunDir: dir, ShmDir: dir}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		r.asked.Add(1)
		fmt.Fprint(w, `{"name":"testd","version":"1","pid":7,"line":"all is well","detail":{"fps":30}}`)
	})
	mux.HandleFunc("GET /events", func(w http.ResponseWriter, q *http.Request) {
		all := r.events.Load()
		if all == nil {
			http.NotFound(w, q)
			return
		}
		after, _ := strconv.ParseUint(q.URL.Query().Get("after"), 10, 64)
		list := eventList{Events: []telemetry.Event{}}
		for _, e := range *all {
			if list.Next = e.ID; e.ID > after {
				list.Events = append(list.Events, e)
			}
		}
		_ = json.NewEncoder(w).Encode(list)
	})
	server := httptest.NewUnstartedServer(mux)
	if server.Listener, err = daemon.Listen(r.plan.socket()); err != nil {
		t.Fatal(err)
	}
	server.Start()
	t.Cleanup(server.Close)
	r.frames = r.writer(msg.CameraFeed, msg.KindFrame, msg.FramePayloadBytes(16, 12, msg.Gray8))
	r.found = r.writer(msg.DetectionResults, msg.KindDetection, msg.DetectionBytes)
	r.commands = r.writer(msg.ControlCommands, msg.KindCommand, msg.CommandBytes)
	if r.zmq, err = endpoint.New(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.zmq.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func (r *rig) writer(name string, kind uint32, size int) *shm.Writer {
	w, err := shm.Create(shm.WriterOptions{Dir: r.plan.Place.ShmDir, Name: name, Kind: kind, Slots: 8, PayloadBytes: size})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = w.Close() })
	return w
}

func (r *rig) start() {
	r.t.Helper()
	core, logs := observer.New(zap.DebugLevel)
	r.logs = logs
	r.supervisor = start(context.Background(), r.plan, zap.New(core))
	r.t.Cleanup(r.supervisor.Close)
}

// await waits until something is so of the state.
func (r *rig) await(what string, so func(*State) bool) *State {
	r.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		s := r.supervisor.State()
		if so(s) {
			return s
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("%s: never; last %+v; logged %v", what, s, r.logs.All())
		}
	}
}

func (r *rig) serving() *State { return r.await("serving", func(s *State) bool { return s.Serving }) }

// view subscribes, and waits until the child knows it.
func (r *rig) view(topics ...string) *endpoint.Socket {
	r.t.Helper()
	s, err := r.zmq.Dial(endpoint.ClientOptions{Kind: endpoint.Subscribe, Address: r.supervisor.State().Endpoint, Topics: topics})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = s.Close() })
	return s
}

// until shows and takes in turn until a message of a topic fits.
func until[M any](r *rig, s *endpoint.Socket, topic string, show func(), fits func(m *M, more [][]byte) bool) M {
	r.t.Helper()
	var last string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		show()
		for {
			m, err := s.Recv(10 * time.Millisecond)
			if err != nil {
				break
			}
			last = fmt.Sprintf("%q", m.Parts)
			var v M
			if string(m.Parts[0]) != topic {
				continue
			}
			if err := json.Unmarshal(m.Parts[1], &v); err != nil {
				r.t.Fatal(err)
			}
			if fits(&v, m.Parts[2:]) {
				return v
			}
		}
	}
	r.t.Fatalf("no such message of %s; last %s; %+v", topic, last, r.supervisor.State())
	panic("unreachable")
}

// show publishes a frame and, when lanes is set, what was found in it.
func (r *rig) show(first byte, lanes bool) {
	r.t.Helper()
	r.id++
	h := msg.NewFrameHeader(16, 12, msg.Gray8)
	h.FrameID, h.CaptureNs, h.Timestamp = r.id, shm.NowNs(), 1.5
	payload := make([]byte, msg.FrameHeaderBytes+int(h.DataBytes))
	copy(payload, h.Bytes())
	payload[msg.FrameHeaderBytes] = first
	if err := r.frames.Write(payload); err != nil {
		r.t.Fatal(err)
	}
	if lanes {
		r.find(h.FrameID, h.CaptureNs)
	}
}

func (r *rig) find(id, captureNs int64) {
	r.t.Helper()
	var d msg.Detection
	d.Clear()
	d.FrameID, d.CaptureNs, d.Width, d.Height, d.Ready = id, captureNs, 16, 12, 1
	if err := r.found.Write(d.Bytes()); err != nil {
		r.t.Fatal(err)
	}
}
