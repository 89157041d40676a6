package receiver

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"lanekeeper/telemetry"
	"lanekeeper/telemetry/command"
	"lanekeeper/telemetry/endpoint"
	"lanekeeper/telemetry/keys"
)

const second = int64(time.Second)

// TestParse: what is not as a vehicle can have sent it is no message.
func TestParse(t *testing.T) {
	jpeg := "\xff\xd8\xff\xd9"
	good := map[string][]string{
		"frame":     {`{"timestamp":1.5,"frame_id":7,"width":320,"height":240,"jpeg_size":4}`, jpeg},
		"detection": {`{"left_lane":null,"right_lane":{"x1":1,"y1":2,"x2":3,"y2":4,"confidence":0.5},"processing_time_ms":2,"frame_id":7}`},
		"state":     {`{"steering":0,"throttle":0,"brake":0,"speed_kmh":0,"position":null,"rotation":null}`},
		"lane":      {`{"frame_id":7,"capture_ns":5,"sent_ns":6,"width":640,"height":480,"left":{"points":[[1,2]]}}`},
		"status":    {`{"name":"lane-detectd","pid":5,"sent_ns":6}`},
	}
	topics := Options{Pictures: true}.topics(LaneDetectd)
	bytes := func(parts ...string) (all [][]byte) {
		for _, p := range parts {
			all = append(all, []byte(p))
		}
		return all
	}
	for topic, rest := range good {
		p, m, err := parse(LaneDetectd, topics, bytes(append([]string{topic}, rest...)...))
		if err != nil || (p != nil) != (topic == "frame") || (m != nil) == (topic == "frame") {
			t.Errorf("%s: %v, %v, %v", topic, p, m, err)
		}
		if _, _, err := parse(LaneDetectd, topics, bytes(append([]string{topic}, append(rest, "more")...)...)); !errors.Is(err, errMalformed) {
			t.Errorf("%s with a part more: %v", topic, err)
		}
		if _, _, err := parse(LaneDetectd, topics, bytes(topic)); !errors.Is(err, errMalformed) {
			t.Errorf("%s alone: %v", topic, err)
		}
	}
	points := `[` + strings.Repeat(`[1,2],`, mostPoints) + `[1,2]]`
	for _, parts := range [][]string{
		{}, {""}, {"", ""}, {"control", `{"sent_ns":1}`}, {"frames", `{}`}, {"lane", ""}, {"lane", "null"}, {"lane", "[]"}, {"lane", `{}`}, {"lane", `"x"`},
		{"lane", `{"frame_id":"x"}`}, {"lane", `{"sent_ns":1,"width":100000}`}, {"lane", `{"sent_ns":1,"capture_ns":-1}`},
		{"lane", `{"sent_ns":1,"left":{"points":` + points + `}}`}, {"lane", `{"sent_ns":1,"left":{"points":null}}`}, {"lane", `{"sent_ns":1,"left":{}}`},
		{"status", "{\"sent_ns\":1,\"line\":\"\xff\"}"}, {"status", `{"sent_ns":1,"line":"` + strings.Repeat("x", mostText+1) + `"}`},
		{"state", `{"x":"` + strings.Repeat("x", mostJSON) + `"}`}, {"detection", "\xff\xfe"}, {"state", `{} {}`},
		{"frame", `{"frame_id":7,"width":320,"height":240,"jpeg_size":5}`, jpeg},
		{"frame", `{"frame_id":7,"width":0,"height":240,"jpeg_size":4}`, jpeg},
		{"frame", `{"frame_id":7,"width":320,"height":99999,"jpeg_size":4}`, jpeg},
		{"frame", `{"frame_id":-7,"width":320,"height":240,"jpeg_size":4}`, jpeg},
		{"frame", `{"frame_id":7,"width":320,"height":240,"jpeg_size":4}`, "GIF8"},
		{"frame", `{"frame_id":7,"width":320,"height":240,"jpeg_size":0}`, ""},
		{"frame", `[`, jpeg},
	} {
		if p, m, err := parse(LaneDetectd, topics, bytes(parts...)); !errors.Is(err, errMalformed) {
			t.Errorf("%.80q: %v, %v, %v", parts, p, m, err)
		}
	}
}

// FuzzParse: no message from afar harms.
func FuzzParse(f *testing.F) {
	for _, topic := range []string{"frame", "lane", "detection", "state", "status", "control", "event", ""} {
		f.Add(topic, []byte(`{"sent_ns":1,"width":5,"height":6,"jpeg_size":2,"left":{"points":[[1,2]]}}`), []byte("\xff\xd8"))
	}
	f.Fuzz(func(t *testing.T, topic string, text, rest []byte) {
		for _, name := range []string{LaneDetectd, Controld} {
			topics := Options{Pictures: true}.topics(name)
			p, m, err := parse(name, topics, [][]byte{[]byte(topic), text, rest})
			if err == nil && (p == nil || m != nil || len(p.JPEG) != len(rest)) {
				t.Errorf("%v, %v", p, m)
			}
			p, m, err = parse(name, topics, [][]byte{[]byte(topic), text})
			if err == nil && (p != nil || m == nil) {
				t.Errorf("%v, %v", p, m)
			}
		}
	})
}

