package daemon

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// patience ends a test that waits for a message which does not come.
const patience = 20 * time.Second

// notifySocket stands for systemd's end of NOTIFY_SOCKET.
type notifySocket struct {
	*net.UnixConn
	name string
}

func listenNotify(t *testing.T, name string) *notifySocket {
	t.Helper()
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return &notifySocket{UnixConn: c, name: name}
}

func (s *notifySocket) next(t *testing.T) string {
	t.Helper()
	b := make([]byte, 4096)
	if err := s.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	n, err := s.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(b[:n])
}

func (s *notifySocket) want(t *testing.T, message string) {
	t.Helper()
	if got := s.next(t); got != message {
		t.Errorf("message %q, want %q", got, message)
	}
}

func (s *notifySocket) wantPrefix(t *testing.T, prefix string) {
	t.Helper()
	if got := s.next(t); !strings.HasPrefix(got, prefix) {
		t.Errorf("message %q, want one that begins with %q", got, prefix)
	}
}

// wantNothing holds that nothing more was sent: a datagram that was would be in the socket by now.
func (s *notifySocket) wantNothing(t *testing.T) {
	t.Helper()
	raw, err := s.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 4096)
	_ = raw.Control(func(fd uintptr) {
		if n, _, err := unix.Recvfrom(int(fd), b, unix.MSG_DONTWAIT); err == nil {
			t.Errorf("message %q, want none", b[:n])
		}
	})
}

func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

// newTestNotifier is a notifier with a clock that the test turns.
func newTestNotifier(t *testing.T, pairs ...string) (n *Notifier, now *int64) {
	t.Helper()
	n, err := NewNotifier(environment(pairs...))
	if err != nil {
		t.Fatal(err)
	}
	now = new(int64)
	n.clock = func() int64 { return *now }
	t.Cleanup(n.Close)
	return n, now
}

func TestNotifier(t *testing.T) {
	for kind, name := range map[string]string{
		"path": filepath.Join(t.TempDir(), "notify"), "abstract": "@daemon-test-" + strconv.Itoa(os.Getpid()),
	} {
		t.Run(kind, func(t *testing.T) {
			systemd := listenNotify(t, name)
			n, now := newTestNotifier(t, "NOTIFY_SOCKET", name, "WATCHDOG_USEC", "400000", "WATCHDOG_PID", strconv.Itoa(os.Getpid()))
			if n.WatchdogInterval() != 100*time.Millisecond || !n.Supervised() {
				t.Errorf("interval %v, supervised %v", n.WatchdogInterval(), n.Supervised())
			}
			if n.Reloading() {
				t.Error("it was reloading before it was ready")
			}
			n.Status("waiting for camera_feed")
			systemd.want(t, "STATUS=waiting for camera_feed")
			n.Ready()
			systemd.want(t, "READY=1")

			n.Watchdog()
			systemd.want(t, "WATCHDOG=1")
			*now += 99e6
			n.Watchdog()
			systemd.wantNothing(t)
			*now += 1e6
			n.Watchdog()
			systemd.want(t, "WATCHDOG=1")

			n.Status("waiting for camera_feed")
			n.Status("29.0 fps")
			n.Status("30.0 fps\nno more")
			systemd.wantNothing(t) // within a second of the last one
			*now += 1e9
			n.Watchdog()
			systemd.want(t, "WATCHDOG=1")
			systemd.want(t, "STATUS=30.0 fps no more")
			if n.StatusLine() != "30.0 fps no more" {
				t.Errorf("status line %q", n.StatusLine())
			}

			if !n.Reloading() {
				t.Error("not reloading")
			}
			systemd.wantPrefix(t, "RELOADING=1\nMONOTONIC_USEC=")
			n.Ready()
			systemd.want(t, "READY=1")
			n.Stopping()
			n.Stopping()
			n.Ready()
			systemd.want(t, "STOPPING=1")
			n.Status("neutral")
			n.Close()
			systemd.want(t, "STATUS=neutral")
			n.Watchdog()
			n.Status("after the end")
			systemd.wantNothing(t)
		})
	}
}

// A systemd that reads nothing must neither hold the daemon up nor lose what it said of its state.
func TestNotifierWithAFullSocket(t *testing.T) {
	systemd := listenNotify(t, filepath.Join(t.TempDir(), "notify"))
	n, now := newTestNotifier(t, "NOTIFY_SOCKET", systemd.name, "WATCHDOG_USEC", "4000")
	sent := 0
	for n.send("FILLING=1") == nil {
		sent++
	}
	n.Ready()
	n.Status("running")
	n.Watchdog()
	deferred := n.Deferred()
	if deferred == 0 {
		t.Error("the socket is full, and no message counts as deferred")
	}
	for range sent {
		systemd.want(t, "FILLING=1")
	}
	systemd.wantNothing(t)
	*now++
	n.Watchdog()
	systemd.want(t, "WATCHDOG=1")
	systemd.want(t, "READY=1")
	systemd.want(t, "STATUS=running")
	systemd.wantNothing(t)
	if got := n.Deferred(); got != deferred {
		t.Errorf("%d deferred, %d expected: there was room", got, deferred)
	}
}

func TestNotifierWithoutSystemd(t *testing.T) {
	n, _ := newTestNotifier(t, "WATCHDOG_USEC", "1000")
	n.Ready()
	n.Watchdog()
	n.Status("alone")
	n.Stopping()
	if n.Supervised() || n.WatchdogInterval() != 0 || n.StatusLine() != "alone" {
		t.Errorf("supervised %v, interval %v, status %q", n.Supervised(), n.WatchdogInterval(), n.StatusLine())
	}
}

func TestNotifierOfAnotherProcess(t *testing.T) {
	systemd := listenNotify(t, filepath.Join(t.TempDir(), "notify"))
	n, _ := newTestNotifier(t, "NOTIFY_SOCKET", systemd.name, "WATCHDOG_USEC", "1000", "WATCHDOG_PID", "1")
	n.Watchdog()
	systemd.wantNothing(t)
}

func TestNotifierErrors(t *testing.T) {
	for name, want := range map[string]string{
		"vsock:2:3":        `reading NOTIFY_SOCKET="vsock:2:3": a path or an abstract name (@name) expected`,
		"/nowhere/notify":  "connecting to NOTIFY_SOCKET=/nowhere/notify: no such file or directory",
		"@nobody-is-there": "connecting to NOTIFY_SOCKET=@nobody-is-there: connection refused",
	} {
		if _, err := NewNotifier(environment("NOTIFY_SOCKET", name)); err == nil || err.Error() != want {
			t.Errorf("\n got %v\nwant %s", err, want)
		}
	}
}

func BenchmarkWatchdogNotDue(b *testing.B) {
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(b.TempDir(), "n"), Net: "unixgram"})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	n, err := NewNotifier(environment("NOTIFY_SOCKET", c.LocalAddr().String(), "WATCHDOG_USEC", "3600000000"))
	if err != nil {
		b.Fatal(err)
	}
	defer n.Close()
	b.ReportAllocs()
	for b.Loop() {
		n.Watchdog()
	}
}

func BenchmarkStatusUnchanged(b *testing.B) {
	n, err := NewNotifier(environment())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		n.Status("waiting for camera_feed")
	}
}
