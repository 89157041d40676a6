package daemon

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.uber.org/zap"
)

func TestStatusDetail(t *testing.T) {
	socket, d := start(t, testProgram(nil))
	d.Notify.Status("30.0 fps")
	type detail struct {
		Frames int `json:"frames"`
	}
	d.OnStatus(func() any { return detail{Frames: 12} })
	got := Status{Detail: new(detail)}
	if err := Get(t.Context(), socket, "/status", &got); err != nil {
		t.Fatal(err)
	}
	if got.Line != "30.0 fps" || got.PID != os.Getpid() || got.Detail.(*detail).Frames != 12 {
		t.Errorf("status %+v, detail %+v", got, got.Detail)
	}
}

func TestMetrics(t *testing.T) {
	socket, _ := start(t, testProgram(nil))
	var text []byte
	if err := Get(t.Context(), socket, "/metrics", &text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`lanekeeper_build_info{daemon="testd",version="1.2.3"} 1`, "lanekeeper_log_dropped_total 0", "process_resident_memory_bytes "} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

func TestParams(t *testing.T) {
	socket, _ := start(t, testProgram(nil), "--set", "steering.kp=2")
	var list []map[string]any
	if err := Get(t.Context(), socket, "/params", &list); err != nil {
		t.Fatal(err)
	}
	byName := map[string]map[string]any{}
	for _, p := range list {
		byName[p["name"].(string)] = p
	}
	for name, want := range map[string]map[string]any{
		"steering.kp": {"name": "steering.kp", "value": 2.0, "default": 0.35, "allowed": "a number from 0 to 10 (1/m)", "unit": "1/m", "min": "0",
			"max": "10", "doc": "Share of the offset that is steered against.", "live": true},
		"input.stale_after": {"name": "input.stale_after", "value": "80ms", "default": "80ms", "min": "1ms", "max": "2s", "live": false,
			"allowed": "a time with its unit, such as 80ms, from 1ms to 2s", "doc": "Age at which a record counts for nothing."},
		"method": {"name": "method", "value": "cv", "default": "cv", "allowed": "one of cv, dl", "one_of": []any{"cv", "dl"}, "doc": "How it is done.", "live": false},
	} {
		if !reflect.DeepEqual(byName[name], want) {
			t.Errorf("\n got %v\nwant %v", byName[name], want)
		}
	}
	if len(list) != 15 {
		t.Errorf("%d parameters, want 15", len(list))
	}
}

func TestChangeParams(t *testing.T) {
	socket, d := start(t, testProgram(nil))
	var applied []float64
	d.OnChange(func(c testConfig) error {
		if c.Steering.Kp == 9 {
			return errors.New("turning kp: the wheel is stuck")
		}
		applied = append(applied, c.Steering.Kp, c.Steering.Ki)
		return nil
	})
	for _, c := range []struct {
		name, body, err string
		status          int
	}{
		{"two keys", `{"steering.kp": 3, "steering.ki": 0.5}`, "", 0},
		{"nothing new", `{"steering.kp": 3.0}`, "", 0},
		{"out of range", `{"steering.kp": 11, "steering.ki": 1}`, "request: steering.kp: 11 given, a number from 0 to 10 (1/m) expected", 400},
		{"text", `{"steering.kp": "3"}`, `request: steering.kp: "3" given, a number from 0 to 10 (1/m) expected`, 400},
		{"null", `{"steering.kp": null}`, `request: steering.kp: nothing given, a number from 0 to 10 (1/m) expected`, 400},
		{"not live", `{"method": "dl"}`, "request: method: cannot change while running; set it in the configuration and restart", 400},
		{"unknown", `{"steering.kpp": 1}`, "request: steering.kpp: unknown key; did you mean steering.kp? " +
			"(known here: kp, ki, limit, offsets, gears, road)", 400},
		{"no JSON", `kp=3`, "request: not a JSON object of keys and values: invalid character 'k' looking for beginning of value", 400},
		{"refused by the daemon", `{"steering.kp": 9}`, "turning kp: the wheel is stuck", 409},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Patch(t.Context(), socket, "/params", json.RawMessage(c.body), nil)
			// json.RawMessage is refused by the client itself when it is no JSON.
			if c.name == "no JSON" {
				err = send(t, socket, http.MethodPatch, "/params", c.body)
			}
			var answer *AnswerError
			switch {
			case c.err == "" && err != nil:
				t.Error(err)
			case c.err != "" && (!errors.As(err, &answer) || answer.Message != c.err || answer.Status != c.status):
				t.Errorf("\n got %v\nwant %s, status %d", err, c.err, c.status)
			}
		})
	}
	if want := []float64{3, 0.5}; !reflect.DeepEqual(applied, want) {
		t.Errorf("applied %v, want %v", applied, want)
	}
	if got := d.Config().Steering; got.Kp != 3 || got.Ki != 0.5 {
		t.Errorf("in force %+v", got)
	}
}

func TestChangeWithoutATaker(t *testing.T) {
	socket, d := start(t, testProgram(nil))
	err := Patch(t.Context(), socket, "/params", map[string]any{"steering.kp": 3}, nil)
	var answer *AnswerError
	if !errors.As(err, &answer) || answer.Message != "changing the configuration: the daemon takes no changes now" || d.Config().Steering.Kp != 0.35 {
		t.Errorf("%v, kp %v", err, d.Config().Steering.Kp)
	}
}

