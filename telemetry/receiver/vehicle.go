package receiver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"lanekeeper/shm"
	"lanekeeper/telemetry"
	"lanekeeper/telemetry/command"
	"lanekeeper/telemetry/endpoint"
)

// Vehicle is one vehicle, as it is seen from here.
type Vehicle struct {
	options  Options
	handlers Handlers
	zmq      *endpoint.Context
	commands *command.Client // nil: none

	mu      sync.Mutex // held while a handler is called
	streams [2]*stream // lane-detectd's, controld's
	clock   clock
	lanes   [64]sighting // the last ones, by the frame's number
	gaps    gaps
	rateHz  float64 // of pictures, by lane-detectd's account; 0 unknown
	tally   tally
	events  [mostHistory]happened // the last ones
	happens int                   // how many there were
	link    Link
}

// mostHistory is how many events are known again; a vehicle keeps fewer to send them again.
const mostHistory = 512

// happened is what tells an event from all others: numbers begin again with each start of controld, times with each of the computer.
type happened struct {
	id     uint64
	timeNs int64
}

// sighting is what a message of the topic lane tells of its frame.
type sighting struct{ frameID, captureNs, sentNs int64 }

// Open checks the options. A vehicle out of reach is no error: the link says so, and it is looked for until Run ends.
func Open(z *endpoint.Context, o Options, h Handlers) (*Vehicle, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	v := &Vehicle{options: o, handlers: h, zmq: z, clock: clock{ownBoot: ownBoot()}}
	for i, s := range []heard{{name: LaneDetectd, address: o.Stream}, {name: Controld, address: o.Control}} {
		s.startNs = shm.NowNs()
		v.streams[i] = &stream{heard: s, topics: o.topics(s.name), vehicle: v}
	}
	if o.Commands != "" {
		v.commands, err = command.Dial(z, command.Options{Address: o.Commands, Server: o.Server, Own: o.Own})
		if err != nil {
			return nil, fmt.Errorf("a vehicle's %w", err)
		}
	}
	return v, nil
}

// Commands gives the vehicle commands; nil where it takes none from here. It ends with Run.
func (v *Vehicle) Commands() *command.Client { return v.commands }

// Link is how the link is now.
func (v *Vehicle) Link() Link {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.linkNow(shm.NowNs())
}

func (v *Vehicle) linkNow(nowNs int64) Link {
	return worse(v.streams[0].heard, v.streams[1].heard, nowNs)
}

// Run receives until ctx ends.
func (v *Vehicle) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, s := range v.streams {
		all.Go(func() { s.run(ctx) })
	}
	all.Go(func() { v.count(ctx) })
	all.Wait()
	if v.commands != nil {
		v.commands.Close()
	}
}

// count tells the statistics each second.
func (v *Vehicle) count(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		v.mu.Lock()
		s := v.tally.stats(shm.NowNs())
		s.Dropped = v.gaps.dropped
		v.clock.command = nil
		if v.commands != nil {
			if c, known := v.commands.Clock(); known {
				ms := float64(c.RoundTripNs) / 1e6
				s.RoundTripMs, v.clock.command = &ms, &c
			}
		}
		if v.handlers.Stats != nil {
			v.handlers.Stats(s)
		}
		v.mu.Unlock()
	}
}

// tell hands on what came on a stream, and how the link is.
func (v *Vehicle) tell(s *stream, batch []arrival, bytes, malformed uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.tally.bytes += bytes
	v.tally.malformed += malformed
	if s.socket != nil {
		s.link = s.socket.Link()
	}
	for i := range batch {
		s.lastNs = batch[i].receivedNs
	}
	v.tellLink()
	for i := range batch {
		if batch[i].picture != nil {
			v.tellPicture(&batch[i])
			continue
		}
		v.tellMessage(s, &batch[i])
	}
}

