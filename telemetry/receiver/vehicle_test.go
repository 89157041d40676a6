package receiver

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pebbe/zmq4"

	"lanekeeper/shm"
	"lanekeeper/telemetry"
	"lanekeeper/telemetry/endpoint"
)

const patience = 20 * time.Second

// publisher is a vehicle's daemon as far as its stream goes.
type publisher struct {
	t      *testing.T
	socket *zmq4.Socket
	at     string
}

func publish(t *testing.T, z *zmq4.Context, address string) *publisher {
	t.Helper()
	s, err := z.NewSocket(zmq4.PUB)
	if err == nil {
		err = errors.Join(s.SetLinger(0), s.SetSndhwm(1000), s.Bind(address))
	}
	if err != nil {
		t.Fatal(err)
	}
	at, err := s.GetLastEndpoint()
	if err != nil {
		t.Fatal(err)
	}
	return &publisher{t: t, socket: s, at: at}
}

func (p *publisher) send(topic string, v any, more ...string) {
	p.t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		p.t.Fatal(err)
	}
	p.raw(append([]string{topic, string(text)}, more...)...)
}

func (p *publisher) raw(parts ...string) {
	p.t.Helper()
	if _, err := p.socket.SendMessage(parts); err != nil {
		p.t.Fatal(err)
	}
}

func (p *publisher) close() {
	p.t.Helper()
	if err := p.socket.Close(); err != nil {
		p.t.Error(err)
	}
}

// scene is a receiver with both streams.
type scene struct {
	t              *testing.T
	zmq            *zmq4.Context
	lanes, control *publisher
	messages       chan Message
	pictures       chan Picture
	links          chan Link
	notices        chan Notice
	stats          chan Stats
}

