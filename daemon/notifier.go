package daemon

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// statusInterval is the least time between two STATUS= messages.
const statusInterval = time.Second

// Notifier tells systemd how the daemon is (sd_notify(3)). Its methods are safe for concurrent use, never wait, and do
// nothing when systemd did not ask. A message that finds the socket full is kept and sent by a later call.
type Notifier struct {
	on       atomic.Bool  // there is a socket
	watchdog int64        // ns between two WATCHDOG=1; 0 for none
	clock    func() int64 // ns from any start; never goes back
	onReady  func()       // called with each Ready

	nextPing atomic.Int64 // ns, when the next WATCHDOG=1 is due
	unsent   atomic.Bool  // pending or status waits to be sent
	deferred atomic.Uint64

	mu         sync.Mutex
	fd         int      // connected to NOTIFY_SOCKET; −1 when there is none
	ready      bool     // Ready was called
	stopping   bool     // Stopping was called: nothing about readiness goes out any more
	pending    []string // kept because the socket was full, in order
	status     string   // the newest line
	sentStatus string
	nextStatus int64 // ns, when the next STATUS= may go
}

// NewNotifier reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID from the environment. WATCHDOG=1 then goes out at most
// every quarter of WatchdogSec.
func NewNotifier(getenv func(string) string) (*Notifier, error) {
	start := time.Now()
	n := &Notifier{fd: -1, clock: func() int64 { return time.Since(start).Nanoseconds() }, onReady: func() {}}
	name := getenv("NOTIFY_SOCKET")
	if name == "" {
		return n, nil
	}
	if !strings.HasPrefix(name, "/") && !strings.HasPrefix(name, "@") {
		return nil, fmt.Errorf("reading NOTIFY_SOCKET=%q: a path or an abstract name (@name) expected", name)
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("opening a socket for systemd: %w", err)
	}
	if err := unix.Connect(fd, &unix.SockaddrUnix{Name: name}); err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("connecting to NOTIFY_SOCKET=%s: %w", name, err)
	}
	n.fd, n.watchdog = fd, watchdogInterval(getenv)
	n.on.Store(true)
	return n, nil
}

func watchdogInterval(getenv func(string) string) int64 {
	us, err := strconv.ParseInt(getenv("WATCHDOG_USEC"), 10, 64)
	if err != nil || us <= 0 {
		return 0
	}
	if pid := getenv("WATCHDOG_PID"); pid != "" && pid != strconv.Itoa(os.Getpid()) {
		return 0
	}
	return us * 1000 / 4
}

// Supervised tells whether systemd listens.
func (n *Notifier) Supervised() bool { return n.on.Load() }

// WatchdogInterval is the least time between two WATCHDOG=1: a work loop has to call Watchdog about as often. Zero when
// systemd watches nothing.
func (n *Notifier) WatchdogInterval() time.Duration { return time.Duration(n.watchdog) }

// Ready says that start is complete: the daemon's segment exists, its model is loaded, its handlers are on the control
// socket. It ends a reload as well.
func (n *Notifier) Ready() {
	n.onReady()
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stopping {
		return
	}
	n.ready = true
	n.queue("READY=1")
}

// Reloading says that the configuration is being read anew; Ready must follow. It says nothing, and returns false, before
// the daemon was ready and once it is stopping.
func (n *Notifier) Reloading() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stopping || !n.ready {
		return false
	}
	n.queue("RELOADING=1\nMONOTONIC_USEC=" + strconv.FormatInt(monotonicUs(), 10))
	return true
}

// Stopping says, once, that the daemon is ending.
func (n *Notifier) Stopping() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stopping {
		return
	}
	n.stopping = true
	n.queue("STOPPING=1")
}

// Watchdog says that the work loop is alive. The loop itself calls it, every round; most calls cost one look at the clock.
func (n *Notifier) Watchdog() {
	if !n.on.Load() {
		return
	}
	now, next := n.clock(), n.nextPing.Load()
	due := n.watchdog > 0 && now >= next && n.nextPing.CompareAndSwap(next, now+n.watchdog)
	if !due && !n.unsent.Load() {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if due && n.send("WATCHDOG=1") != nil {
		n.nextPing.Store(now) // try again with the next round
	}
	n.flush(now)
}

// Status says in one line what the daemon is doing. It is sent when it differs from the last one, at most once a second;
// a line that comes too soon goes out with a later call of Status or Watchdog, unless a newer one replaces it.
func (n *Notifier) Status(line string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if line == n.status && !n.unsent.Load() {
		return
	}
	n.status = strings.ReplaceAll(line, "\n", " ")
	n.flush(n.clock())
}

// StatusLine is the newest line given to Status, sent or not.
func (n *Notifier) StatusLine() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.status
}

// Deferred is how often systemd's socket had no room for a message; each went out with a later call.
func (n *Notifier) Deferred() uint64 { return n.deferred.Load() }

// Close sends the last status and releases the socket. Calls after it do nothing.
func (n *Notifier) Close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.fd < 0 {
		return
	}
	n.flush(n.nextStatus)
	n.on.Store(false)
	_ = unix.Close(n.fd)
	n.fd = -1
}

func (n *Notifier) queue(message string) {
	n.pending = append(n.pending, message)
	n.flush(n.clock())
}

// flush sends what is kept and may go at time now, and notes whether anything is left.
func (n *Notifier) flush(now int64) {
	for len(n.pending) > 0 && n.send(n.pending[0]) == nil {
		n.pending = n.pending[1:]
	}
	if n.status != n.sentStatus && now >= n.nextStatus && n.send("STATUS="+n.status) == nil {
		n.sentStatus, n.nextStatus = n.status, now+statusInterval.Nanoseconds()
	}
	n.unsent.Store(len(n.pending) > 0 || n.status != n.sentStatus)
}

// send returns EAGAIN when the socket is full; any other failure cannot be mended by trying again and counts as sent.
func (n *Notifier) send(message string) error {
	if n.fd < 0 {
		return nil
	}
	err := unix.Send(n.fd, []byte(message), unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL)
	if err == unix.EAGAIN || err == unix.EINTR {
		n.deferred.Add(1)
		return err
	}
	return nil
}

// monotonicUs is CLOCK_MONOTONIC in µs, by which systemd tells an old reload from a new one.
func monotonicUs() int64 {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		return 0
	}
	return ts.Nano() / 1000
}
