package drive

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanekeeper/daemon"
)

// TestShow: where a port is taken the next ones are used, both of telemetry's together.
func TestShow(t *testing.T) {
	place := daemon.Place{Prefix: "drive7-", RunDir: t.TempDir()}
	var before, after show
	if err := before.plan(place); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{strings.TrimPrefix(before.control, "tcp://"), before.page} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Skip("another program is faster: ", err)
		}
		defer l.Close()
	}
	if err := after.plan(place); err != nil {
		t.Fatal(err)
	}
	if after.stream == before.stream || after.control == before.control || after.page == before.page {
		t.Errorf("before %+v, after %+v", before, after)
	}
	args := strings.Join(after.order(&Options{OutDir: "out"}).args, " ")
	want := "--listen " + after.page + " --record-dir out --vehicle drive=" + after.stream + ",control=" + after.control +
		",commands=ipc://" + place.RunDir + "/drive7-controld-commands.sock"
	if args != want {
		t.Errorf("lane-viewer %s, want %s", args, want)
	}
}

// TestPlanShown: the daemons tell of a drive where it is to be seen, and only there.
func TestPlanShown(t *testing.T) {
	place := daemon.Place{Prefix: "drive7-", RunDir: t.TempDir()}
	for _, s := range []*show{nil, {stream: "tcp://127.0.0.1:7001", control: "tcp://127.0.0.1:7002"}} {
		if _, err := plan(&Options{Scenario: "tape", OutDir: "out"}, place, s); err != nil {
			t.Fatal(err)
		}
		for name, endpoint := range map[string]string{nameDetect: "tcp://127.0.0.1:7001", nameSteer: "tcp://127.0.0.1:7002"} {
			text, err := os.ReadFile(filepath.Join(place.RunDir, name+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			shown := strings.Contains(string(text), "telemetry:\n") && strings.Contains(string(text), "enabled: true") &&
				strings.Contains(string(text), endpoint)
			if shown != (s != nil) {
				t.Errorf("show %+v: %s is configured as\n%s", s, name, text)
			}
		}
	}
}

// script is a program that stands for lane-viewer; each start adds a line to the file started.
func script(t *testing.T, text string) *companion {
	t.Helper()
	dir := t.TempDir()
	text = "#!/bin/sh\necho x >>" + dir + "/started\n" + text
	if err := os.WriteFile(filepath.Join(dir, nameViewer), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return &companion{binDir: dir, logPath: filepath.Join(dir, "log"), order: order{name: nameViewer}}
}

func (c *companion) starts(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.binDir, "started"))
	if err != nil {
		return 0
	}
	return strings.Count(string(text), "x")
}

// TestCompanionEnds: one that ends is started again, a few times, and the onlooker is told why it ended.
func TestCompanionEnds(t *testing.T) {
	c := script(t, "echo the port is taken >&2; exit 1\n")
	var said []string
	c.notice = func(text string) { said = append(said, text) }
	c.run(t.Context())
	if n := c.starts(t); n != maxCompanions {
		t.Errorf("%d starts, %d expected", n, maxCompanions)
	}
	if len(said) != maxCompanions+1 || !strings.Contains(said[0], "the port is taken") || !strings.Contains(said[maxCompanions], "goes on without it") {
		t.Errorf("%q", said)
	}
}

// TestCompanionStops: it ends with the drive.
func TestCompanionStops(t *testing.T) {
	c := script(t, "exec sleep 60\n")
	c.notice = func(text string) { t.Error(text) }
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		c.run(ctx)
		close(ended)
	}()
	for until := time.Now().Add(20 * time.Second); c.starts(t) == 0; {
		if time.Now().After(until) {
			t.Fatal("it was not started")
		}
	}
	cancel()
	<-ended
	if n := c.starts(t); n != 1 {
		t.Errorf("%d starts", n)
	}
}

// TestCompanionMissing: without the program the drive goes on, and says so.
func TestCompanionMissing(t *testing.T) {
	c := &companion{binDir: t.TempDir(), logPath: filepath.Join(t.TempDir(), "log"), order: order{name: nameViewer}}
	var said []string
	c.notice = func(text string) { said = append(said, text) }
	c.run(t.Context())
	if len(said) != 1 || !strings.Contains(said[0], "goes on without it") {
		t.Errorf("%q", said)
	}
}
