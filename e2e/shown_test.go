package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"lanekeeper/telemetry"
	page "lanekeeper/viewer"
)

// seen is a drive as a browser sees it.
type seen struct {
	t       *testing.T
	address string // of the page
	token   string
	stream  *websocket.Conn
	name    string // of this page
}

// look opens the page of a drive, once its viewer answers.
func look(t *testing.T, p *process) *seen {
	t.Helper()
	s := &seen{t: t}
	for until := time.Now().Add(patience); s.stream == nil; <-time.After(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("no page\n%s", p.output)
		}
		_, rest, found := strings.Cut(p.output.String(), "Watch it in the browser: http://")
		if !found || !strings.Contains(rest, "/") {
			continue
		}
		s.address, _, _ = strings.Cut(rest, "/")
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		conn, answer, err := websocket.Dial(ctx, "ws://"+s.address+"/stream", nil)
		cancel()
		if answer != nil && answer.Body != nil {
			_ = answer.Body.Close()
		}
		if err == nil {
			s.stream = conn
		}
	}
	t.Cleanup(func() { _ = s.stream.CloseNow() })
	s.stream.SetReadLimit(16 << 20)
	var hello page.Hello
	s.until(func(_ websocket.MessageType, data []byte) bool {
		return json.Unmarshal(data, &hello) == nil && hello.Page != ""
	})
	s.name = hello.Page
	status, text := s.ask("GET", "/", "")
	_, rest, found := strings.Cut(text, `name="lanekeeper-token" content="`)
	if status != http.StatusOK || !found {
		t.Fatalf("the page: %d %s", status, text)
	}
	s.token, _, _ = strings.Cut(rest, `"`)
	return s
}

// until reads what the page is told, to the first message that is as wanted, and acknowledges pictures.
func (s *seen) until(wanted func(kind websocket.MessageType, data []byte) bool) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	for {
		kind, data, err := s.stream.Read(ctx)
		if err != nil {
			s.t.Fatal(err)
		}
		if kind == websocket.MessageBinary {
			h := header(s.t, data)
			text := fmt.Sprintf(`{"type":"ack","vehicle":%d,"seq":%d}`, h.Vehicle, h.Seq)
			if err := s.stream.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
				s.t.Fatal(err)
			}
		}
		if wanted(kind, data) {
			return
		}
	}
}

// told reads to the first message about a topic that is as wanted.
func told[T any](s *seen, topic string, wanted func(age *float64, value T) bool) {
	s.t.Helper()
	s.until(func(kind websocket.MessageType, data []byte) bool {
		var m page.Told
		var value T
		return kind == websocket.MessageText && json.Unmarshal(data, &m) == nil && m.Type == topic &&
			json.Unmarshal(m.Data, &value) == nil && wanted(m.AgeMs, value)
	})
}

func header(t *testing.T, data []byte) page.FrameHeader {
	t.Helper()
	var h page.FrameHeader
	const lengthSize = 4
	if err := json.NewDecoder(bytes.NewReader(data[lengthSize:])).Decode(&h); err != nil {
		t.Fatal(err)
	}
	return h
}

