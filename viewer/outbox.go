package viewer

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"lanekeeper/telemetry"
)

const (
	framesUnderWay = 2                      // sent to a page and not yet acknowledged, per vehicle
	behindAfter    = 500 * time.Millisecond // without an acknowledgement that is due, a page is behind
	eventsWaiting  = 1000                   // for a page that is behind, per vehicle
)

// outbox is what one page has yet to be told of one vehicle: the newest of everything, and all events. It never holds
// more, however far the page is behind.
type outbox struct {
	page    string
	vehicle int
	wake    func() // there is something to send

	mu      sync.Mutex
	notes   map[string]any      // of the server itself, by their type
	events  []*Message          // oldest first
	newest  map[string]*Message // by topic; status by topic and daemon
	turn    int                 // whose turn it is: everything gets some of a slow connection
	seq     uint64              // of the last frame sent
	sentAt  time.Time           // that frame
	acked   uint64
	dropped uint64 // frames
}

func newOutbox(page string, vehicle int, wake func()) *outbox {
	return &outbox{page: page, vehicle: vehicle, wake: wake, notes: map[string]any{}, newest: map[string]*Message{}}
}

func (o *outbox) putNote(kind string, note any) {
	o.mu.Lock()
	o.notes[kind] = note
	o.mu.Unlock()
	o.wake()
}

func (o *outbox) putEvent(m *Message) {
	o.mu.Lock()
	if len(o.events) == eventsWaiting {
		o.events = slices.Delete(o.events, 0, 1)
	}
	o.events = append(o.events, m)
	o.mu.Unlock()
	o.wake()
}

// putNewest replaces what was to be sent under the same key.
func (o *outbox) putNewest(key string, m *Message) {
	o.mu.Lock()
	if key == telemetry.TopicFrame && o.newest[key] != nil {
		o.dropped++
	}
	o.newest[key] = m
	o.mu.Unlock()
	o.wake()
}

func (o *outbox) framesDropped() uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.dropped
}

// ack takes note that the page has drawn a frame. One that it was never sent is an error.
func (o *outbox) ack(seq uint64) error {
	o.mu.Lock()
	if seq > o.seq {
		o.mu.Unlock()
		return fmt.Errorf("frame %d was not sent", seq)
	}
	o.acked = max(o.acked, seq)
	o.mu.Unlock()
	o.wake()
	return nil
}

// outgoing is one thing to send. Exactly one of note and message is there.
type outgoing struct {
	note    any
	message *Message
	seq     uint64 // of a frame
}

// next takes the next thing to send at time now, if there is one that the page may have then.
func (o *outbox) next(now time.Time) (outgoing, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	ways := [...]func(time.Time) (outgoing, bool){o.nextNote, o.nextEvent, o.nextNewest, o.nextFrame}
	for range ways {
		way := ways[o.turn%len(ways)]
		o.turn++
		if out, ok := way(now); ok {
			return out, true
		}
	}
	return outgoing{}, false
}

func (o *outbox) nextNote(time.Time) (outgoing, bool) {
	for kind, note := range o.notes {
		delete(o.notes, kind)
		return outgoing{note: note}, true
	}
	return outgoing{}, false
}

func (o *outbox) nextEvent(time.Time) (outgoing, bool) {
	if len(o.events) == 0 {
		return outgoing{}, false
	}
	m := o.events[0]
	if o.events = o.events[1:]; len(o.events) == 0 {
		o.events = nil // lets go of what is behind it
	}
	return outgoing{message: m}, true
}

// nextNewest takes the one that came first of what waits, so that none is passed over for ever. To a page that has not drawn its
// pictures for long nothing is sent that would be old when it comes to it: its ages tell how old things were when they were sent.
func (o *outbox) nextNewest(now time.Time) (outgoing, bool) {
	behind := o.full() && now.Sub(o.sentAt) > behindAfter
	first := ""
	for _, key := range slices.Sorted(maps.Keys(o.newest)) {
		if key == telemetry.TopicFrame || behind && (key == telemetry.TopicLane || key == telemetry.TopicControl) {
			continue
		}
		if first == "" || o.newest[key].ReceivedAt.Before(o.newest[first].ReceivedAt) {
			first = key
		}
	}
	if first == "" {
		return outgoing{}, false
	}
	m := o.newest[first]
	delete(o.newest, first)
	return outgoing{message: m}, true
}

// full tells whether as many frames are under way as may be.
func (o *outbox) full() bool { return o.seq-o.acked >= framesUnderWay }

func (o *outbox) nextFrame(now time.Time) (outgoing, bool) {
	m := o.newest[telemetry.TopicFrame]
	if m == nil || o.full() {
		return outgoing{}, false
	}
	delete(o.newest, telemetry.TopicFrame)
	o.seq, o.sentAt = o.seq+1, now
	return outgoing{message: m, seq: o.seq}, true
}

// encode is a message of the stream as it is at time now, and whether it is binary.
func (o *outbox) encode(out outgoing, now time.Time) (data []byte, isBinary bool, err error) {
	m := out.message
	if m == nil {
		data, err = json.Marshal(out.note)
		return data, false, err
	}
	if m.Topic == telemetry.TopicFrame {
		data, err = o.encodeFrame(m, out.seq, now)
		return data, true, err
	}
	told := Told{
		Type: m.Topic, Vehicle: o.vehicle, AgeMs: m.later(m.AgeMs, now), DelayMs: m.later(m.DelayMs, now), Clock: m.clock(), Data: m.JSON,
	}
	data, err = json.Marshal(told)
	return data, false, err
}

func (o *outbox) encodeFrame(m *Message, seq uint64, now time.Time) ([]byte, error) {
	var f telemetry.Frame
	if err := json.Unmarshal(m.JSON, &f); err != nil {
		return nil, err
	}
	header, err := json.Marshal(FrameHeader{
		Vehicle: o.vehicle, Seq: seq, FrameID: f.FrameID, Width: f.Width, Height: f.Height, TimestampS: f.Timestamp,
		AgeMs: m.later(m.AgeMs, now), DelayMs: m.later(m.DelayMs, now),
	})
	if err != nil {
		return nil, err
	}
	const lengthSize = 4
	data := make([]byte, 0, lengthSize+len(header)+len(m.JPEG))
	data = binary.LittleEndian.AppendUint32(data, uint32(len(header)))
	return append(append(data, header...), m.JPEG...), nil
}
