package bench

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"lanekeeper/shm"
)

// Options say what to measure and how.
type Options struct {
	// Command starts this program, or another, so that it calls Process.
	Command []string
	Dir     string // of shared memory; empty for shm.DefaultDir
	Quick   bool   // fewer combinations, and less time for each
	Filter  Filter
	// Progress is called before each cell is measured, when it is set.
	Progress func(done, total int, c Cell)
}

// prefix begins the names of all segments that are measured.
const prefix = "lanebench-"

// room is how many samples a process keeps of a transport.
const room = 1 << 15

// Run measures. When ctx ends, or a process of it fails, all processes are ended and nothing stays in shared memory.
func Run(ctx context.Context, o Options) (*Report, error) {
	runtime.LockOSThread() // see group.run
	defer runtime.UnlockOSThread()
	if o.Dir == "" {
		o.Dir = shm.DefaultDir
	}
	sweep(o.Dir)
	cpus := allowedCPUs()
	report := &Report{Machine: thisMachine(), Pinned: true}
	var todo []Cell
	for _, c := range cells() {
		switch {
		case !o.Filter.has(c) || o.Quick && !c.brief():
		case !c.measurable(len(cpus)):
			report.Missing = append(report.Missing, c)
		default:
			todo = append(todo, c)
		}
	}
	for i, c := range todo {
		if o.Progress != nil {
			o.Progress(i, len(todo), c)
		}
		j := job{
			Cell: c, Dir: o.Dir, Prefix: fmt.Sprintf("%s%d-", prefix, os.Getpid()), Room: room, BudgetNs: int64(budget(c, o.Quick)),
		}
		g, err := newGroup(j, o.Command, cpus)
		if err == nil {
			if err = g.run(ctx); err == nil {
				report.Rows = append(report.Rows, g.rows()...)
				report.Pinned = report.Pinned && g.pinned()
			}
			g.close()
		}
		if err != nil {
			return nil, fmt.Errorf("measuring %v: %w", c, err)
		}
	}
	return report, nil
}

// budget is how long a cell is measured. Where records are few, it takes longer to know the tail.
func budget(c Cell, quick bool) time.Duration {
	switch {
	case quick:
		return 200 * time.Millisecond
	case c.paced() && c.Wait == shm.Futex:
		return 4 * time.Second
	default:
		return 1500 * time.Millisecond
	}
}

// sweep removes what a measurement left that was killed with all its processes at once.
func sweep(dir string) {
	list, err := shm.List(dir, prefix)
	if err != nil {
		return // creating a segment there will say why
	}
	for _, i := range list {
		if pid, ok := strings.CutSuffix(i.Name, "-"+segmentName); ok && i.OwnerPid == 0 {
			_ = shm.Clean(dir, prefix+pid+"-", segmentName)
		}
	}
}