func newScene(t *testing.T, inPicture func(Picture)) *scene {
	z, err := zmq4.NewContext()
	if err != nil {
		t.Fatal(err)
	}
	s := &scene{
		t: t, zmq: z, messages: make(chan Message, 10000), pictures: make(chan Picture, 10000), links: make(chan Link, 1000),
		notices: make(chan Notice, 100), stats: make(chan Stats, 1000),
	}
	s.lanes, s.control = publish(t, z, "tcp://127.0.0.1:*"), publish(t, z, "tcp://127.0.0.1:*")
	e, err := endpoint.New()
	if err != nil {
		t.Fatal(err)
	}
	v, err := Open(e, Options{Stream: s.lanes.at, Control: s.control.at, Pictures: true}, Handlers{
		Message: func(m Message) { s.messages <- m },
		Picture: func(p Picture) {
			if inPicture != nil {
				inPicture(p)
			}
			s.pictures <- p
		},
		Link: func(l Link) { s.links <- l }, Notice: func(n Notice) { s.notices <- n }, Stats: func(x Stats) { s.stats <- x },
	})
	if err != nil {
		t.Fatal(err)
	}
	if v.Commands() != nil {
		t.Error("commands without keys")
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		v.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		s.lanes.close()
		s.control.close()
		if err := errors.Join(e.Close(), z.Term()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// next is the next that comes on a channel and is as wanted.
func next[T any](t *testing.T, what string, from <-chan T, wanted func(T) bool) T {
	t.Helper()
	late := time.After(patience)
	for {
		select {
		case v := <-from:
			if wanted(v) {
				return v
			}
		case <-late:
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

func status(name string, pid int, boot string, aheadNs int64) telemetry.Status {
	now := shm.NowNs()
	return telemetry.Status{
		Name: name, PID: pid, UptimeS: 5, SentNs: now + aheadNs, WallS: float64(time.Now().UnixNano()) / 1e9, BootID: boot, Detail: json.RawMessage(`{}`),
	}
}

// connected sends statuses on both streams until they come.
func (s *scene) connected(boot string, aheadNs int64) {
	s.t.Helper()
	for len(s.messages) > 0 { // of before
		<-s.messages
	}
	for _, p := range []struct {
		*publisher
		name string
	}{{s.lanes, LaneDetectd}, {s.control, Controld}} {
		come := false
		for deadline := time.Now().Add(patience); !come; {
			if time.Now().After(deadline) {
				s.t.Fatalf("nothing of %s came", p.name)
			}
			p.send(telemetry.TopicStatus, status(p.name, 100, boot, aheadNs))
			select {
			case m := <-s.messages:
				come = m.Daemon == p.name
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
}

const jpeg = "\xff\xd8picture\xff\xd9"

func frame(id int64, capturedS float64) telemetry.Frame {
	return telemetry.Frame{Timestamp: capturedS, FrameID: id, Width: 320, Height: 240, JPEGSize: len(jpeg)}
}

// TestAges: with the same clock ages are exact, with another's they are estimated.
func TestAges(t *testing.T) {
	for _, k := range []struct {
		boot    string
		aheadNs int64
	}{{ownBoot(), 0}, {"another", 5e15}} {
		s := newScene(t, nil)
		s.connected(k.boot, k.aheadNs)
		lane := func(id int64) {
			now := shm.NowNs() + k.aheadNs
			s.lanes.send(telemetry.TopicLane, telemetry.LaneFound{FrameID: id, CaptureNs: now - 40e6, SentNs: now})
		}
		lane(6)
		s.lanes.send(telemetry.TopicFrame, frame(6, 1), jpeg)
		s.lanes.send(telemetry.TopicFrame, frame(7, float64(time.Now().UnixNano())/1e9-0.05), jpeg)
		m := next(t, "the lane", s.messages, func(m Message) bool { return m.Lane != nil })
		exact := k.aheadNs == 0
		if m.Exact != exact || m.AgeMs == nil || *m.AgeMs < 39.9 || m.DelayMs == nil || *m.DelayMs < 0 || *m.AgeMs-*m.DelayMs < 39.9 {
			t.Errorf("%s: exact %v, age %v, delay %v", k.boot, m.Exact, m.AgeMs, m.DelayMs)
		}
		p := next(t, "the picture", s.pictures, func(p Picture) bool { return p.FrameID == 7 })
		if string(p.JPEG) != jpeg || p.AgeMs == nil || *p.AgeMs < 45 || p.DelayMs != nil {
			t.Errorf("%s: %+v", k.boot, p)
		}
		s.control.send(telemetry.TopicEvent, telemetry.Event{ID: 1, TimeNs: shm.NowNs() + k.aheadNs - 2e9, Text: "x"})
		if m := next(t, "the event", s.messages, func(m Message) bool { return m.Event != nil }); m.AgeMs == nil || *m.AgeMs < 1999 {
			t.Errorf("%s: %v", k.boot, m.AgeMs)
		}
		s.control.send(telemetry.TopicControl, telemetry.Control{State: "standby", SentNs: shm.NowNs() + k.aheadNs})
		if m := next(t, "the control", s.messages, func(m Message) bool { return m.Control != nil }); m.AgeMs != nil || m.DelayMs == nil {
			t.Errorf("%s: the age of no frame is %v, delay %v", k.boot, m.AgeMs, m.DelayMs)
		}
	}
}

// TestPictureOfALane: a picture has the age of the lane that was found in it.
func TestPictureOfALane(t *testing.T) {
	s := newScene(t, nil)
	s.connected(ownBoot(), 0)
	now := shm.NowNs()
	s.lanes.send(telemetry.TopicLane, telemetry.LaneFound{FrameID: 9, CaptureNs: now - 70e6, SentNs: now})
	next(t, "the lane", s.messages, func(m Message) bool { return m.Lane != nil })
	s.lanes.send(telemetry.TopicFrame, frame(9, 1), jpeg) // by its wall clock it is decades old
	if p := next(t, "the picture", s.pictures, func(Picture) bool { return true }); *p.AgeMs < 69 || *p.AgeMs > 1e6 || p.DelayMs == nil {
		t.Errorf("age %v, delay %v", *p.AgeMs, p.DelayMs)
	}
}

// TestNewestPictureWins: who is slow misses pictures, and gets the newest in the end.
func TestNewestPictureWins(t *testing.T) {
	const pictures = 200
	hold, first := make(chan struct{}), make(chan struct{}, pictures)
	s := newScene(t, func(Picture) {
		first <- struct{}{}
		<-hold
	})
	s.connected(ownBoot(), 0)
	sent := status(LaneDetectd, 100, ownBoot(), 0)
	sent.Sender.RateHz = 30
	s.lanes.send(telemetry.TopicStatus, sent)
	picture := func(id int64) { s.lanes.send(telemetry.TopicFrame, frame(id, float64(id)/30), jpeg) }
	picture(1)
	<-first
	for id := range int64(pictures - 2) {
		picture(2 + id)
	}
	close(hold)
	come := 0
	for last := int64(0); last != pictures; {
		picture(pictures) // until it comes: others may fill what waits in the network
		select {
		case p := <-s.pictures:
			come++
			last = p.FrameID
		case <-time.After(10 * time.Millisecond):
		}
	}
	if come > pictures/2 {
		t.Errorf("%d of %d pictures came", come, pictures)
	}
	if x := next(t, "statistics", s.stats, func(x Stats) bool { return x.Frames >= uint64(come) }); x.Dropped < pictures/4 || x.Malformed != 0 {
		t.Errorf("%+v", x)
	}
}

// TestGarbageIsDropped: what is no message is counted, and the next one comes.
func TestGarbageIsDropped(t *testing.T) {
	s := newScene(t, nil)
	s.connected(ownBoot(), 0)
	before := next(t, "statistics", s.stats, func(Stats) bool { return true }).Malformed
	for _, parts := range [][]string{
		{"lane"}, {"lane", "{"}, {"lane", "null"}, {"lane", `{}`, "x"}, {"frame", `{}`, "x"}, {"status", "\xff"}, {"statusx", "{}"},
		append([]string{"lane"}, make([]string, 100)...),
	} {
		s.lanes.raw(parts...)
	}
	s.lanes.send(telemetry.TopicState, telemetry.State{Steering: 0.5})
	if m := next(t, "the state", s.messages, func(m Message) bool { return m.State != nil }); m.State.Steering != 0.5 || m.AgeMs != nil {
		t.Errorf("%+v", m)
	}
	next(t, "eight malformed", s.stats, func(x Stats) bool { return x.Malformed == before+8 })
}

// TestEventsComeOnce: the last events are sent again for whoever subscribes; here they are told once.
func TestEventsComeOnce(t *testing.T) {
	s := newScene(t, nil)
	s.connected(ownBoot(), 0)
	for _, e := range [][2]int64{{1, 100}, {2, 200}, {1, 100}, {2, 200}, {3, 290}, {1, 400}, {2, 400}, {1, 400}, {4, 310}, {1, 50}} { // the third 1 is another controld's, the last another computer's; 4 had been lost
		s.control.send(telemetry.TopicEvent, telemetry.Event{ID: uint64(e[0]), TimeNs: e[1]})
	}
	var got []int64
	for range 7 {
		m := next(t, "an event", s.messages, func(m Message) bool { return m.Event != nil })
		got = append(got, m.Event.TimeNs+int64(m.Event.ID))
	}
	if want := []int64{101, 202, 293, 401, 402, 314, 51}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// TestRestarts notices that a daemon, or the computer, is another than before.
func TestRestarts(t *testing.T) {
	s := newScene(t, nil)
	s.connected("boot", 0)
	again := status(LaneDetectd, 100, "boot", 0)
	again.UptimeS = 0
	for _, k := range []struct {
		from *publisher
		send telemetry.Status
		want string
	}{
		{s.control, status(Controld, 200, "boot", 0), "controld has started again (pid 200, before 100)"},
		{s.lanes, again, "lane-detectd has started again"},
		{s.control, status(Controld, 200, "second", 0), "the vehicle's computer has started again"},
	} {
		k.from.send(telemetry.TopicStatus, k.send)
		if n := next(t, k.want, s.notices, func(Notice) bool { return true }); n.Text != k.want {
			t.Errorf("%+v, want %s", n, k.want)
		}
	}
}

// TestLinkLostAndBack: the link falls silent, is lost, and comes back by itself.
func TestLinkLostAndBack(t *testing.T) {
	s := newScene(t, nil)
	is := func(state LinkState) func(Link) bool { return func(l Link) bool { return l.State == state } }
	l := next(t, "connecting", s.links, is(Connecting))
	if !strings.Contains(l.Text, s.lanes.at) {
		t.Error(l.Text)
	}
	s.connected(ownBoot(), 0)
	next(t, "live", s.links, is(Live))
	s.lanes.close()
	s.control.close()
	next(t, "silent", s.links, is(Silent))
	l = next(t, "lost", s.links, is(Lost))
	if !strings.HasPrefix(l.Text, "no message from ") || l.SinceS < 3 {
		t.Errorf("%+v", l)
	}
	s.lanes, s.control = publish(t, s.zmq, s.lanes.at), publish(t, s.zmq, s.control.at)
	s.connected(ownBoot(), 0)
	next(t, "live again", s.links, is(Live))
}
