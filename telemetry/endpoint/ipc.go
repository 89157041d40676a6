package endpoint

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/pebbe/zmq4"
	"golang.org/x/sys/unix"
)

const (
	enodev = zmq4.Errno(syscall.ENODEV)

	// ipcMask leaves a socket to its user and group. ZeroMQ makes the file itself, so it must be right from the start.
	ipcMask = 0o117

	ipcPatience = time.Second
)

// listenFile binds a unix socket that the user and the group may connect to. ZeroMQ unlinks whatever has the name, so it is
// seen to first that nobody listens there.
func listenFile(z *zmq4.Socket, address string) error {
	path := fileOf(address)
	if err := unused(path); err != nil {
		return err
	}
	old := unix.Umask(ipcMask)
	defer unix.Umask(old)
	return z.Bind(address)
}

var errInUse = errors.New("another process listens there; stop it, or give --prefix")

// RemoveLeft removes a socket that a dead process left at a path. Anything else stays: it is somebody's.
func RemoveLeft(path string) {
	if unused(path) == nil {
		_ = os.Remove(path)
	}
}

// unused tells that a path is free, or a socket that a dead process left.
func unused(path string) error {
	st, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if st.Mode().Type() != os.ModeSocket {
		return errors.New("a file that is no socket is in its place; move it away")
	}
	ctx, cancel := context.WithTimeout(context.Background(), ipcPatience)
	defer cancel()
	c, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
	switch {
	case err == nil:
		return errors.Join(errInUse, c.Close())
	case errors.Is(err, unix.ECONNREFUSED), errors.Is(err, os.ErrNotExist):
		return nil
	}
	return fmt.Errorf("testing the old socket: %w", err)
}
