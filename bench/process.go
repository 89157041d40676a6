package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// heapBytes bounds the heap of a process, which ZeroMQ's answers are put on. The other transports allocate nothing, so the
// collector does not run for them.
const heapBytes = 96 << 20

// process is one of the processes that measure.
type process struct {
	arena   *arena
	job     job
	segment atomic.Pointer[shmSender] // to be removed when the process is told to end
}

// Process is what a program does when Run has started it: it is told on stdin what to measure, answers on stdout, and ends when stdin
// does. When ctx ends, so does the whole process, with its segment removed.
func Process(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(heapBytes)
	a, err := mapArena(arenaFd)
	if err != nil {
		return err
	}
	defer a.close()
	p := &process{arena: a}
	defer context.AfterFunc(ctx, p.exit)()
	for jobs := json.NewDecoder(stdin); ; {
		p.job = job{}
		if err := jobs.Decode(&p.job); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return fmt.Errorf("reading what to measure: %w", err)
		}
		if err := p.measure(); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(stdout); err != nil {
			return fmt.Errorf("answering: %w", err)
		}
	}
}

func (p *process) measure() error {
	if !pin(p.job.CPU) {
		p.arena.control.unpinned.Add(1)
	}
	if p.job.Member.Role == writing {
		return p.write()
	}
	return p.read()
}

func (p *process) exit() {
	if s := p.segment.Load(); s != nil {
		s.close()
	}
	os.Exit(1)
}

// pin binds all threads of this process to a CPU, and with them those to come. Done from inside, it leaves the number of CPUs
// that the runtime has counted, without which package shm would forbid to poll.
func pin(cpu int) bool {
	if cpu < 0 {
		return false
	}
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return false
	}
	var set unix.CPUSet
	set.Set(cpu)
	for _, t := range threads {
		if id, err := strconv.Atoi(t.Name()); err != nil || unix.SchedSetaffinity(id, &set) != nil {
			return false
		}
	}
	return true
}
