package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// wholeFile is a file that appears under its name when all of it is written, in place of the one before, or not at all.
type wholeFile struct {
	path string
	temp *os.File // nil once closed or abandoned
	out  *bufio.Writer
}

// newWholeFile makes the temporary file, beside where the whole one will be.
func newWholeFile(path string) (*wholeFile, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", path)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".lanectl-*")
	if err != nil {
		return nil, err
	}
	return &wholeFile{path: path, temp: temp, out: bufio.NewWriter(temp)}, nil
}

// Write is io.Writer.
func (f *wholeFile) Write(p []byte) (int, error) { return f.out.Write(p) }

// Close gives the file its name. When that, or any write before it, failed, it is as if nothing had been written.
func (f *wholeFile) Close() error {
	defer f.abandon()
	err := errors.Join(f.out.Flush(), f.temp.Chmod(0o644), f.temp.Sync())
	if err == nil {
		err = os.Rename(f.temp.Name(), f.path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", f.path, err)
	}
	return nil
}

// abandon removes what was written so far; after Close it does nothing.
func (f *wholeFile) abandon() {
	if f.temp == nil {
		return
	}
	_ = f.temp.Close()
	_ = os.Remove(f.temp.Name()) // which a rename has taken away already
	f.temp = nil
}
