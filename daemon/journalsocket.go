package daemon

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// journalPath is where journald listens for its native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL). The socket is held by
// systemd itself, so it outlives a restart of journald.
const journalPath = "/run/systemd/journal/socket"

// journalWait is how long a send waits for room in the journal before it answers EAGAIN.
const journalWait = 50 * time.Millisecond

// journalSocket sends entries to journald. A journal that does not read makes send wait, which is why only the goroutine
// of a logQueue calls it.
type journalSocket struct {
	fd int
	to *unix.SockaddrUnix
}

func openJournal(path string) (*journalSocket, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("opening a socket for the journal: %w", err)
	}
	wait := unix.NsecToTimeval(journalWait.Nanoseconds())
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &wait); err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("setting the send timeout of the journal's socket: %w", err)
	}
	return &journalSocket{fd: fd, to: &unix.SockaddrUnix{Name: path}}, nil
}

// send hands one encoded entry to the journal; EAGAIN when it took none for journalWait.
func (j *journalSocket) send(entry []byte) error {
	for {
		if err := unix.Sendto(j.fd, entry, unix.MSG_NOSIGNAL, j.to); err != unix.EINTR {
			return err
		}
	}
}

// drain waits until the journal has read all that was sent, and tells whether it did within the limit.
func (j *journalSocket) drain(limit time.Duration) bool {
	for until := time.Now().Add(limit); ; time.Sleep(time.Millisecond) {
		if unread, err := unix.IoctlGetInt(j.fd, unix.SIOCOUTQ); err != nil || unread == 0 {
			return err == nil
		}
		if !time.Now().Before(until) {
			return false
		}
	}
}

func (j *journalSocket) close() { _ = unix.Close(j.fd) }

// stderrIsJournal tells whether standard error leads to the journal, so that the native protocol may replace it: systemd
// then names its device and inode in JOURNAL_STREAM (sd-daemon(3)).
func stderrIsJournal(getenv func(string) string, stderr *os.File) bool {
	var dev, inode uint64
	if n, err := fmt.Sscanf(getenv("JOURNAL_STREAM"), "%d:%d", &dev, &inode); err != nil || n != 2 {
		return false
	}
	var st unix.Stat_t
	if err := unix.Fstat(int(stderr.Fd()), &st); err != nil {
		return false
	}
	return st.Dev == dev && st.Ino == inode
}
