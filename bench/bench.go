package bench

import (
	"context"
	"fmt"
	"runtime"
	"strings"

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

// Run measures. When ctx ends, or a process of it fails, all processes are ended and nothing stays in shared memory.
func Run(ctx context.Context, o Options) (*Report, error) {
	runtime.LockOSThread() // the kernel ends the processes with the thread that started them
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
	pool, err := newPool(ctx, o, cpus)
	if err != nil {
		return nil, err
	}
	defer pool.close()
	gathered := map[Cell]samples{}
	steps := schedule(todo, o.Quick)
	for i, s := range steps {
		if o.Progress != nil {
			o.Progress(i, len(steps), s.Cell)
		}
		if gathered[s.Cell] == nil {
			gathered[s.Cell] = samples{}
		}
		pinned, err := pool.visit(s, gathered[s.Cell])
		if err != nil {
			return nil, fmt.Errorf("measuring %v: %w", s.Cell, err)
		}
		report.Pinned = report.Pinned && pinned
	}
	for _, c := range todo {
		report.Rows = append(report.Rows, gathered[c].rows(c)...)
	}
	return report, nil
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
