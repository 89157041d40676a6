package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// heapBytes bounds the heap of a process, which ZeroMQ's answers are put on. The other transports allocate nothing, so the
// collector does not run for them.
const heapBytes = 64 << 20

// Process is what a program does when Run has started it: it reads its part from stdin and measures. When ctx ends, so does the
// whole process, with its segment removed.
func Process(ctx context.Context, stdin io.Reader) error {
	var j job
	if err := json.NewDecoder(stdin).Decode(&j); err != nil {
		return fmt.Errorf("reading what to measure: %w", err)
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(heapBytes)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	a, err := mapArena(arenaFd, j.Room)
	if err != nil {
		return err
	}
	defer a.close()
	if !pin(j.CPU) {
		a.control.unpinned.Add(1)
	}
	if j.Reader < 0 {
		return writeRecords(ctx, j, a)
	}
	return readRecords(j, a)
}

// pin binds the calling thread to a CPU. The process's other threads stay free: bound as a whole, it would count one CPU and
// forbid itself to poll.
func pin(cpu int) bool {
	if cpu < 0 {
		return false
	}
	var set unix.CPUSet
	set.Set(cpu)
	return unix.SchedSetaffinity(0, &set) == nil
}
