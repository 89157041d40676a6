package e2e

import (
	"sync"
	"testing"
	"time"

	"lanekeeper/e2e/timing"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/sim"
)

// fault is what can be wrong with a camera's pictures while they go on coming.
type fault int

const (
	noFault fault = iota
	frozen        // the same picture again and again, as new ones
	delayed       // pictures that were taken too long ago
)

// delay is by how much delayed pictures are late.
const delay = 200 * time.Millisecond

// eye is a camera that the test itself is: a drive down the road scenario's first straight.
type eye struct {
	out   *shm.Writer
	world *sim.World
	mu    sync.Mutex
	fault fault
	since int64 // when the first frame with the fault was begun; 0 when none was
}

// openEye publishes 60 frames a second until the test ends.
func openEye(r *rig) *eye {
	r.t.Helper()
	w, err := sim.New(r.scenario, 0)
	if err != nil {
		r.t.Fatal(err)
	}
	h := r.scenario.Frame(msg.RGB24)
	out, err := shm.Create(shm.WriterOptions{
		Dir: r.place.ShmDir, Prefix: r.place.Prefix, Name: msg.CameraFeed, Kind: msg.KindFrame,
		Slots: shm.SlotsFor(50*time.Millisecond, period), PayloadBytes: msg.FrameHeaderBytes + int(h.DataBytes),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	e := &eye{out: out, world: w}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		e.look(r.t, h, done)
	}()
	r.t.Cleanup(func() {
		close(done)
		<-ended
		if err := out.Close(); err != nil {
			r.t.Error(err)
		}
	})
	return e
}

func (e *eye) look(t *testing.T, h msg.FrameHeader, done <-chan struct{}) {
	tick := time.NewTicker(period)
	defer tick.Stop()
	h.SourceID = 1
	for {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		now := shm.NowNs()
		f := e.next(now)
		h.FrameID++
		h.CaptureNs, h.SourceNs = now, now
		switch f {
		case frozen:
		case delayed:
			h.CaptureNs -= int64(delay)
			fallthrough
		default:
			e.world.Step(period, 0, 0.1, 0)
		}
		err := e.out.WriteFunc(func(payload []byte) (int, error) {
			n := msg.FrameHeaderBytes + int(h.DataBytes)
			copy(payload, h.Bytes())
			return n, e.world.Render(payload[msg.FrameHeaderBytes:n], int(h.Stride), h.PixelFormat)
		})
		if err != nil {
			t.Errorf("publishing a frame: %v", err)
			return
		}
	}
}

// next is the fault of the next frame.
func (e *eye) next(now int64) fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fault != noFault && e.since == 0 {
		e.since = now
	}
	return e.fault
}

// set gives the camera a fault, or mends it.
func (e *eye) set(f fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fault, e.since = f, 0
}

// faultySince is when the first frame with the fault was begun.
func (e *eye) faultySince() int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.since
}

// TestBadPictures has a camera that goes on publishing, on time, what nobody should drive by.
func TestBadPictures(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault fault
		why   msg.Reason
	}{
		{"frozen", frozen, msg.ReasonFrozen}, // the fifth time: after four periods and a detection
		{"delayed", delayed, msg.ReasonOld},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, "road")
			r.start(controld, "--actuator", "dry-run")
			r.start(detectd)
			camera := openEye(r)
			r.driving(0)
			m := timing.Measure{What: "pictures " + c.name + ": first one → neutral", Bound: staleBound}
			for range timing.Repeats() {
				mark := r.atSpeed()
				camera.set(c.fault)
				stop := r.commands.await(mark, "a command that stops the vehicle because pictures are "+c.name, func(o *command) bool {
					return o.Mode == msg.ModeStopped && o.Reason == c.why
				})
				m.Add(t, stop.publishNs-camera.faultySince())
				mark = r.commands.mark()
				camera.set(noFault)
				r.driving(mark)
			}
			m.Report(t)
		})
	}
}