// TestClock finds the vehicle's clock from what comes of it.
func TestClock(t *testing.T) {
	c := clock{ownBoot: "mine"}
	if c.since(5, 10*second) != nil {
		t.Error("an age without a clock")
	}
	const ahead = 1000 * second // the vehicle's clock
	for i := range int64(100) { // messages take from 3 ms to 22 ms
		sent := 10*second + i*second/10
		c.sample(sent+ahead, sent+(3+i*7%20)*1e6)
	}
	now := 20 * second
	if age := c.since(now+ahead-50e6, now); age == nil || math.Abs(*age-47) > 0.001 || c.exact() {
		t.Errorf("age %v, want 47 ms: it is short by the least delay", age)
	}
	c.command = &command.Clock{OffsetNs: ahead + 1e6, ReadNs: now}
	if age := c.since(now+ahead-50e6, now); math.Abs(*age-51) > 0.001 {
		t.Errorf("age %v, want that by the commands", *age)
	}
	c.command.ReadNs, c.startedNs = 15*second, 16*second
	if age := c.since(now+ahead-50e6, now); math.Abs(*age-47) > 0.001 {
		t.Errorf("age %v by a clock that was read before the vehicle started again", *age)
	}
	c.startedNs = 0
	if later := c.command.ReadNs + (window+1)*second; math.Abs(*c.since(later+ahead-50e6, later)-47) > 0.001 {
		t.Error("an age by a clock that was read long ago, and has gone otherwise since")
	}
	c.command.OffsetNs = ahead - 100e6
	if age := c.since(now+ahead-50e6, now); math.Abs(*age-47) > 0.001 {
		t.Errorf("age %v: nothing arrives before it was sent", *age)
	}
	c.command = nil
	if later := now + (window+1)*second; c.since(later, later) != nil {
		t.Error("an age by a clock of long ago")
	}
	if c.status(&telemetry.Status{BootID: "other", SentNs: 5 * second, WallS: 1005}, now) {
		t.Error("started again at the first sight")
	}
	if got := c.captured(1004.5); got != 4.5e9 {
		t.Errorf("captured at %d", got)
	}
	if !c.status(&telemetry.Status{BootID: "mi-ne", SentNs: 5 * second}, now) || !c.exact() { // hyphens or not
		t.Error("not started again, or not exact")
	}
	if age := c.since(4*second, 5*second); age == nil || *age != 1000 {
		t.Errorf("age %v with the same clock", age)
	}
	if age := c.since(6*second, 5*second); age == nil || *age != 0 {
		t.Errorf("age %v of what is to come", age)
	}
}

// TestGaps counts what is left out, not what is never sent. The camera takes 60 pictures a second.
func TestGaps(t *testing.T) {
	for name, k := range map[string]struct {
		ids    []int64
		rateHz float64
		want   uint64
	}{
		"all":                     {[]int64{1, 2, 3, 4, 5}, 0, 0},
		"every second":            {[]int64{1, 3, 5, 7, 9}, 0, 0},
		"one missing":             {[]int64{1, 2, 3, 5, 6}, 0, 1},
		"many missing":            {[]int64{1, 2, 3, 4, 104, 105}, 0, 99},
		"restarted":               {[]int64{100, 101, 102, 1, 2, 3}, 0, 0},
		"of every second":         {[]int64{2, 4, 6, 8, 12, 14}, 0, 1},
		"the same again":          {[]int64{5, 5, 5}, 0, 0},
		"far in the first":        {[]int64{1 << 40}, 0, 0},
		"half, as it says":        {[]int64{1, 3, 5, 7, 9}, 30, 0},
		"two of three":            {[]int64{1, 2, 4, 5, 7, 8}, 40, 0},
		"one in ten comes":        {[]int64{10, 20, 30, 40}, 60, 27},
		"one in ten of half":      {[]int64{10, 20, 30, 40}, 30, 12},
		"no more than there were": {[]int64{10, 11, 13}, 1000, 1},
	} {
		var g gaps
		for _, id := range k.ids {
			g.see(id, float64(id)/60, k.rateHz)
		}
		if g.dropped != k.want {
			t.Errorf("%s: %d dropped, want %d", name, g.dropped, k.want)
		}
	}
}