// tellLink tells the link when it has changed. While it is not as it should be, its text has the seconds.
func (v *Vehicle) tellLink() {
	l := v.linkNow(shm.NowNs())
	if l.State == v.link.State && l.Text == v.link.Text {
		return
	}
	v.link = l
	if v.handlers.Link != nil {
		v.handlers.Link(l)
	}
}

func (v *Vehicle) tellMessage(s *stream, a *arrival) {
	m := a.message
	var sentNs, ofNs int64 // when it was sent; what its age is of
	switch {
	case m.Lane != nil:
		sentNs, ofNs = m.Lane.SentNs, m.Lane.CaptureNs
		v.lanes[uint64(m.Lane.FrameID)%uint64(len(v.lanes))] = sighting{m.Lane.FrameID, ofNs, sentNs}
	case m.Control != nil:
		sentNs, ofNs = m.Control.SentNs, m.Control.CaptureNs
	case m.Status != nil:
		sentNs, ofNs = m.Status.SentNs, m.Status.SentNs
		v.noticeStart(s, m.Status)
		if s.name == LaneDetectd {
			v.rateHz = m.Status.Sender.RateHz
		}
	case m.Event != nil:
		if !v.newEvent(m.Event) {
			return
		}
		ofNs = m.Event.TimeNs
	case m.Detection != nil:
		if seen := v.sightingOf(m.Detection.FrameID); seen != nil {
			ofNs = seen.captureNs
		}
	}
	if sentNs > 0 {
		v.clock.sample(sentNs, a.receivedNs)
	}
	m.Times = v.times(a, sentNs, ofNs)
	v.tally.delay(m.DelayMs)
	if v.handlers.Message != nil {
		v.handlers.Message(*m)
	}
}

// newEvent tells whether an event has not come yet: whoever subscribes has the last ones sent to all. One that was lost on its way is new
// then, whatever came after it.
func (v *Vehicle) newEvent(e *telemetry.Event) bool {
	h := happened{e.ID, e.TimeNs}
	if slices.Contains(v.events[:min(v.happens, mostHistory)], h) {
		return false
	}
	v.events[v.happens%mostHistory] = h
	v.happens++
	return true
}

func (v *Vehicle) tellPicture(a *arrival) {
	p := a.picture
	v.tally.frames++
	v.gaps.see(p.FrameID, p.Timestamp, v.rateHz)
	captureNs, sentNs := v.clock.captured(p.Timestamp), int64(0)
	if seen := v.sightingOf(p.FrameID); seen != nil {
		captureNs, sentNs = seen.captureNs, seen.sentNs
	}
	p.Times = v.times(a, sentNs, captureNs)
	if v.handlers.Picture != nil {
		v.handlers.Picture(*p)
	}
}

func (v *Vehicle) sightingOf(frameID int64) *sighting {
	if s := &v.lanes[uint64(frameID)%uint64(len(v.lanes))]; s.frameID == frameID && s.captureNs > 0 {
		return s
	}
	return nil
}

func (v *Vehicle) times(a *arrival, sentNs, ofNs int64) Times {
	return Times{
		Received: a.received, Exact: v.clock.exact(),
		AgeMs: v.clock.since(ofNs, a.receivedNs), DelayMs: v.clock.since(sentNs, a.receivedNs),
	}
}

// noticeStart notices that a daemon, or the vehicle's computer, has started again.
func (v *Vehicle) noticeStart(s *stream, status *telemetry.Status) {
	text := ""
	switch {
	case v.clock.status(status, shm.NowNs()):
		text = "the vehicle's computer has started again"
	case s.pid != 0 && s.pid != status.PID:
		text = fmt.Sprintf("%s has started again (pid %d, before %d)", s.name, status.PID, s.pid)
	case s.pid != 0 && status.UptimeS < s.uptimeS-1:
		text = s.name + " has started again"
	}
	s.pid, s.uptimeS = status.PID, status.UptimeS
	if text == "" {
		return
	}
	v.gaps.known = false
	if v.handlers.Notice != nil {
		v.handlers.Notice(Notice{Daemon: s.name, Text: text})
	}
}

func timedOut(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }
