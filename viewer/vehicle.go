package viewer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"lanekeeper/telemetry"
	"lanekeeper/viewer/recording"
)

// eventsKept is how many events a vehicle's log keeps for pages that open later.
const eventsKept = 200

// vehicle passes on what one vehicle tells to every page, and keeps the newest of it for pages that open later.
type vehicle struct {
	about  Vehicle
	source Source
	record *recording.Recorder // nil: it cannot be recorded

	mu       sync.Mutex
	pages    map[*outbox]struct{}
	newest   map[string]*Message // by topic; status by topic and daemon
	events   []*Message
	link     Link
	linkAt   time.Time
	holder   string    // the page that has control; empty for none
	keptAt   time.Time // when it last said that it is there
	keepBusy bool
}

func newVehicle(id int, v VehicleOptions) *vehicle {
	return &vehicle{
		about: Vehicle{
			ID: id, Name: v.Name, Address: v.Address, Commands: v.Commands, Record: v.Recorder != nil,
		},
		source: v.Source, record: v.Recorder,
		pages: map[*outbox]struct{}{}, newest: map[string]*Message{},
		link:   Link{Type: TypeLink, Vehicle: id, State: LinkConnecting, Text: "connecting to " + v.Address},
		linkAt: time.Now(),
	}
}

// newsFor is how long what the vehicle sees and does is worth telling to a page that opens: a page takes for present what has just come.
const newsFor = time.Second

// join has a page told everything from now on, and first what it needs to know of before.
func (v *vehicle) join(o *outbox) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.pages[o] = struct{}{}
	o.putNote(TypeLink, v.linkNow())
	if v.record != nil {
		o.putNote(TypeRecording, recordingNote(v.about.ID, v.record.State()))
	}
	for _, e := range v.events {
		o.putEvent(e)
	}
	now := time.Now()
	for key, m := range v.newest {
		if m.Topic == telemetry.TopicStatus || m.since(now) < newsFor {
			o.putNewest(key, m)
		}
	}
}

// leave forgets a page. Control that it held lapses: no more keeps are sent.
func (v *vehicle) leave(o *outbox) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.pages, o)
	if v.holder == o.page {
		v.holder = ""
	}
}

// linkNow is the link as it is to be told now; the caller holds mu.
func (v *vehicle) linkNow() Link {
	l := v.link
	l.SinceS = time.Since(v.linkAt).Seconds()
	return l
}

// Message is for the source.
func (v *vehicle) Message(m Message) {
	if v.record != nil {
		v.record.Add(recording.Message{
			Topic: m.Topic, JSON: m.JSON, JPEG: m.JPEG, ReceivedAt: m.ReceivedAt, SentAt: m.SentAt(),
		})
	}
	key := m.Topic
	if m.Topic == telemetry.TopicStatus {
		var who struct {
			Name string `json:"name"`
		}
		if json.Unmarshal(m.JSON, &who) != nil || len(who.Name) > 64 {
			return
		}
		key += " " + who.Name
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	switch m.Topic {
	case telemetry.TopicFrame, telemetry.TopicLane, telemetry.TopicControl, telemetry.TopicStatus:
		if _, known := v.newest[key]; !known && len(v.newest) >= topicsKept {
			return
		}
		v.newest[key] = &m
		for o := range v.pages {
			o.putNewest(key, &m)
		}
	case telemetry.TopicEvent:
		if len(v.events) == eventsKept {
			v.events = slices.Delete(v.events, 0, 1)
		}
		v.events = append(v.events, &m)
		for o := range v.pages {
			o.putEvent(&m)
		}
	}
}

// topicsKept bounds what newest holds: three topics, and status from each daemon.
const topicsKept = 8

// Link is for the source.
func (v *vehicle) Link(state, text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if state != v.link.State {
		v.linkAt = time.Now()
	}
	v.link.State, v.link.Text = state, text
	v.noteAll(TypeLink, v.linkNow())
}

// Stats is for the source.
func (v *vehicle) Stats(s Stats) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s.Type, s.Vehicle = TypeStats, v.about.ID
	for o := range v.pages {
		own := s
		own.Dropped += o.framesDropped()
		o.putNote(TypeStats, own)
	}
}

// noteAll tells every page; the caller holds mu.
func (v *vehicle) noteAll(kind string, note any) {
	for o := range v.pages {
		o.putNote(kind, note)
	}
}

// run receives from the vehicle until ctx ends.
func (v *vehicle) run(ctx context.Context) error {
	ended := make(chan error, 1)
	go func() { ended <- v.source.Run(ctx, v) }()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		select {
		case <-second.C:
			v.everySecond()
		case err := <-ended:
			if err == nil || errors.Is(err, context.Canceled) {
				return nil
			}
			v.Link(LinkLost, err.Error())
			return fmt.Errorf("watching %s: %w", v.about.Name, err)
		}
	}
}

func (v *vehicle) everySecond() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.link.State != LinkLive {
		v.noteAll(TypeLink, v.linkNow())
	}
	if v.record != nil {
		if state := v.record.State(); state.On {
			v.noteAll(TypeRecording, recordingNote(v.about.ID, state))
		}
	}
}

// recordingChanged is what the recorder calls when it was turned on or off, or has failed.
func (v *vehicle) recordingChanged(s recording.State) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.noteAll(TypeRecording, recordingNote(v.about.ID, s))
}

func recordingNote(id int, s recording.State) Recording {
	return Recording{
		Type: TypeRecording, Vehicle: id, Path: s.Path, Bytes: s.Bytes, Dropped: s.Dropped, On: s.On, Error: s.Error,
	}
}
