package viewer_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"lanekeeper/telemetry"
	"lanekeeper/viewer"
)

// browser is a page's end of a stream.
type browser struct {
	t     *testing.T
	conn  *websocket.Conn
	ctx   context.Context
	hello viewer.Hello
}

// dial asks for a stream, as a page from an origin; it gives the status of the answer.
func (s *site) dial(ctx context.Context, host, origin string) (*websocket.Conn, int, error) {
	s.t.Helper()
	conn, answer, err := websocket.Dial(ctx, "ws://"+s.address+"/stream", &websocket.DialOptions{
		Host: host, HTTPHeader: http.Header{"Origin": {origin}},
	})
	if answer == nil {
		s.t.Fatal(err)
	}
	if answer.Body != nil {
		_ = answer.Body.Close()
	}
	return conn, answer.StatusCode, err
}

func (s *site) open() *browser {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	s.t.Cleanup(cancel)
	conn, _, err := s.dial(ctx, "", "http://"+s.address)
	if err != nil {
		s.t.Fatal(err)
	}
	conn.SetReadLimit(1 << 20)
	b := &browser{t: s.t, conn: conn, ctx: ctx}
	s.t.Cleanup(func() { _ = conn.CloseNow() })
	if _, data := b.read(); json.Unmarshal(data, &b.hello) != nil || b.hello.Type != viewer.TypeHello {
		s.t.Fatalf("the first message: %s", data)
	}
	return b
}

