package shm

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// lockRetry is how long a starter waits for an owner that is on its way out.
const lockRetry = 200 * time.Millisecond

const lockPoll = 2 * time.Millisecond

// errRaced: the lock file was removed between its opening and its locking.
var errRaced = errors.New("lock file replaced")

// lockFile is a lock held. Only its owner can open the file, so no reader can take the lock, and the lock is not on the
// segment itself, since a rename would then leave two processes with a lock each.
type lockFile struct {
	path string
	fd   int
	id   fileID
}

// acquire takes the lock, waiting up to patience while another process holds it.
func acquire(path string, patience time.Duration) (*lockFile, error) {
	until := time.Now().Add(patience)
	for {
		// Looked at before the attempt: a starter that gets no time in between must not give up on an owner that left meanwhile.
		last := !time.Now().Before(until)
		l, err := tryLock(path)
		switch {
		case err == nil:
			return l, nil
		case errors.Is(err, errRaced):
			continue
		case !errors.Is(err, ErrBusy):
			return nil, err
		case last:
			return nil, busy(path)
		}
		time.Sleep(lockPoll)
	}
}

// busy names the owner, where it can be told. The kernel lists its locks page by page, and one that comes or goes in between can hide
// another, so a second look may find what the first did not.
func busy(path string) error {
	for range 3 {
		if pid := lockHolder(path); pid > 0 {
			return fmt.Errorf("locking %s: %w: pid %d", path, ErrBusy, pid)
		}
	}
	return wrap("locking", path, ErrBusy)
}

func tryLock(path string) (*lockFile, error) {
	fd, err := openLock(path)
	if err != nil {
		return nil, err
	}
	if err := flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		unix.Close(fd)
		if err != unix.EWOULDBLOCK {
			return nil, wrap("locking", path, err)
		}
		return nil, ErrBusy
	}
	l := &lockFile{path: path, fd: fd}
	if l.id, err = idOfFd(fd); err != nil {
		l.release()
		return nil, wrap("locking", path, err)
	}
	if !l.leadsHere() {
		l.release()
		return nil, errRaced
	}
	return l, nil
}

// openLock opens the lock file or makes it. It never creates over a file that is there: with fs.protected_regular not even
// root may, in a sticky directory.
func openLock(path string) (int, error) {
	const flags = unix.O_RDWR | unix.O_CLOEXEC | unix.O_NOFOLLOW | unix.O_NONBLOCK
	for {
		fd, err := unix.Open(path, flags, 0)
		if err == unix.ENOENT {
			fd, err = unix.Open(path, flags|unix.O_CREAT|unix.O_EXCL, 0o600)
			if err == unix.EEXIST {
				continue
			}
		}
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return -1, advise("opening", path, err)
		}
		return fd, nil
	}
}

func flock(fd, how int) error {
	for {
		if err := unix.Flock(fd, how); err != unix.EINTR {
			return err
		}
	}
}

// leadsHere tells whether the path still names the file that is locked.
func (l *lockFile) leadsHere() bool {
	id, err := idOfPath(l.path)
	return err == nil && id == l.id
}

// remove takes the file's name away while the lock is held, so that nobody can lock it after us and own nothing.
func (l *lockFile) remove() {
	if l.leadsHere() {
		_ = unix.Unlink(l.path)
	}
}

func (l *lockFile) release() { unix.Close(l.fd) }

// fileID tells files apart, as long as they are open.
type fileID struct{ dev, ino uint64 }

func idOfStat(st *unix.Stat_t) fileID { return fileID{uint64(st.Dev), st.Ino} }

func idOfFd(fd int) (fileID, error) {
	var st unix.Stat_t
	err := unix.Fstat(fd, &st)
	return idOfStat(&st), err
}

func idOfPath(path string) (fileID, error) {
	var st unix.Stat_t
	err := unix.Lstat(path, &st)
	return idOfStat(&st), err
}

// advise adds to an error of the file system what its user can do about it.
func advise(doing, path string, err error) error {
	hint := ""
	switch {
	case errors.Is(err, fs.ErrPermission):
		if owner, e := ownerOf(path); e == nil && owner != os.Geteuid() {
			hint = fmt.Sprintf("; it belongs to user %d, if nothing uses it: sudo lanectl clean %s", owner, segmentName(path))
		} else {
			hint = "; the directory must let this user create files"
		}
	case errors.Is(err, unix.ELOOP):
		hint = "; it is a symbolic link, remove it"
	case errors.Is(err, unix.ENOSPC):
		hint = "; shared memory is full: see df -h /dev/shm, remove what is not needed, or use fewer slots or smaller frames"
	case errors.Is(err, fs.ErrNotExist):
		hint = "; the directory must exist"
	}
	return fmt.Errorf("%s %s: %w%s", doing, path, err, hint)
}

func ownerOf(path string) (int, error) {
	var st unix.Stat_t
	err := unix.Lstat(path, &st)
	return int(st.Uid), err
}
