package daemon

import (
	"net"
	"os"
	"sync"
)

// ownedListener removes its socket's file on Close, if the path still leads to the file it made.
type ownedListener struct {
	*net.UnixListener
	path string
	made os.FileInfo
	once sync.Once
}

func (l *ownedListener) Close() error {
	l.once.Do(func() {
		if st, err := os.Lstat(l.path); err == nil && os.SameFile(st, l.made) {
			_ = os.Remove(l.path)
		}
	})
	return l.UnixListener.Close()
}