func TestTally(t *testing.T) {
	var y tally
	if s := y.stats(5 * second); s.FPS != 0 || s.DelayP50Ms != nil {
		t.Errorf("%+v", s)
	}
	for i := range 2 * recentDelays {
		ms := float64(i % 100)
		y.delay(&ms)
	}
	y.delay(nil)
	y.frames, y.bytes = 60, 3000
	s := y.stats(7 * second)
	if s.FPS != 30 || s.BytesPerS != 1500 || s.Frames != 60 || *s.DelayP50Ms < 45 || *s.DelayP50Ms > 55 || *s.DelayP99Ms < 97 {
		t.Errorf("%+v, p50 %v, p99 %v", s, *s.DelayP50Ms, *s.DelayP99Ms)
	}
	if s := y.stats(8 * second); s.DelayP50Ms == nil {
		t.Error("the delays are forgotten in a second without messages; a status may be late")
	}
	if s := y.stats(11 * second); s.DelayP50Ms != nil || s.DelayP99Ms != nil {
		t.Error("delays of a vehicle that has been silent for long")
	}
	ms := 5.0
	y.delay(&ms)
	if s := y.stats(12 * second); s.DelayP50Ms == nil || *s.DelayP50Ms != 5 {
		t.Error("the delays of before the silence are counted, or none")
	}
}

// TestLinks says in words how the link is, and what to look at.
func TestLinks(t *testing.T) {
	h := heard{name: "controld", address: "tcp://car:5558", startNs: 100 * second}
	for _, k := range []struct {
		last int64 // ms before now; 0 never
		link endpoint.Link
		want LinkState
		text string
	}{
		{0, endpoint.Connecting, Connecting, "no message from controld at tcp://car:5558 for 10 s: is the address right, the vehicle switched on and in reach, and telemetry.enabled true in its controld.yaml?"},
		{0, endpoint.Unknown, Connecting, "no message from controld at tcp://car:5558 for 10 s: this computer's key is not known there; on the vehicle, lanectl keys list shows whom it knows"},
		{0, endpoint.Connected, Connecting, "no message from controld at tcp://car:5558 for 10 s: the connection is open and nothing comes; is the vehicle out of reach, or controld stuck?"},
		{1500, endpoint.Connected, Live, "controld sends from tcp://car:5558"},
		{1501, endpoint.Connected, Silent, "no message from controld at tcp://car:5558 for 2 s: the connection is open and nothing comes; is the vehicle out of reach, or controld stuck?"},
		{3001, endpoint.Connecting, Lost, "no message from controld at tcp://car:5558 for 3 s: has the vehicle been switched off, or left the network? Trying on"},
	} {
		now := 110 * second
		h.link, h.lastNs = k.link, 0
		if k.last > 0 {
			h.lastNs = now - k.last*1e6
		}
		if l := h.now(now, false); l.State != k.want || l.Text != k.text {
			t.Errorf("%s: %s\nwant %s: %s", l.State, l.Text, k.want, k.text)
		}
	}
	now := 110 * second
	at := func(ago int64) heard {
		h := heard{name: "x", startNs: second}
		if ago > 0 {
			h.lastNs = now - ago*second
		}
		return h
	}
	for _, k := range []struct {
		a, b int64 // s ago; 0 never
		want LinkState
		text string
	}{{0, 0, Connecting, "is the address right, the vehicle"}, {1, 0, Live, "the vehicle is in reach; is telemetry"}, {0, 1, Live, "the vehicle is in reach"}, {1, 1, Live, "sends"}, {2, 1, Silent, ""}, {1, 5, Lost, "the vehicle is in reach; has x been stopped?"}, {5, 0, Lost, ""}} {
		if l := worse(at(k.a), at(k.b), now); l.State != k.want || !strings.Contains(l.Text, k.text) {
			t.Errorf("%d s and %d s: %+v", k.a, k.b, l)
		}
	}
}

func TestOptions(t *testing.T) {
	pair, err := keys.NewPair()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct {
		given, want Options
		err         string
	}{
		{Options{Stream: "tcp://car:5557"}, Options{Stream: "tcp://car:5557", Control: "tcp://car:5558"}, ""},
		{Options{Stream: "tcp://[::1]:5557", Server: pair.Public},
			Options{Stream: "tcp://[::1]:5557", Control: "tcp://[::1]:5558", Commands: "tcp://[::1]:5559", Server: pair.Public}, ""},
		{Options{Stream: "tcp://car:1", Control: "tcp://b:2", Commands: "ipc:///c"}, Options{Stream: "tcp://car:1", Control: "tcp://b:2", Commands: "ipc:///c"}, ""},
		{Options{Stream: "car:5557"}, Options{}, `address "car:5557": tcp://HOST:PORT or ipc://PATH expected`},
		{Options{Stream: "ipc:///x"}, Options{}, `address "ipc:///x": controld's cannot be told from it, give that too`},
		{Options{Stream: "tcp://car:65535"}, Options{}, "a port from 1 to 65534 expected"},
		{Options{Stream: "tcp://car:5557", Server: "short"}, Options{}, "40 characters"},
	} {
		got, err := k.given.filled()
		if k.err == "" && (err != nil || got != k.want) || k.err != "" && (err == nil || !strings.Contains(err.Error(), k.err)) {
			t.Errorf("%+v: %+v, %v", k.given, got, err)
		}
	}
}
