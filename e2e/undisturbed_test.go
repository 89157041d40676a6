package e2e

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	zmq "github.com/pebbe/zmq4"

	"lanekeeper/shm"
	"lanekeeper/telemetry"
)

// freePort is a TCP port of this machine's own that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// streams are where lane-detectd and controld publish, and the arguments that have them do so.
type streams struct{ detect, control string }

func newStreams(t *testing.T) streams {
	t.Helper()
	return streams{fmt.Sprintf("tcp://127.0.0.1:%d", freePort(t)), fmt.Sprintf("tcp://127.0.0.1:%d", freePort(t))}
}

func (s streams) args(name string) []string {
	endpoint := map[string]string{detectd: s.detect, controld: s.control}[name]
	return []string{"--set", "telemetry.enabled=true", "--set", "telemetry.endpoint=" + endpoint}
}

// subscribe follows all topics of a stream until the test ends. One that is not to read leaves what comes where it is.
func subscribe(t *testing.T, endpoint string) *zmq.Socket {
	t.Helper()
	s, err := zmq.NewSocket(zmq.SUB)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for _, err := range []error{s.SetLinger(0), s.SetRcvtimeo(patience), s.SetSubscribe(""), s.Connect(endpoint)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// reads reads a stream in a goroutine of its own until stop is called, which returns how many messages of each topic came.
func reads(t *testing.T, endpoint string) (stop func() map[string]int) {
	t.Helper()
	s := subscribe(t, endpoint)
	if err := s.SetRcvtimeo(50 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	done, counts := make(chan struct{}), make(chan map[string]int, 1)
	go func() {
		seen := map[string]int{}
		for {
			select {
			case <-done:
				counts <- seen
				return
			default:
			}
			if parts, err := s.RecvMessageBytes(0); err == nil {
				seen[string(parts[0])]++
			}
		}
	}()
	return func() map[string]int {
		close(done)
		return <-counts
	}
}

// flood sends garbage to a TCP endpoint over and over, from below the level of ZeroMQ's frames up, until stop is called,
// which returns how often that was.
func flood(endpoint string) (stop func() int) {
	done, count := make(chan struct{}), make(chan int, 1)
	address := strings.TrimPrefix(endpoint, "tcp://")
	go func() {
		g := garbage{rand.New(rand.NewPCG(1, 2))}
		for n := 0; ; n++ {
			select {
			case <-done:
				count <- n
				return
			case <-time.After(time.Millisecond):
			}
			c, err := net.DialTimeout("tcp", address, time.Second)
			if err != nil {
				continue
			}
			_, _ = c.Write(g.talk())
			_ = c.Close()
		}
	}()
	return func() int {
		close(done)
		return <-count
	}
}

// spell is what a detector did during a stretch of time.
type spell struct {
	frames, lost int
	commands     int
	hz           float64
	p50, p99     float64 // ms from a picture's capture to its detection
	halts        int     // commands that do not drive
}

// observe drives on for n frames.
func (r *rig) observe(n int) spell {
	r.t.Helper()
	began, order := r.sights.mark(), r.commands.mark()
	first := r.sights.await(began, "a detection", func(*sight) bool { return true })
	r.sights.awaitMany(began, n, "detections", func(*sight) bool { return true })
	all := r.sights.since(began)
	last := all[len(all)-1]
	var ages []float64
	for _, d := range all {
		ages = append(ages, float64(d.publishNs-d.captureNs)/float64(time.Millisecond))
	}
	slices.Sort(ages)
	s := spell{
		frames: int(last.frameID - first.frameID), hz: float64(last.count-first.count) / (float64(last.publishNs-first.publishNs) / float64(time.Second)),
		p50: ages[len(ages)/2], p99: ages[len(ages)*99/100],
	}
	s.lost = s.frames - int(last.evaluated-first.evaluated)
	for _, c := range r.commands.since(order) {
		s.commands++
		if !c.moves() {
			s.halts++
		}
	}
	return s
}

// TestTelemetryDisturbsNothing drives with the stream off, with nobody listening, and with every kind of listener: those
// that read, one that never does, ten, one that is killed, and one that talks garbage. Each time all frames are evaluated and
// the vehicle drives on. The rates and latencies are for docs/performance.md.
func TestTelemetryDisturbsNothing(t *testing.T) {
	r := newRig(t, "road")
	s := newStreams(t)
	p := map[string]*process{controld: r.start(controld, s.args(controld)...), detectd: r.start(detectd), laneSim: r.start(laneSim)}
	r.driving(0)
	n := 300
	if os.Getenv("LANE_LONG") != "" {
		n = 3600
	}
	report := func(what string, v spell) {
		t.Helper()
		t.Logf("%-22s %5.1f Hz, capture → detection p50 %.1f ms, p99 %.1f ms, %d of %d frames lost, %d of %d commands do not drive",
			what, v.hz, v.p50, v.p99, v.lost, v.frames, v.halts, v.commands)
		// A machine that has more to do than driving loses a frame now and then, or breaks the drive for a moment; who waits
		// for a viewer breaks it for good.
		if v.halts*2 > v.commands {
			t.Errorf("%s: %d of %d commands do not drive", what, v.halts, v.commands)
		}
		if v.lost*10 > v.frames {
			t.Errorf("%s: %d of %d frames were not evaluated", what, v.lost, v.frames)
		}
	}
	report("off", r.observe(n))
	p[detectd].stop(t)
	p[detectd] = r.start(detectd, s.args(detectd)...)
	reading := reads(t, s.detect)
	r.awaitStream(s.detect)
	r.driving(r.commands.mark())
	report("one viewer", r.observe(n))
	if got := reading(); got[telemetry.TopicFrame] < n/10 || got[telemetry.TopicLane] < n/10 {
		t.Errorf("the viewer got %v while %d frames were driven", got, n)
	}
	report("nobody", r.observe(n))
	subscribe(t, s.detect)
	subscribe(t, s.control)
	report("stalled", r.observe(n))
	var ten []func() map[string]int
	for range 10 {
		ten = append(ten, reads(t, s.detect))
	}
	report("ten viewers", r.observe(n))
	for i, stop := range ten {
		if got := stop(); got[telemetry.TopicFrame] == 0 {
			t.Errorf("viewer %d of ten saw no frame: %v", i, got)
		}
	}
	watcher := spawn(t, lanectl, "watch", "--json", "--interval", "100ms", "--control", s.control, s.detect)
	r.observe(60)
	watcher.signal(t, syscall.SIGKILL)
	report("viewer killed", r.observe(n))
	floods := []func() int{flood(s.detect), flood(s.control)}
	report("garbage", r.observe(n))
	for _, stop := range floods {
		if n := stop(); n == 0 {
			t.Error("no garbage got through to the endpoint")
		}
	}
	r.awaitStream(s.detect)
	r.awaitStream(s.control)
	for _, name := range []string{laneSim, detectd, controld} {
		p[name].stop(t)
	}
	r.nothingLeft()
}

// awaitStream waits for a message that was sent since.
func (r *rig) awaitStream(endpoint string) {
	r.t.Helper()
	s := subscribe(r.t, endpoint)
	began := shm.NowNs()
	if _, err := s.RecvMessageBytes(0); err != nil {
		r.t.Fatalf("%s: no message for %v: %v", endpoint, time.Duration(shm.NowNs()-began), err)
	}
}
