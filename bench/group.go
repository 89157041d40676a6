package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"lanekeeper/shm"
)

// group is the processes of one cell, and what they share.
type group struct {
	job     job
	command []string
	cpus    []int

	arena *arena
	files []*os.File // arena, bare mapping
	pairs [][2]*os.File
}

// patience is how much longer than planned a cell may take.
const patience = time.Minute

func newGroup(j job, command []string, cpus []int) (g *group, err error) {
	g = &group{job: j, command: command, cpus: cpus}
	defer func() {
		if err != nil {
			g.close()
		}
	}()
	for i, size := range []int{arenaBytes(j.Room), bareBytes(j.Cell.PayloadBytes)} {
		fd, err := sharedFile(j.Dir, size)
		if err != nil {
			return nil, err
		}
		g.files = append(g.files, os.NewFile(uintptr(fd), "shared memory"))
		if i == 0 {
			if g.arena, err = mapArena(fd, j.Room); err != nil {
				return nil, err
			}
		}
	}
	for range j.Cell.Readers {
		p, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return nil, fmt.Errorf("making a pair of sockets: %w", err)
		}
		g.pairs = append(g.pairs, [2]*os.File{os.NewFile(uintptr(p[0]), "writer"), os.NewFile(uintptr(p[1]), "reader")})
	}
	return g, nil
}

// run starts the processes and waits until all have ended. When one fails the others are killed. The caller must be bound to
// its thread: the kernel ends the processes when the thread that started them ends.
func (g *group) run(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, time.Duration(g.job.BudgetNs)+patience, errors.New("the processes hang"))
	defer cancel()
	running, ctx := errgroup.WithContext(ctx)
	for i := -1; i < g.job.Cell.Readers; i++ {
		cmd, stderr, err := g.start(ctx, i)
		if err != nil {
			cancel()
			return errors.Join(err, running.Wait())
		}
		running.Go(func() error {
			err := cmd.Wait()
			if err != nil && stderr.Len() > 0 {
				err = fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String()))
			}
			return wrap(who(i), err)
		})
	}
	err := running.Wait()
	if cause := context.Cause(ctx); err == nil || cause == nil || errors.Is(cause, err) {
		return err
	} else {
		return fmt.Errorf("%w: %w", cause, err)
	}
}

func who(reader int) string {
	if reader < 0 {
		return "the writer"
	}
	return fmt.Sprintf("reader %d", reader)
}

func wrap(who string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", who, err)
}

// start starts the writer, -1, or a reader.
func (g *group) start(ctx context.Context, reader int) (*exec.Cmd, *bytes.Buffer, error) {
	j := g.job
	j.Reader, j.CPU = reader, cpuFor(reader, g.cpus)
	input, err := json.Marshal(j)
	if err != nil {
		return nil, nil, wrap(who(reader), err)
	}
	stderr := new(bytes.Buffer)
	cmd := exec.CommandContext(ctx, g.command[0], g.command[1:]...)
	cmd.Stdin = bytes.NewReader(input)
	cmd.Stderr = stderr
	cmd.ExtraFiles = append(cmd.ExtraFiles, g.files...)
	if reader < 0 {
		for _, p := range g.pairs {
			cmd.ExtraFiles = append(cmd.ExtraFiles, p[0])
		}
	} else {
		cmd.ExtraFiles = append(cmd.ExtraFiles, g.pairs[reader][1])
	}
	// Signals that preempt goroutines would end the bare futex wait every 10 ms.
	cmd.Env = append(os.Environ(), "GODEBUG=asyncpreemptoff=1")
	// A group of its own: an interrupt from the keyboard reaches the parent alone, which then ends the children in order.
	cmd.SysProcAttr = &unix.SysProcAttr{Setpgid: true, Pdeathsig: unix.SIGTERM}
	if err := cmd.Start(); err != nil {
		return nil, nil, fmt.Errorf("starting %s: %w", who(reader), err)
	}
	return cmd, stderr, nil
}

// cpuFor gives the writer a CPU and spreads the readers over the others; -1 where there is only one.
func cpuFor(reader int, cpus []int) int {
	switch {
	case len(cpus) < 2:
		return -1
	case reader < 0:
		return cpus[0]
	}
	return cpus[1+reader%(len(cpus)-1)]
}

// gather adds what all processes have measured to s.
func (g *group) gather(s samples) {
	for _, t := range g.job.Cell.transports() {
		for process := range g.job.Cell.Readers + 1 {
			s[t] = append(s[t], g.arena.track(process, t).samples()...)
		}
	}
}

// pinned tells whether every process was bound to a CPU.
func (g *group) pinned() bool { return g.arena.control.unpinned.Load() == 0 }

func (g *group) close() {
	for _, f := range g.files {
		_ = f.Close()
	}
	for _, p := range g.pairs {
		_ = errors.Join(p[0].Close(), p[1].Close())
	}
	if g.arena != nil {
		g.arena.close()
	}
	// A writer that was killed has left its segment; everyone else has removed it.
	_ = shm.Clean(g.job.Dir, g.job.Prefix, segmentName)
}