func (b *browser) read() (websocket.MessageType, []byte) {
	b.t.Helper()
	kind, data, err := b.conn.Read(b.ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	return kind, data
}

// until reads to the first text message of a type that is as wanted.
func (b *browser) until(kind string, wanted func(data []byte) bool) []byte {
	b.t.Helper()
	for {
		form, data := b.read()
		var said viewer.Said
		if form == websocket.MessageText && json.Unmarshal(data, &said) == nil && said.Type == kind && wanted(data) {
			return data
		}
	}
}

func (b *browser) say(text string) {
	b.t.Helper()
	if err := b.conn.Write(b.ctx, websocket.MessageText, []byte(text)); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) ack(vehicle int, seq uint64) {
	b.t.Helper()
	text, err := json.Marshal(viewer.Said{Type: viewer.TypeAck, Vehicle: vehicle, Seq: seq})
	if err != nil {
		b.t.Fatal(err)
	}
	b.say(string(text))
}

// frame unpacks a binary message.
func frame(t *testing.T, data []byte) (h viewer.FrameHeader, picture []byte) {
	t.Helper()
	n := binary.LittleEndian.Uint32(data)
	if err := json.Unmarshal(data[4:4+n], &h); err != nil {
		t.Fatal(err)
	}
	return h, data[4+n:]
}

// TestStream has a page told all that it shows, of both vehicles.
func TestStream(t *testing.T) {
	s := serve(t)
	b := s.open()
	if len(b.hello.Vehicles) != 2 || b.hello.Version != "1.2" || b.hello.Page == "" ||
		b.hello.Vehicles[0] != (viewer.Vehicle{Name: "red", Address: "tcp://red:5557", Commands: true, Record: true}) ||
		b.hello.Vehicles[1] != (viewer.Vehicle{ID: 1, Name: "blue", Address: "tcp://blue:5557"}) {
		t.Errorf("%+v", b.hello)
	}
	seen := map[string]bool{}
	frames := [2]int{}
	want := []string{
		viewer.TypeLink, viewer.TypeLane, viewer.TypeControl, viewer.TypeStatus, viewer.TypeEvent, viewer.TypeStats,
	}
	for done := false; !done; {
		kind, data := b.read()
		if kind == websocket.MessageBinary {
			h, picture := frame(t, data)
			config, err := jpeg.DecodeConfig(bytes.NewReader(picture))
			if err != nil || config.Width != h.Width || config.Height != h.Height {
				t.Fatalf("picture %+v of %+v: %v", config, h, err)
			}
			if h.AgeMs == nil || *h.AgeMs < 12 || h.DelayMs == nil || *h.DelayMs < 0 || *h.DelayMs > *h.AgeMs {
				t.Fatalf("age %v, delay %v: captured 12 ms before it was sent", h.AgeMs, h.DelayMs)
			}
			if h.Seq != uint64(frames[h.Vehicle])+1 {
				t.Fatalf("frame %d after %d", h.Seq, frames[h.Vehicle])
			}
			frames[h.Vehicle]++
			b.ack(h.Vehicle, h.Seq)
		} else {
			var told viewer.Told
			if err := json.Unmarshal(data, &told); err != nil {
				t.Fatalf("%s: %v", data, err)
			}
			if told.Data != nil && (told.Clock != viewer.ClockExact || told.AgeMs == nil || told.DelayMs == nil) {
				t.Fatalf("%s", data)
			}
			seen[told.Type] = true
		}
		done = frames[0] > 5 && frames[1] > 5
		for _, k := range want {
			done = done && seen[k]
		}
	}
}

// TestReopened: a page that opens later is told what it needs to know of before.
func TestReopened(t *testing.T) {
	s := serve(t)
	s.open().until(viewer.TypeEvent, func(data []byte) bool { return bytes.Contains(data, []byte("armed")) })
	s.red.Fall(true)
	b := s.open()
	lost, armed := false, false
	for !lost || !armed {
		_, data := b.read()
		var l viewer.Link
		lost = lost || json.Unmarshal(data, &l) == nil && l.State == viewer.LinkLost && strings.Contains(l.Text, "no message") && l.SinceS >= 0
		armed = armed || bytes.Contains(data, []byte(`"text":"armed"`))
	}
	s.red.Fall(false)
	b.until(viewer.TypeLink, func(data []byte) bool { return bytes.Contains(data, []byte(`"state":"live"`)) })
}

// TestSlowPage: a page that acknowledges nothing gets two pictures of each vehicle, then no lanes either, and is told that it misses
// pictures; another page is none the worse for it.
func TestSlowPage(t *testing.T) {
	s := serve(t)
	slow, quick := s.open(), s.open()
	quickFrames := 0
	for quickFrames < 30 { // both are sent to from the same messages
		if kind, data := quick.read(); kind == websocket.MessageBinary {
			h, _ := frame(t, data)
			quick.ack(h.Vehicle, h.Seq)
			quickFrames++
		}
	}
	frames := [2]int{}
	late := 0 // lanes of the first vehicle that came when the page was long behind
	var told viewer.Stats
	for told.Dropped < 60 {
		kind, data := slow.read()
		switch {
		case kind == websocket.MessageBinary:
			h, _ := frame(t, data)
			frames[h.Vehicle]++
		case bytes.Contains(data, []byte(`"type":"lane","vehicle":0`)) && told.Dropped > 30:
			late++
		case bytes.Contains(data, []byte(`"type":"stats","vehicle":0`)):
			if err := json.Unmarshal(data, &told); err != nil {
				t.Fatal(err)
			}
		}
	}
	if late > 0 {
		t.Errorf("%d lanes were sent to a page that draws nothing", late)
	}
	if frames[0] > 2 || frames[1] > 2 {
		t.Errorf("%v frames without an acknowledgement", frames)
	}
	slow.ack(0, 1)
	for {
		if kind, data := slow.read(); kind == websocket.MessageBinary {
			if h, _ := frame(t, data); h.Vehicle != 0 || h.Seq != 3 {
				t.Errorf("after the first acknowledgement: frame %d of %d", h.Seq, h.Vehicle)
			}
			break
		}
	}
}

// TestWrongMessages: what no page of ours says ends its stream.
func TestWrongMessages(t *testing.T) {
	s := serve(t)
	for name, c := range map[string]struct {
		kind websocket.MessageType
		text string
		n    int
		code websocket.StatusCode
	}{
		"no JSON":        {websocket.MessageText, "{", 1, websocket.StatusPolicyViolation},
		"binary":         {websocket.MessageBinary, `{"type":"keep"}`, 1, websocket.StatusPolicyViolation},
		"unknown":        {websocket.MessageText, `{"type":"arm"}`, 1, websocket.StatusPolicyViolation},
		"no vehicle":     {websocket.MessageText, `{"type":"ack","vehicle":2}`, 1, websocket.StatusPolicyViolation},
		"negative":       {websocket.MessageText, `{"type":"ack","vehicle":-1}`, 1, websocket.StatusPolicyViolation},
		"never sent":     {websocket.MessageText, `{"type":"ack","vehicle":0,"seq":1000000}`, 1, websocket.StatusPolicyViolation},
		"too large":      {websocket.MessageText, `{"type":"` + strings.Repeat("k", 2000) + `"}`, 1, websocket.StatusMessageTooBig},
		"too many":       {websocket.MessageText, `{"type":"keep"}`, 4000, websocket.StatusPolicyViolation},
		"too many, acks": {websocket.MessageText, `{"type":"ack"}`, 4000, websocket.StatusPolicyViolation},
	} {
		b := s.open()
		for range c.n {
			if b.conn.Write(b.ctx, c.kind, []byte(c.text)) != nil {
				break // it is closed already
			}
		}
		var closed websocket.CloseError
		for {
			if _, _, err := b.conn.Read(b.ctx); err != nil {
				if b.ctx.Err() != nil {
					t.Errorf("%s: the stream goes on", name)
				} else if errors.As(err, &closed) && closed.Code != c.code {
					t.Errorf("%s: %v, want %v", name, err, c.code)
				}
				break
			}
		}
	}
	if s.red.Kept() != 0 {
		t.Error("a page without control has kept it")
	}
}

// TestManyPages: no more than so many at a time; one that closes makes room.
func TestManyPages(t *testing.T) {
	s := serve(t)
	var pages []*browser
	for range 16 {
		pages = append(pages, s.open())
	}
	if _, status, err := s.dial(t.Context(), "", "http://"+s.address); err == nil || status != http.StatusServiceUnavailable {
		t.Fatalf("the 17th: %v %v", status, err)
	}
	_ = pages[0].conn.Close(websocket.StatusNormalClosure, "")
	for until := time.Now().Add(patience); ; {
		conn, _, err := s.dial(t.Context(), "", "http://"+s.address)
		if err == nil {
			_ = conn.CloseNow()
			return
		}
		if time.Now().After(until) {
			t.Fatal("no room after one has gone: ", err)
		}
	}
}

// TestStalledPage: one that reads nothing at all holds up nobody, and what waits for it stays small.
func TestStalledPage(t *testing.T) {
	s := serve(t)
	s.open() // and never reads
	b := s.open()
	for seen := 0; seen < 60; {
		if kind, data := b.read(); kind == websocket.MessageBinary {
			h, _ := frame(t, data)
			b.ack(h.Vehicle, h.Seq)
			seen++
		}
	}
}

// TestControl: one page of a viewer has control at a time; it is passed on that it is there, and no more once it has gone.
func TestControl(t *testing.T) {
	s := serve(t)
	one, other := s.open(), s.open()
	command := func(name, page, refused string) { // for which reason; empty for none
		t.Helper()
		text := s.command(name, page, "")
		if carriedOut(text) != (refused == "") || !strings.Contains(text, refused) {
			t.Errorf("%s: %s, want it refused: %q", name, text, refused)
		}
	}
	command(telemetry.CommandTake, "", "no open page")
	command(telemetry.CommandTake, "made-up", "no open page")
	command(telemetry.CommandTake, one.hello.Page, "")
	for _, c := range []string{telemetry.CommandTake, telemetry.CommandGive, telemetry.CommandResume, telemetry.CommandReset, telemetry.CommandSet} {
		command(c, other.hello.Page, "another page of this viewer has control")
	}
	command(telemetry.CommandResume, "", "another page of this viewer has control")
	command(telemetry.CommandPause, other.hello.Page, "")
	command(telemetry.CommandResume, one.hello.Page, "")

	other.say(`{"type":"keep","vehicle":0}`)
	for s.red.Kept() < 3 {
		one.say(`{"type":"keep","vehicle":0}`)
		one.read()
	}
	_ = one.conn.Close(websocket.StatusNormalClosure, "")
	for until := time.Now().Add(patience); ; {
		text := s.command(telemetry.CommandTake, other.hello.Page, "")
		if carriedOut(text) {
			break
		}
		if time.Now().After(until) {
			t.Fatal("control is still a closed page's: ", text)
		}
	}
	command(telemetry.CommandStop, "", "")
	command(telemetry.CommandResume, other.hello.Page, "estop --clear")
	// The stop has ended control, which the next keep tells.
	told := false
	for until := time.Now().Add(patience); ; {
		other.say(`{"type":"keep","vehicle":0}`)
		_, data := other.read()
		told = told || bytes.Contains(data, []byte(`"type":"ended"`))
		again := s.open()
		text := s.command(telemetry.CommandTake, again.hello.Page, "")
		_ = again.conn.CloseNow()
		if carriedOut(text) {
			break
		}
		if time.Now().After(until) {
			t.Fatal("control goes on after an emergency stop: ", text)
		}
	}
	if !told {
		other.until(viewer.TypeEnded, func([]byte) bool { return true })
	}
}
