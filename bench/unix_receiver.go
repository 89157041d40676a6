package bench

import (
	"fmt"
	"io"

	"golang.org/x/sys/unix"

	"lanekeeper/shm"
)

// unixReceiver reads records from a socket.
type unixReceiver struct {
	message message
	sums    bool
}

func newUnixReceiver(j job) *unixReceiver {
	return &unixReceiver{message: newMessage(j.Step.PayloadBytes), sums: j.Step.Figure == Delivery}
}

func (r *unixReceiver) receive() (oneWayNs int64, total uint64, err error) {
	for b := r.message.wire(); len(b) > 0; {
		n, err := unix.Read(socketFd, b)
		if err == unix.EINTR {
			continue
		}
		if err == nil && n == 0 {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, 0, fmt.Errorf("reading from a socket: %w", err)
		}
		b = b[n:]
	}
	if r.sums {
		total = sum(r.message.payload())
	}
	return shm.NowNs() - stampOf(r.message.wire()), total, nil
}

// close leaves the socket to the next cell.
func (r *unixReceiver) close() {}
