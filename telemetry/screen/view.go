package screen

import (
	"slices"
	"sync"
	"time"

	"lanekeeper/telemetry"
	"lanekeeper/telemetry/receiver"
)

// What is kept.
const (
	mostEvents  = 8
	mostNotices = 3
	mostTrace   = 60                     // values of a curve
	traceEvery  = 250 * time.Millisecond // between two of them
	mostSamples = 4096                   // of a hop, in an interval
)

// View collects what comes from a vehicle between two reports. Its methods may be called from any goroutine.
type View struct {
	mu       sync.Mutex
	vehicle  string
	link     receiver.Link
	exact    bool
	control  *seen[Control]
	lane     *seen[Lane]
	daemons  map[string]Daemon
	events   []telemetry.Event
	notices  []string
	offsets  []float64
	headings []float64
	tracedAt time.Time
	samples  map[Hop][]float64
	stats    receiver.Stats
	since    time.Time
	lanes    int
	controls int
	overrun  uint64
	skipped  uint64
}

// seen is a value and when it came.
type seen[T any] struct {
	value T
	times receiver.Times
}

// NewView is of the vehicle at an address.
func NewView(vehicle string) *View {
	return &View{vehicle: vehicle, daemons: map[string]Daemon{}, samples: map[Hop][]float64{}, since: time.Now()}
}

// Handlers are what a receiver tells the view with.
func (v *View) Handlers() receiver.Handlers {
	return receiver.Handlers{
		Message: v.message,
		Link: func(l receiver.Link) {
			v.mu.Lock()
			defer v.mu.Unlock()
			v.link = l
		},
		Notice: func(n receiver.Notice) {
			v.mu.Lock()
			defer v.mu.Unlock()
			v.notices = last(append(v.notices, time.Now().Format(time.TimeOnly)+" "+n.Text), mostNotices)
		},
		Stats: func(s receiver.Stats) {
			v.mu.Lock()
			defer v.mu.Unlock()
			v.stats = s
		},
	}
}

func (v *View) message(m receiver.Message) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.exact = m.Exact
	switch {
	case m.Lane != nil:
		v.sawLane(m.Lane, m.Times)
	case m.Control != nil:
		v.sawControl(m.Control, m.Times)
	case m.Status != nil:
		s := m.Status
		v.daemons[m.Daemon] = Daemon{Name: m.Daemon, Version: s.Version, UptimeS: s.UptimeS, Line: s.Line}
	case m.Event != nil:
		v.events = last(append(v.events, *m.Event), mostEvents)
	case m.State != nil && (v.control == nil || v.control.value.State == ""): // nothing richer comes
		v.control = &seen[Control]{value: Control{Steering: m.State.Steering, Throttle: m.State.Throttle, Brake: m.State.Brake}, times: m.Times}
		v.controls++
	case m.Detection != nil && (v.lane == nil || v.lane.value.Departure == ""):
		d := m.Detection
		lane := Lane{FrameID: d.FrameID, LeftConfidence: sure(d.LeftLane), RightConfidence: sure(d.RightLane)}
		v.lane = &seen[Lane]{value: lane, times: m.Times}
		v.lanes++
	}
}

func sure(l *telemetry.Lane) *float64 {
	if l == nil {
		return nil
	}
	return &l.Confidence
}

func (v *View) sawLane(l *telemetry.LaneFound, t receiver.Times) {
	lane := Lane{FrameID: l.FrameID, OffsetM: l.OffsetM, HeadingRad: l.HeadingRad, Uncalibrated: l.Uncalibrated, Departure: l.Departure}
	if l.Left != nil {
		lane.LeftConfidence = &l.Left.Confidence
	}
	if l.Right != nil {
		lane.RightConfidence = &l.Right.Confidence
	}
	v.lanes++
	v.overrun, v.skipped = l.Overrun, l.Skipped
	v.lane = &seen[Lane]{value: lane, times: t}
	if l.FramePublishedNs > 0 {
		v.took(CaptureToFrame, l.CaptureNs, l.FramePublishedNs)
		v.took(FrameToDetection, l.FramePublishedNs, l.PublishedNs)
	}
	v.took(Processing, 1, 1+int64(l.ProcessingTimeMs*1e6))
	v.took(CaptureToDetection, l.CaptureNs, l.PublishedNs)
	if t.Received.Sub(v.tracedAt) < traceEvery {
		return
	}
	v.tracedAt = t.Received
	if l.OffsetM != nil {
		v.offsets = last(append(v.offsets, *l.OffsetM), mostTrace)
	}
	if l.HeadingRad != nil {
		v.headings = last(append(v.headings, *l.HeadingRad), mostTrace)
	}
}

func (v *View) sawControl(c *telemetry.Control, t receiver.Times) {
	v.controls++
	v.control = &seen[Control]{times: t, value: Control{
		State: c.State, Reason: c.Reason, Departure: c.Departure,
		Steering: c.Steering, Throttle: c.Throttle, Brake: c.Brake, SpeedMps: c.SpeedMps,
	}}
	v.took(CaptureToCommand, c.CaptureNs, c.PublishedNs)
	if t.DelayMs != nil && c.PublishedNs > 0 {
		v.add(CommandToHere, *t.DelayMs+float64(c.SentNs-c.PublishedNs)/1e6)
	}
}

// took notes a hop; times that are not known make none.
func (v *View) took(h Hop, fromNs, toNs int64) {
	if fromNs > 0 && toNs >= fromNs {
		v.add(h, float64(toNs-fromNs)/1e6)
	}
}

func (v *View) add(h Hop, ms float64) {
	if len(v.samples[h]) < mostSamples {
		v.samples[h] = append(v.samples[h], ms)
	}
}

// Report is how things are, and what happened since the last one.
func (v *View) Report() Report {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := time.Now()
	passed := max(now.Sub(v.since).Seconds(), 1e-3)
	r := Report{
		Time: now, Vehicle: v.vehicle, Clock: "estimated", Control: aged(v.control, now), Lane: aged(v.lane, now),
		Link: Link{State: string(v.link.State), Text: v.link.Text, SinceS: v.link.SinceS},
		Rates: Rates{
			LanesHz: float64(v.lanes) / passed, ControlHz: float64(v.controls) / passed, BytesPerS: v.stats.BytesPerS,
			Overrun: v.overrun, Skipped: v.skipped, Malformed: v.stats.Malformed, DelayP50Ms: v.stats.DelayP50Ms, DelayP99Ms: v.stats.DelayP99Ms,
		},
		Events: append([]telemetry.Event{}, v.events...), Notices: append([]string{}, v.notices...),
		OffsetsM: append([]float64{}, v.offsets...), Headings: append([]float64{}, v.headings...),
	}
	if v.exact {
		r.Clock = "exact"
	}
	for _, h := range hops() {
		l := Latency{Hop: h, Count: len(v.samples[h])}
		if s := v.samples[h]; len(s) > 0 {
			slices.Sort(s)
			p50, p99 := s[len(s)/2], s[min(len(s)*99/100, len(s)-1)]
			l.P50Ms, l.P99Ms = &p50, &p99
		}
		r.Latencies = append(r.Latencies, l)
		v.samples[h] = v.samples[h][:0]
	}
	for _, name := range []string{receiver.LaneDetectd, receiver.Controld} {
		if d, known := v.daemons[name]; known {
			r.Daemons = append(r.Daemons, d)
		}
	}
	v.lanes, v.controls, v.since = 0, 0, now
	return r
}

func aged[T any](s *seen[T], now time.Time) *Aged[T] {
	if s == nil {
		return nil
	}
	// While this machine sleeps the one clock stands still, and the other is set now and then.
	heard := max(now.Sub(s.times.Received), now.Round(0).Sub(s.times.Received.Round(0)), 0)
	a := &Aged[T]{Value: s.value, HeardMs: heard.Seconds() * 1e3}
	if s.times.AgeMs != nil {
		ms := *s.times.AgeMs + a.HeardMs
		a.AgeMs = &ms
	}
	return a
}

// last is the end of a list, in memory of its own once that is worth it.
func last[T any](list []T, most int) []T {
	if len(list) > most {
		return slices.Clone(list[len(list)-most:])
	}
	return list
}