func TestReload(t *testing.T) {
	file := filepath.Join(t.TempDir(), "testd.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("gpu: false")
	socket, d := start(t, testProgram(nil), "--config", file)
	d.OnChange(func(testConfig) error { return nil })
	write("gpu: true\nsteering: {kp: 4}")
	var change Change
	if err := Post(t.Context(), socket, "/reload", nil, &change); err != nil {
		t.Fatal(err)
	}
	if want := (Change{Changed: []string{"steering.kp"}, Restart: []string{"gpu"}}); !reflect.DeepEqual(change, want) {
		t.Errorf("change %+v, want %+v", change, want)
	}
	if c := d.Config(); c.Steering.Kp != 4 || c.GPU {
		t.Errorf("in force %+v", c)
	}
}

// send is a raw request, for what the client would not send.
func send(t *testing.T, socket, method, path, body string) error {
	t.Helper()
	status, text := roundTrip(t, socket, method, path, strings.NewReader(body))
	return decodeAnswer(status, text, nil)
}

func roundTrip(t *testing.T, socket, method, path string, body io.Reader) (int, []byte) {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}}
	req, err := http.NewRequestWithContext(t.Context(), method, "http://x"+path, body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, text
}

func TestAnswers(t *testing.T) {
	socket, d := start(t, testProgram(nil))
	d.Control.Func("POST /arm", func(_ context.Context, body []byte) (any, error) {
		switch string(body) {
		case "":
			return map[string]bool{"armed": true}, nil
		case "usage":
			return nil, &UsageError{errors.New("arming: no body expected")}
		case "nan":
			return func() {}, nil
		}
		return nil, errors.New("arming: no lane seen")
	})
	for _, c := range []struct {
		method, path, body string
		status             int
		answer             string
	}{
		{"POST", "/arm", "", 200, `{"armed":true}`},
		{"POST", "/arm", "x", 409, `{"error":"arming: no lane seen"}`},
		{"POST", "/arm", "usage", 400, `{"error":"arming: no body expected"}`},
		{"POST", "/arm", "nan", 500, `{"error":"writing the answer: json: unsupported type: func()"}`},
		{"POST", "/arm", strings.Repeat("x", maxRequestBytes+1), 413, `{"error":"reading the request: http: request body too large"}`},
		{"GET", "/arm", "", 405, `{"error":"GET /arm: only POST is allowed"}`},
		{"GET", "/nothing", "", 404, `{"error":"/nothing: no such path"}`},
		{"PUT", "/log-level", `{"level":"debug"}`, 200, `{"level":"debug"}`},
	} {
		status, text := roundTrip(t, socket, c.method, c.path, strings.NewReader(c.body))
		if status != c.status || strings.TrimSpace(string(text)) != c.answer {
			t.Errorf("%s %s: %d %s, want %d %s", c.method, c.path, status, text, c.status, c.answer)
		}
	}
	if !d.Log.Level.Enabled(zap.DebugLevel) {
		t.Error("the log level did not change")
	}
}

func TestClientErrors(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "x.sock")
	err := Get(t.Context(), missing, "/status", nil)
	if want := "asking " + missing + " for GET /status: not running: start the daemon first"; err == nil || err.Error() != want || !errors.Is(err, ErrNotRunning) {
		t.Errorf("\n got %v\nwant %s", err, want)
	}
}

// The request that makes systemd start a daemon arrives before the daemon has put its handlers there.
func TestRequestBeforeReady(t *testing.T) {
	dir := t.TempDir()
	asked := make(chan error, 1)
	p := testProgram(func(ctx context.Context, d *Daemon[testConfig]) error {
		socket := SocketPath(dir, "", "testd")
		var s Status
		if err := Get(ctx, socket, "/status", &s); err != nil { // answered at once
			return err
		}
		go func() { asked <- Post(ctx, socket, "/arm", nil, nil) }()
		d.Control.Func("POST /arm", func(context.Context, []byte) (any, error) { return nil, nil })
		d.Notify.Ready()
		return <-asked
	})
	if err := p.Exec(t.Context(), []string{"--config=", "--run-dir", dir}, io.Discard, io.Discard); err != nil {
		t.Error(err)
	}
}

// Clients that connect and say nothing must not keep others from being answered.
func TestStuckClients(t *testing.T) {
	socket, _ := start(t, testProgram(nil))
	for range maxConnections / 2 {
		c, err := net.Dial("unix", socket)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.Write([]byte("GET /sta")); err != nil {
			t.Fatal(err)
		}
	}
	var s Status
	if err := Get(t.Context(), socket, "/status", &s); err != nil {
		t.Error(err)
	}
}

func TestTooManyConnectionsAreClosed(t *testing.T) {
	socket, _ := start(t, testProgram(nil))
	conns := make([]net.Conn, maxConnections+1)
	for i := range conns {
		c, err := net.Dial("unix", socket)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		conns[i] = c
	}
	if n, err := conns[maxConnections].Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("the connection beyond the limit read %d bytes, %v", n, err)
	}
}
