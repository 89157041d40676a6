package viewer_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/zap"

	"lanekeeper/telemetry"
	"lanekeeper/viewer"
	"lanekeeper/viewer/recording"
	"lanekeeper/viewer/viewertest"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// site is a viewer that serves, and what a browser knows of it.
type site struct {
	t       *testing.T
	address string // 127.0.0.1:PORT
	token   string
	red     *viewertest.Vehicle
	dir     string // of recordings
}

// serve starts a viewer of two vehicles; blue takes no commands and is not recorded.
func serve(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, red: &viewertest.Vehicle{}, dir: t.TempDir()}
	files := fstest.MapFS{
		"index.html":      {Data: []byte(`<meta name="lanekeeper-token" content="{{token}}">`)},
		"assets/page.css": {Data: []byte("p{}")},
	}
	server, err := viewer.New(viewer.Options{
		Version: "1.2", Page: files, Hosts: []string{"car.example", "tunnel.example:9000"}, Log: zap.NewNop(),
		Vehicles: []viewer.VehicleOptions{
			{Name: "red", Address: "tcp://red:5557", Source: s.red, Commands: true, Recorder: recording.New("red", s.dir, "test")},
			{Name: "blue", Address: "tcp://blue:5557", Source: &viewertest.Vehicle{}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	s.address = listener.Addr().String()
	status, body, _ := s.ask("GET", "/", nil, nil)
	_, rest, found := strings.Cut(body, `content="`)
	if status != http.StatusOK || !found {
		t.Fatalf("GET /: %d %s", status, body)
	}
	s.token, _, _ = strings.Cut(rest, `"`)
	return s
}

// ask sends a request with these headers; Host is one of them.
func (s *site) ask(method, path string, headers map[string]string, body io.Reader) (int, string, http.Header) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.address+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	req.Host = headers["Host"]
	transport := &http.Transport{DisableKeepAlives: true}
	answer, err := transport.RoundTrip(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(text), answer.Header
}

// command gives red a command as a page does, and is the answer.
func (s *site) command(name, page, body string) string {
	s.t.Helper()
	status, text, _ := s.ask("POST", "/api/vehicles/0/commands/"+name, map[string]string{
		viewer.TokenHeader: s.token, viewer.PageHeader: page, "Content-Type": "application/json",
	}, strings.NewReader(body))
	if status != http.StatusOK {
		s.t.Errorf("%s: %d %s", name, status, text)
	}
	return text
}

// carriedOut tells whether an answer says that the command was.
func carriedOut(answer string) bool { return strings.HasPrefix(answer, `{"ok":true,`) }

// TestTurnedAway sends what other web sites can make a browser send, and what no page of ours does. None of it may reach the vehicle.
func TestTurnedAway(t *testing.T) {
	s := serve(t)
	const pause = "/api/vehicles/0/commands/pause"
	_, port, _ := net.SplitHostPort(s.address)
	with := func(k, v string) map[string]string {
		h := map[string]string{viewer.TokenHeader: s.token, "Content-Type": "application/json"}
		if h[k] = v; v == "" {
			delete(h, k)
		}
		return h
	}
	for _, c := range []struct {
		name, method, path string
		headers            map[string]string
		body               string
		status             int
	}{
		{"foreign host", "POST", pause, with("Host", "evil.example:"+port), "", 403},
		{"foreign host, the page", "GET", "/", with("Host", "evil.example:"+port), "", 403},
		{"a host that begins as ours", "POST", pause, with("Host", "127.0.0.1.evil.example:"+port), "", 403},
		{"our host, another port", "POST", pause, with("Host", "127.0.0.1:1"), "", 403},
		{"our host without a port", "POST", pause, with("Host", "localhost"), "", 403},
		{"foreign origin", "POST", pause, with("Origin", "https://evil.example"), "", 403},
		{"another port's origin", "POST", pause, with("Origin", "http://127.0.0.1:1"), "", 403},
		{"no page's origin", "POST", pause, with("Origin", "null"), "", 403},
		{"a file's origin", "POST", pause, with("Origin", "file://"+s.address), "", 403},
		{"cross-site", "POST", pause, with("Sec-Fetch-Site", "cross-site"), "", 403},
		{"no token", "POST", pause, with(viewer.TokenHeader, ""), "", 403},
		{"wrong token", "POST", pause, with(viewer.TokenHeader, s.token[:len(s.token)-1]+"."), "", 403},
		{"the place of a token", "POST", pause, with(viewer.TokenHeader, "{{token}}"), "", 403},
		{"GET of a command", "GET", pause, with("", ""), "", 405},
		{"GET of recording", "GET", "/api/vehicles/0/recording", with("", ""), "", 405},
		{"PUT of a command", "PUT", pause, with("", ""), "", 405},
		{"preflight", "OPTIONS", pause, with("", ""), "", 405},
		{"oversized", "POST", pause, with("", ""), `"` + strings.Repeat("a", 64<<10) + `"`, 413},
		{"a form", "POST", pause, with("Content-Type", "text/plain"), "{}", 415},
		{"no JSON", "POST", pause, with("", ""), "{", 400},
		{"no such vehicle", "POST", "/api/vehicles/2/commands/pause", with("", ""), "", 404},
		{"no vehicle", "POST", "/api/vehicles/-1/commands/pause", with("", ""), "", 404},
		{"not for pages", "POST", "/api/vehicles/0/commands/hello", with("", ""), "", 404},
		{"arming", "POST", "/api/vehicles/0/commands/arm", with("", ""), "", 404},
		{"params without token", "GET", "/api/vehicles/0/params", nil, "", 403},
		{"a folder", "GET", "/assets/", nil, "", 404},
		{"outside", "GET", "/assets/%2e%2e/%2e%2e/etc/passwd", nil, "", 404},
		{"no recording", "POST", "/api/vehicles/1/recording", with("", ""), `{"on":true}`, 409},
	} {
		status, text, header := s.ask(c.method, c.path, c.headers, strings.NewReader(c.body))
		if status != c.status {
			t.Errorf("%s: %d %s, want %d", c.name, status, text, c.status)
		}
		if strings.Contains(text, s.token) {
			t.Errorf("%s: was told the token", c.name)
		}
		for name := range header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: %s: no other site may read answers", c.name, name)
			}
		}
	}
	if given := s.red.Given(); len(given) != 0 {
		t.Errorf("the vehicle was told to %q", given)
	}
}

// TestLetIn sends what our page does, under every name that it may have.
func TestLetIn(t *testing.T) {
	s := serve(t)
	_, port, _ := net.SplitHostPort(s.address)
	for _, host := range []string{s.address, "localhost:" + port, "LOCALHOST:" + port, "[::1]:" + port, "car.example:" + port, "tunnel.example:9000"} {
		status, text, _ := s.ask("POST", "/api/vehicles/0/commands/pause", map[string]string{
			"Host": host, "Origin": "http://" + host, "Sec-Fetch-Site": "same-origin", viewer.TokenHeader: s.token,
		}, nil)
		if status != http.StatusOK || strings.TrimSpace(text) != `{"ok":true,"error":"","result":null}` {
			t.Errorf("%s: %d %s", host, status, text)
		}
	}
	status, text, header := s.ask("GET", "/", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, nil)
	if status != http.StatusOK || !strings.Contains(text, s.token) {
		t.Errorf("a link to the page: %d %s", status, text)
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if policy := header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'self';") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	if status, text, header := s.ask("GET", "/assets/page.css", nil, nil); status != http.StatusOK || text != "p{}" ||
		!strings.HasPrefix(header.Get("Content-Type"), "text/css") {
		t.Errorf("an asset: %d %q %v", status, text, header)
	}
	text = s.command(telemetry.CommandSet, "", `{"daemon":"lane-detectd","values":{"detect.confidence_min":0.4}}`)
	if !carriedOut(text) || !strings.Contains(text, `"changed":["detect.confidence_min"]`) {
		t.Errorf("set: %s", text)
	}
	text = s.command(telemetry.CommandSet, "", `{"daemon":"controld","values":{"actuator.name":"x"}}`)
	if carriedOut(text) || !strings.Contains(text, "cannot be changed while running") {
		t.Errorf("set what is fixed: %s", text)
	}
	status, text, _ = s.ask("POST", "/api/vehicles/1/commands/estop", map[string]string{viewer.TokenHeader: s.token}, nil)
	if status != http.StatusOK || carriedOut(text) || !strings.Contains(text, "gives the vehicle no commands") {
		t.Errorf("a vehicle that takes none: %d %s", status, text)
	}
	status, text, _ = s.ask("GET", "/api/vehicles/0/params", map[string]string{viewer.TokenHeader: s.token}, nil)
	if status != http.StatusOK || !strings.Contains(text, `"name":"detect.confidence_min","value":0.4`) {
		t.Errorf("params: %d %s", status, text)
	}
}

// TestStreamTurnedAway: no web site but ours gets a stream.
func TestStreamTurnedAway(t *testing.T) {
	s := serve(t)
	for _, c := range []struct{ host, origin string }{
		{"", "https://evil.example"}, {"", "http://127.0.0.1:1"}, {"", "null"}, {"evil.example", "http://evil.example"},
	} {
		if _, status, err := s.dial(t.Context(), c.host, c.origin); err == nil || status != http.StatusForbidden {
			t.Errorf("%+v: %d, %v", c, status, err)
		}
	}
	if status, text, _ := s.ask("GET", "/stream", nil, nil); status != http.StatusUpgradeRequired {
		t.Errorf("no websocket: %d %s", status, text)
	}
}

// TestTokens: no start of the server has another's token.
func TestTokens(t *testing.T) {
	if a, b := serve(t), serve(t); a.token == b.token || len(a.token) < 20 {
		t.Errorf("tokens %q and %q", a.token, b.token)
	}
}

// TestHugeHeader: a request that never ends is not kept.
func TestHugeHeader(t *testing.T) {
	s := serve(t)
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	_, _ = conn.Write(append([]byte("GET / HTTP/1.1\r\nHost: "+s.address+"\r\nX-A: "), bytes.Repeat([]byte("a"), 64<<10)...))
	text, _ := io.ReadAll(conn)
	if !bytes.HasPrefix(text, []byte("HTTP/1.1 431")) {
		t.Errorf("%q", text)
	}
}
