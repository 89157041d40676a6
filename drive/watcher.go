package drive

import (
	"context"
	"slices"
	"sync"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// watcher looks at what the daemons pass to each other. It reads the segments as any reader does and disturbs nobody.
type watcher struct {
	place  daemon.Place
	onLane func(*msg.Detection) // for every detection seen

	mu        sync.Mutex
	detection msg.Detection
	command   msg.Command
	lanes     laneCount
	latencies []int64      // ns, capture to command published
	stops     []msg.Reason // why the vehicle was stopped while it drove
	recent    []int64      // ns, when the last commands were published
}

// laneCount counts detections by what they saw.
type laneCount struct{ both, one, none int }

// run watches until ctx ends.
func (w *watcher) run(ctx context.Context) error {
	detections, err := w.open(msg.DetectionResults, msg.KindDetection)
	if err != nil {
		return err
	}
	defer detections.Close()
	commands, err := w.open(msg.ControlCommands, msg.KindCommand)
	if err != nil {
		return err
	}
	defer commands.Close()
	var both sync.WaitGroup
	both.Go(func() { follow(ctx, detections, make([]byte, msg.DetectionBytes), w.detected) })
	both.Go(func() { follow(ctx, commands, make([]byte, msg.CommandBytes), w.commanded) })
	both.Wait()
	return nil
}

func (w *watcher) open(name string, kind uint32) (*shm.Reader, error) {
	return shm.Open(shm.ReaderOptions{Dir: w.place.ShmDir, Prefix: w.place.Prefix, Name: name, Kind: kind})
}

// follow hands every record that it gets hold of to fn. What cannot be read for the moment is tried again with the next one.
func follow(ctx context.Context, r *shm.Reader, buffer []byte, fn func(shm.Record)) {
	for r.Next(ctx) == nil || ctx.Err() == nil {
		if rec, err := r.Latest(buffer); err == nil {
			fn(rec)
		}
	}
}

func (w *watcher) detected(rec shm.Record) {
	var d msg.Detection
	if d.Decode(rec.Payload) != nil {
		return
	}
	w.mu.Lock()
	w.detection = d
	switch d.HasLeftLane + d.HasRightLane {
	case 2:
		w.lanes.both++
	case 1:
		w.lanes.one++
	default:
		w.lanes.none++
	}
	w.mu.Unlock()
	w.onLane(&d)
}

func (w *watcher) commanded(rec shm.Record) {
	var c msg.Command
	if c.Decode(rec.Payload) != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.Mode == msg.ModeStopped && w.command.Mode != msg.ModeStopped && c.Reason != msg.ReasonShutdown {
		w.stops = append(w.stops, c.Reason)
	}
	if c.FrameID != w.command.FrameID && c.CaptureNs != 0 {
		w.latencies = append(w.latencies, rec.PublishNs-c.CaptureNs)
	}
	w.command = c
	w.recent = append(w.recent, rec.PublishNs)
}

// glance is what the status line shows.
type glance struct {
	rateHz         float64
	p50Ns, p99Ns   int64 // capture to command, over the last second or so
	detection      msg.Detection
	command        msg.Command
	commandedSince time.Duration // since the last command
}

func (w *watcher) glance() glance {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := shm.NowNs()
	w.recent = slices.DeleteFunc(w.recent, func(t int64) bool { return now-t > int64(time.Second) })
	g := glance{rateHz: float64(len(w.recent)), detection: w.detection, command: w.command}
	last := w.latencies[max(0, len(w.latencies)-len(w.recent)):]
	g.p50Ns, g.p99Ns, _ = percentiles(last)
	if n := len(w.recent); n > 0 {
		g.commandedSince = time.Duration(now - w.recent[n-1])
	}
	return g
}

// percentiles of durations: median, 99th, greatest.
func percentiles(ns []int64) (p50, p99, most int64) {
	n := len(ns)
	if n == 0 {
		return 0, 0, 0
	}
	s := slices.Clone(ns)
	slices.Sort(s)
	return s[n/2], s[min(n*99/100, n-1)], s[n-1]
}
