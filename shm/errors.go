package shm

import (
	"errors"
	"fmt"
)

// What Latest and View return where there is nothing to read; neither means that anything is broken.
var (
	// ErrNoSegment: no writer has made the segment, or it has closed it.
	ErrNoSegment = errors.New("no segment")
	// ErrNoRecord: the segment is there and nothing was written to it yet.
	ErrNoRecord = errors.New("no record yet")
)

// What is wrong with a segment.
var (
	// ErrForeign: a file of this name is there, but it is not a segment, or not one to be trusted.
	ErrForeign = errors.New("not a segment to be read")
	// ErrVersion: a segment of another layout version.
	ErrVersion = errors.New("another layout version")
	// ErrKind: a segment whose records are of another kind than the reader expects.
	ErrKind = errors.New("another kind of record")
	// ErrTruncated: the file is shorter than its header says, or became so while it was mapped.
	ErrTruncated = errors.New("truncated segment")
	// ErrBusy: another living process owns the segment.
	ErrBusy = errors.New("owned by another process")
	// ErrLost: another process has taken the name over after the lock file was removed by hand.
	ErrLost = errors.New("ownership lost")
	// ErrOverrun: the writer was faster than the reader could copy, time and again.
	ErrOverrun = errors.New("overrun by the writer")
	// ErrTooLong: a record does not fit the segment's slots.
	ErrTooLong = errors.New("record longer than a slot")
)

// wrap says what was being done to which segment.
func wrap(doing, path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", doing, path, err)
}
