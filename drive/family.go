package drive

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/shm"
)

// restartPause is how long a child that died stays down; maxRestarts how often all of them together may die.
const (
	restartPause = 200 * time.Millisecond
	maxRestarts  = 10
)

// startPatience is how long the source waits for the daemons that read it.
const startPatience = 3 * time.Second

// family is the daemons of a drive, supervised.
type family struct {
	place          daemon.Place
	binDir, logDir string
	orders         []order
	notice         func(string) // something that the onlooker should know

	children []*child
	Restarts int
}

func (f *family) logPath(name string) string { return filepath.Join(f.logDir, name+".log") }

// run starts all daemons and keeps them running until the last one of the orders, the source of frames, has come to its end, or ctx
// ends. Then it stops the others, in the order of the data, so that each sees the last of what the one before it wrote.
func (f *family) run(ctx context.Context) error {
	// A child's parent is the thread that started it, as far as its death signal goes (prctl(2), PR_SET_PDEATHSIG).
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for i, o := range f.orders {
		if i == len(f.orders)-1 {
			f.await(ctx)
		}
		c, err := spawn(f.binDir, f.logPath(o.name), o)
		if err != nil {
			return errors.Join(err, f.stop())
		}
		f.children = append(f.children, c)
	}
	err := f.keep(ctx)
	return errors.Join(err, f.stop())
}

// await gives the daemons time to make their segments, so that the source's first frames are not played to nobody. They would find them
// later too; a daemon that cannot start is keep's business.
func (f *family) await(ctx context.Context) {
	const poll = 20 * time.Millisecond
	for until := time.Now().Add(startPatience); ctx.Err() == nil && time.Now().Before(until); time.Sleep(poll) {
		segments, err := shm.List(f.place.ShmDir, f.place.Prefix)
		if err == nil && len(segments) >= len(f.orders)-1 {
			return
		}
	}
}

func (f *family) keep(ctx context.Context) error {
	source := len(f.orders) - 1
	for {
		i := f.firstEnded(ctx)
		if i < 0 {
			return nil
		}
		c := f.children[i]
		if i == source && c.err == nil {
			return nil
		}
		if err := f.revive(ctx, i); err != nil {
			return err
		}
	}
}

// firstEnded waits for a child to end and gives its index, or −1 when ctx ends first.
func (f *family) firstEnded(ctx context.Context) int {
	any := make(chan int, len(f.children))
	gone := make(chan struct{})
	defer close(gone)
	for i, c := range f.children {
		go func() {
			select {
			case <-c.ended:
				any <- i
			case <-gone:
			}
		}()
	}
	select {
	case i := <-any:
		return i
	case <-ctx.Done():
		return -1
	}
}

// revive starts a child that died again, unless that cannot help.
func (f *family) revive(ctx context.Context, i int) error {
	c := f.children[i]
	f.Restarts++
	code := c.cmd.ProcessState.ExitCode()
	if code == daemon.ExitConfig || code == daemon.ExitUsage || f.Restarts > maxRestarts {
		return fmt.Errorf("%s ended: %w; it said:\n%s", c.name, exitError(c.err), lastWords(f.logPath(c.name)))
	}
	f.notice(fmt.Sprintf("%s ended (%v), it is started again", c.name, exitError(c.err)))
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(restartPause):
	}
	next, err := spawn(f.binDir, f.logPath(c.name), f.orders[i])
	if err != nil {
		return err
	}
	f.children[i] = next
	return nil
}

func exitError(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}

// stop ends all children, the source of frames first.
func (f *family) stop() error {
	var errs []error
	byData := []string{nameSim, nameCamera, nameDetect, nameSteer}
	slices.SortStableFunc(f.children, func(a, b *child) int { return slices.Index(byData, a.name) - slices.Index(byData, b.name) })
	for _, c := range f.children {
		errs = append(errs, c.stop())
	}
	return errors.Join(errs...)
}
