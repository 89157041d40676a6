package daemon

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	"golang.org/x/sys/unix"
)

// listenPatience bounds the wait for another process that opens a socket in the same directory.
const listenPatience = time.Second

// Listen opens a daemon's control socket. A socket passed by systemd (LISTEN_FDS) comes first. Otherwise it is made at
// path, mode 0660, in a directory that is made 0750 where it is missing; a socket that a dead process left there is
// replaced, and one on which somebody answers is refused with its pid. Closing the listener removes a socket made here.
func Listen(path string) (net.Listener, error) {
	passed := activation.Files(true)
	if len(passed) == 0 {
		return listenAt(path)
	}
	defer func() {
		for _, f := range passed {
			_ = f.Close()
		}
	}()
	if len(passed) != 1 {
		return nil, fmt.Errorf("taking over the control socket: systemd passed %d sockets, one stream socket expected: see "+
			"ListenStream= in the socket unit", len(passed))
	}
	l, err := net.FileListener(passed[0])
	if err != nil {
		return nil, fmt.Errorf("taking over the control socket: %w", err)
	}
	if _, ok := l.(*net.UnixListener); !ok {
		_ = l.Close()
		return nil, fmt.Errorf("taking over the control socket: systemd passed a %s socket, a unix stream socket expected: see "+
			"ListenStream= in the socket unit", l.Addr().Network())
	}
	return l, nil
}

func listenAt(path string) (net.Listener, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("making the directory of the control socket (another one: --run-dir): %w", err)
	}
	unlock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := removeStale(path); err != nil {
		return nil, err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("opening the control socket (another place: --run-dir): %w", err)
	}
	l.SetUnlinkOnClose(false)
	if err := os.Chmod(path, 0o660); err != nil {
		_ = l.Close()
		return nil, fmt.Errorf("setting the mode of the control socket: %w", err)
	}
	made, err := os.Lstat(path)
	if err != nil {
		_ = l.Close()
		return nil, fmt.Errorf("looking at the control socket just made: %w", err)
	}
	return &ownedListener{UnixListener: l, path: path, made: made}, nil
}

// lockDir keeps two starters from each taking the other's new socket for a stale one.
func lockDir(dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the directory of the control socket: %w", err)
	}
	deadline := time.Now().Add(listenPatience)
	for {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) || time.Now().After(deadline) {
			_ = f.Close()
			return nil, fmt.Errorf("locking %s to open a control socket in it: %w", dir, err)
		}
		time.Sleep(time.Millisecond)
	}
}

// removeStale removes a socket on which nobody listens.
func removeStale(path string) error {
	st, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking for an old control socket: %w", err)
	}
	if st.Mode().Type() != os.ModeSocket {
		return fmt.Errorf("opening the control socket %s: a file that is no socket is in its place; move it away", path)
	}
	ctx, cancel := context.WithTimeout(context.Background(), listenPatience)
	defer cancel()
	c, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
	if err == nil {
		pid := peerPID(c)
		_ = c.Close()
		return inUse(path, pid)
	}
	if !errors.Is(err, unix.ECONNREFUSED) { // EAGAIN: its backlog is full, so somebody holds it
		return fmt.Errorf("testing the old control socket %s: %w", path, err)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("removing a dead process's control socket: %w", err)
	}
	return nil
}

func inUse(path string, pid int) error {
	if pid == 1 {
		return fmt.Errorf("opening the control socket: systemd listens on %s; stop its socket unit, or give --prefix", path)
	}
	return fmt.Errorf("opening the control socket: process %d listens on %s; stop it, or give --prefix", pid, path)
}

// peerPID is the process that listens on the other side (SO_PEERCRED), 0 when unknown.
func peerPID(c net.Conn) int {
	u, ok := c.(*net.UnixConn)
	if !ok {
		return 0
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return 0
	}
	pid := 0
	_ = raw.Control(func(fd uintptr) {
		if cred, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil {
			pid = int(cred.Pid)
		}
	})
	return pid
}
