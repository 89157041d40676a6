package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// latch is the emergency stop's memory: a file that is there while the stop holds. It survives a kill, a restart and a
// reboot.
type latch struct{ path string }

func newLatch(dir, prefix string) latch { return latch{filepath.Join(dir, prefix+"emergency-stop")} }

// set reports true. A latch that cannot be looked at counts as set.
func (l latch) set() (bool, error) {
	_, err := os.Stat(l.path)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	}
	return true, fmt.Errorf("looking for an emergency stop: %w", err)
}

// try tells at start what pull would fail of later: a folder that cannot be made or written to.
func (l latch) try() error {
	dir := filepath.Dir(l.path)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("trying the state directory: %w; create it for this user or set state_dir", err)
	}
	f, err := os.CreateTemp(dir, ".try-*")
	if err != nil {
		return fmt.Errorf("trying the state directory: %w; let this user write to it or set state_dir", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// pull is on disk before it returns.
func (l latch) pull() error {
	if err := os.MkdirAll(filepath.Dir(l.path), 0o750); err != nil {
		return fmt.Errorf("remembering the emergency stop: %w", err)
	}
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_WRONLY, 0o640)
	if err != nil {
		return fmt.Errorf("remembering the emergency stop: %w", err)
	}
	_, err = fmt.Fprintln(f, time.Now().UTC().Format(time.RFC3339))
	if err := errors.Join(err, f.Sync(), f.Close(), syncDir(filepath.Dir(l.path))); err != nil {
		return fmt.Errorf("remembering the emergency stop: %w", err)
	}
	return nil
}

func (l latch) clear() error {
	if err := os.Remove(l.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("clearing the emergency stop: %w", err)
	}
	return syncDir(filepath.Dir(l.path))
}

// syncDir makes a change of names last.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
