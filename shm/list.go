package shm

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Info is what can be said of a segment by looking at it.
type Info struct {
	Name         string // without the prefix that was asked for
	Kind         uint32
	Slots        int
	PayloadBytes int
	Bytes        int64 // size of the file
	Epoch        uint64
	Created      time.Time
	OwnerPid     int // who holds the lock; 0 when nobody does: the owner is dead
	Head         uint64
	PublishNs    int64 // of the newest record; 0 when there is none
	Closed       bool
	Err          error // why it cannot be read; then only Name, Bytes and OwnerPid are set
}

// List looks at every segment in dir whose name begins with prefix, in the order of names. It disturbs nobody and attaches to
// nothing. Files that are not segments are passed over, but for lock files whose segment is missing.
func List(dir, prefix string) ([]Info, error) {
	if dir == "" {
		dir = DefaultDir
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("listing segments: %w", err)
	}
	var list []Info
	for _, e := range entries {
		name, ok := strings.CutPrefix(e.Name(), prefix)
		if !ok || strings.HasSuffix(name, buildSuffix) {
			continue
		}
		if name, ok := strings.CutSuffix(name, lockSuffix); ok {
			if lonely(filepath.Join(dir, e.Name())) {
				list = append(list, Inspect(dir, prefix, name))
			}
			continue
		}
		if i := Inspect(dir, prefix, name); i.Err == nil || looksOwned(filepath.Join(dir, e.Name())) {
			list = append(list, i)
		}
	}
	slices.SortFunc(list, func(a, b Info) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

// lonely tells a lock file of ours, which is empty, whose segment is missing.
func lonely(lock string) bool {
	var st unix.Stat_t
	if unix.Lstat(lock, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFREG || st.Size != 0 {
		return false
	}
	return unix.Lstat(strings.TrimSuffix(lock, lockSuffix), &st) == unix.ENOENT
}

// looksOwned tells a damaged segment from somebody else's file: only a segment has a lock file beside it.
func looksOwned(path string) bool {
	_, err := os.Lstat(path + lockSuffix)
	return err == nil
}

// Inspect looks at one segment.
func Inspect(dir, prefix, name string) Info {
	i := Info{Name: name}
	p, err := newPaths(dir, prefix, name)
	if err != nil {
		i.Err = err
		return i
	}
	var st unix.Stat_t
	if err := unix.Lstat(p.segment, &st); err == nil {
		i.Bytes = st.Size
	}
	i.OwnerPid = lockHolder(p.lock)
	s, err := openSegment(p.segment, 0, trusted())
	if err != nil {
		i.Err = err
		return i
	}
	defer s.unmap()
	h := s.header
	i.Kind, i.Slots, i.PayloadBytes, i.Epoch, i.Created = h.kind, h.slots, h.payload, h.epoch, h.created
	i.Err = i.live(s.region)
	return i
}

// live reads the words that change.
func (i *Info) live(g region) (err error) {
	closed, err := isClosed(g)
	if err != nil {
		return err
	}
	i.Closed = closed
	i.Head, i.PublishNs, err = g.newest()
	return err
}

// Clean removes what is left of a segment whose owner is dead, and nothing else: the error is ErrBusy, with the owner's pid, while it
// lives, and ErrForeign when the file is no segment. Cleaning where there is nothing is no error.
func Clean(dir, prefix, name string) error {
	p, err := newPaths(dir, prefix, name)
	if err != nil {
		return err
	}
	_, missing := idOfPath(p.lock)
	l, err := acquire(p.lock, 0)
	if err != nil {
		return err
	}
	defer l.release()
	if err := cleanLocked(p); err != nil {
		if missing != nil {
			l.remove() // what is refused stays as it was, without a lock file of ours
		}
		return err
	}
	l.remove()
	return nil
}

func cleanLocked(p paths) error {
	old := openOld(p.segment)
	defer old.close()
	if errors.Is(old.err, os.ErrPermission) {
		return advise("cleaning", p.segment, old.err)
	}
	if !old.cleanable() {
		return fmt.Errorf("cleaning %s: %w: it was not written by lanekeeper; remove it by hand if you know what it is", p.segment, ErrForeign)
	}
	old.shut()
	return errors.Join(remove(p.segment), remove(p.build))
}

func remove(path string) error {
	if err := unix.Unlink(path); err != nil && err != unix.ENOENT {
		return advise("removing", path, err)
	}
	return nil
}
