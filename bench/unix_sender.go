package bench

import (
	"fmt"

	"golang.org/x/sys/unix"

	"lanekeeper/shm"
)

// unixSender writes every record to each reader's socket.
type unixSender struct{ fds []int }

func newUnixSender(j job) *unixSender {
	s := &unixSender{}
	for i := range j.Step.Readers {
		s.fds = append(s.fds, socketFd+i)
	}
	return s
}

func (s *unixSender) send(m message) error {
	m.stamp(shm.NowNs())
	for _, fd := range s.fds {
		for b := m.wire(); len(b) > 0; {
			n, err := unix.Write(fd, b)
			if err == unix.EINTR {
				continue
			}
			if err != nil {
				return fmt.Errorf("writing to a socket: %w", err)
			}
			b = b[n:]
		}
	}
	return nil
}

// close leaves the sockets to the next cell.
func (s *unixSender) close() {}
