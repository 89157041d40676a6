package daemon

import (
	"net"
	"sync"
	"sync/atomic"
)

// maxConnections bounds what stuck clients can hold; one connection more is closed at once.
const maxConnections = 64

// limitListener refuses connections beyond maxConnections.
type limitListener struct {
	net.Listener
	open atomic.Int64
}

func (l *limitListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.open.Add(1) <= maxConnections {
			return &limitedConn{Conn: c, release: sync.OnceFunc(func() { l.open.Add(-1) })}, nil
		}
		l.open.Add(-1)
		_ = c.Close()
	}
}

type limitedConn struct {
	net.Conn
	release func()
}

func (c *limitedConn) Close() error {
	c.release()
	return c.Conn.Close()
}