// ask sends a request as the page does.
func (s *seen) ask(method, path, body string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.address+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header = http.Header{page.TokenHeader: {s.token}, page.PageHeader: {s.name}, "Content-Type": {"application/json"}}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func (s *seen) command(name string) {
	s.t.Helper()
	if status, text := s.ask("POST", "/api/vehicles/0/commands/"+name, ""); status != http.StatusOK || !strings.HasPrefix(text, `{"ok":true`) {
		s.t.Errorf("%s: %d %s", name, status, text)
	}
}

// TestShownDrive watches a drive as a browser does: pictures with their lanes, ages by the one clock of this machine; it pauses,
// records and resumes it. A viewer that dies comes back, and costs the drive nothing. With the drive it ends.
func TestShownDrive(t *testing.T) {
	p, shmDir, outDir := shownDrive(t, "--scenario", "tape", "--duration", "10m")
	s := look(t, p)
	pictures := map[int64]bool{}
	lanes := map[int64]bool{}
	s.until(func(kind websocket.MessageType, data []byte) bool {
		var m page.Told
		var found telemetry.LaneFound
		switch {
		case kind == websocket.MessageBinary:
			pictures[header(t, data).FrameID] = true
		case json.Unmarshal(data, &m) == nil && m.Type == page.TypeLane && json.Unmarshal(m.Data, &found) == nil && found.Left != nil:
			lanes[found.FrameID] = true
		}
		both := 0
		for id := range pictures {
			if lanes[id] {
				both++
			}
		}
		return both > 10
	})
	s.until(func(_ websocket.MessageType, data []byte) bool {
		var m page.Told
		return json.Unmarshal(data, &m) == nil && m.Type == page.TypeControl && m.Clock == page.ClockExact && m.AgeMs != nil && *m.AgeMs > 0
	})

	if status, text := s.ask("POST", "/api/vehicles/0/recording", `{"on":true}`); status != http.StatusOK {
		t.Errorf("recording: %d %s", status, text)
	}
	s.command(telemetry.CommandPause)
	told(s, telemetry.TopicControl, func(_ *float64, c telemetry.Control) bool { return c.State == "stopped" && c.Reason == "paused" })
	s.command(telemetry.CommandResume)
	told(s, telemetry.TopicControl, func(_ *float64, c telemetry.Control) bool { return c.State == "active" })
	if status, text := s.ask("POST", "/api/vehicles/0/recording", `{"on":false}`); status != http.StatusOK {
		t.Errorf("recording: %d %s", status, text)
	}
	if found, err := filepath.Glob(filepath.Join(outDir, "drive-*.mcap")); err != nil || len(found) != 1 {
		t.Errorf("recordings %v, %v", found, err)
	}

	for _, pid := range childrenOf(t, p.pid(), laneViewer) {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	for until := time.Now().Add(patience); !strings.Contains(p.output.String(), "lane-viewer ended"); <-time.After(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("nobody noticed that the viewer died\n%s", p.output)
		}
	}
	s = look(t, p)
	told(s, telemetry.TopicControl, func(_ *float64, c telemetry.Control) bool { return c.State == "active" })

	p.signal(t, syscall.SIGINT)
	if code := p.wait(t, patience); code != 0 || strings.Contains(p.output.String(), "restarts") {
		t.Errorf("exit code %d\n%s", code, p.output)
	}
	awaitEmpty(t, shmDir)
	if conn, _, err := websocket.Dial(t.Context(), "ws://"+s.address+"/stream", nil); err == nil { //nolint:bodyclose // there is none
		_ = conn.CloseNow()
		t.Error("the viewer outlived the drive")
	}
}

// TestShownLockstep: a drive in lock-step is the same to who looks on, and comes to its end.
func TestShownLockstep(t *testing.T) {
	p, shmDir, _ := shownDrive(t, "--scenario", "tape", "--lockstep", "--distance", "4")
	s := look(t, p)
	told(s, telemetry.TopicLane, func(_ *float64, l telemetry.LaneFound) bool { return l.Left != nil && l.Right != nil })
	if code := p.wait(t, 2*patience); code != 0 || !strings.Contains(p.output.String(), "The vehicle kept its lane: 4 m") {
		t.Errorf("exit code %d\n%s", code, p.output)
	}
	awaitEmpty(t, shmDir)
}

// childrenOf lists the processes of a name that a process has started.
func childrenOf(t *testing.T, parent int, name string) (pids []int) {
	t.Helper()
	found, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		var pid, ppid int
		var state string
		before, after, _ := strings.Cut(string(text), "(")
		comm, after, _ := strings.Cut(after, ") ")
		if _, err := fmt.Sscan(before, &pid); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscan(after, &state, &ppid); err != nil {
			t.Fatal(err)
		}
		if ppid == parent && comm == name {
			pids = append(pids, pid)
		}
	}
	if len(pids) == 0 {
		t.Fatalf("%d has no child %s", parent, name)
	}
	return pids
}
