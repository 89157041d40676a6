package e2e

import (
	"bufio"
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lanekeeper/telemetry/keys"
)

// TestStrictTopics reads the three topics that other people's viewers read, in another language, with exactly the documented
// keys.
func TestStrictTopics(t *testing.T) {
	needPython(t)
	r := newRig(t, "road")
	_, endpoint := r.watched()
	mark := r.commands.mark()
	got := viewer[struct {
		Keys  map[string][]string `json:"keys"`
		Wrong []string            `json:"wrong"`
	}](t, "strict", endpoint, 20)
	want := map[string][]string{
		"frame":     {"frame_id height jpeg_size timestamp width"},
		"detection": {"frame_id left_lane processing_time_ms right_lane"},
		"state":     {"brake position rotation speed_kmh steering throttle"},
	}
	if !maps.EqualFunc(got.Keys, want, slices.Equal) || len(got.Wrong) > 0 {
		t.Errorf("%+v", got)
	}
	r.undisturbed(mark)
}

// TestDocumentedClient runs the client that the manual shows.
func TestDocumentedClient(t *testing.T) {
	needPython(t)
	text, err := os.ReadFile("../docs/telemetry.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)```python\n(.*?)```").FindSubmatch(text)
	if m == nil {
		t.Fatal("docs/telemetry.md shows no client")
	}
	r := newRig(t, "road")
	_, endpoint := r.watched()
	script := strings.Replace(string(m[1]), "tcp://127.0.0.1:5557", endpoint, 1)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, python, "-u", "-c", script)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for s := bufio.NewScanner(out); len(seen) < 3 && s.Scan(); {
		topic, _, _ := strings.Cut(s.Text(), " ")
		seen[topic] = true
	}
	cancel()
	_ = c.Wait() // it was killed
	if len(seen) < 3 || !seen["frame"] || !seen["detection"] || !seen["state"] {
		t.Errorf("it printed %v", seen)
	}
}

// TestWhoSees: beyond the vehicle a known key alone gets anything.
func TestWhoSees(t *testing.T) {
	needPython(t)
	r := newRig(t, "road")
	dir := filepath.Join(t.TempDir(), "keys")
	server, _, err := keys.Init(dir)
	if err != nil {
		t.Fatal(err)
	}
	anna, err := keys.NewPair()
	if err != nil {
		t.Fatal(err)
	}
	if err := keys.Authorise(dir, keys.Viewer{Name: "anna", Public: anna.Public, Role: keys.View}); err != nil {
		t.Fatal(err)
	}
	_, endpoint := r.watched("telemetry.endpoint=tcp://0.0.0.0:*", "telemetry.keys_dir="+dir)
	mark := r.commands.mark()
	local := strings.Replace(endpoint, "0.0.0.0", "127.0.0.1", 1)
	got := viewer[map[string]int](t, "known", local, server, anna.Public, anna.Secret, 60)
	if got["known"] < 60 || got["unknown"] != 0 || got["none"] != 0 || got["wrong server"] != 0 || len(got) != 4 {
		t.Errorf("messages: %v", got)
	}
	if s := r.served(detectd, 0).Telemetry; !s.Encrypted || s.Refused == 0 {
		t.Errorf("%+v", s)
	}
	r.undisturbed(mark)
}

// TestNoKeys: an endpoint beyond the vehicle without keys is not offered. The vehicle drives, and says so.
func TestNoKeys(t *testing.T) {
	r := newRig(t, "road")
	p := r.start(detectd, "--set", "telemetry.enabled=true", "--set", "telemetry.endpoint=tcp://0.0.0.0:*", "--set", "telemetry.keys_dir="+t.TempDir())
	r.start(controld)
	r.start(laneSim)
	s := awaitStatus(r, detectd, "trouble", func(s *telemetryState) bool { return s.Telemetry.Trouble != "" })
	if s.Telemetry.Serving || !strings.Contains(s.Telemetry.Trouble, "lanectl keys init") {
		t.Errorf("%+v", s)
	}
	r.driving(0)
	if !strings.Contains(p.output.String(), "telemetry is not served") {
		t.Errorf("it said\n%s", p.output)
	}
}

// A viewer that stood still reads first its own queue of two, the eight that the vehicle keeps for it, one under way on each
// side, and what lies in the buffers of two sockets, which the kernel makes twice as large as it is asked to.
const (
	oldFrames = 2 + 8 + 2
	oldBytes  = 2 * 2 * 32 << 10
)

// TestStalledViewer disturbs nobody, and then reads a few old frames and new ones.
func TestStalledViewer(t *testing.T) {
	needPython(t)
	r := newRig(t, "road")
	_, endpoint := r.watched()
	mark := r.commands.mark()
	got := viewer[struct {
		Old   int `json:"old"`
		Bytes int `json:"bytes"` // of a frame
	}](t, "stalled", endpoint, 4)
	t.Logf("%d old frames of %d bytes after 4 s", got.Old, got.Bytes)
	if most := oldFrames + oldBytes/max(got.Bytes, 1); got.Old < 0 || got.Old > most {
		t.Errorf("%d old frames, at most %d expected", got.Old, most)
	}
	r.undisturbed(mark)
}

// TestSenderKilled: the process that sends comes back, for either daemon, and nothing else happens.
func TestSenderKilled(t *testing.T) {
	r := newRig(t, "road")
	p, _ := r.watched()
	for _, name := range []string{detectd, controld} {
		mark := r.commands.mark()
		before := r.served(name, 0).Telemetry
		if err := unix.Kill(before.PID, unix.SIGKILL); err != nil {
			t.Fatal(err)
		}
		if s := r.served(name, before.PID).Telemetry; s.Restarts != 1 {
			t.Errorf("%s: %+v", name, s)
		}
		r.undisturbed(mark)
		if !strings.Contains(p[name].output.String(), "the process that sends telemetry ended") {
			t.Errorf("%s said\n%s", name, p[name].output)
		}
	}
}

// TestSenderEndsWithItsDaemon, however that ends.
func TestSenderEndsWithItsDaemon(t *testing.T) {
	for name, s := range map[string]syscall.Signal{"stopped": syscall.SIGTERM, "killed": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, "road")
			p, _ := r.watched()
			var senders []int
			for _, d := range []string{detectd, controld} {
				senders = append(senders, r.served(d, 0).Telemetry.PID)
			}
			if s == syscall.SIGTERM { // as systemd tells the whole unit
				for _, pid := range senders {
					if err := unix.Kill(pid, s); err != nil {
						t.Fatal(err)
					}
				}
			}
			for _, d := range []string{detectd, controld} {
				p[d].signal(t, s)
				<-p[d].ended
				if strings.Contains(p[d].output.String(), "the process that sends") {
					t.Errorf("%s said\n%s", d, p[d].output)
				}
			}
			for _, pid := range senders {
				for deadline := time.Now().Add(patience); !errors.Is(unix.Kill(pid, 0), unix.ESRCH); time.Sleep(5 * time.Millisecond) {
					if time.Now().After(deadline) {
						t.Fatalf("process %d sends on", pid)
					}
				}
			}
		})
	}
}
