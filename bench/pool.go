package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"lanekeeper/shm"
)

// pool is the processes that measure, started when they are first needed, and what they share.
type pool struct {
	command []string
	dir     string
	prefix  string
	cpus    []int

	ctx     context.Context // ends the processes
	cancel  context.CancelFunc
	workers map[member]*worker
	arena   *arena
	shared  []*os.File // arena, bare mapping
	sockets [maxReaders][2]*os.File
}

// patience is how much longer than planned a visit to a cell may take.
const patience = time.Minute

func newPool(ctx context.Context, o Options, cpus []int) (_ *pool, err error) {
	p := &pool{command: o.Command, dir: o.Dir, prefix: fmt.Sprintf("%s%d-", prefix, os.Getpid()), cpus: cpus, workers: map[member]*worker{}}
	p.ctx, p.cancel = context.WithCancel(ctx)
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	biggest := payloads()[len(payloads())-1].bytes
	for _, size := range []int{arenaBytes, bareBytes(biggest)} {
		f, err := sharedFile(p.dir, size)
		if err != nil {
			return nil, err
		}
		p.shared = append(p.shared, f)
	}
	if p.arena, err = mapArena(int(p.shared[0].Fd())); err != nil {
		return nil, err
	}
	for i := range p.sockets {
		fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return nil, fmt.Errorf("making a pair of sockets: %w", err)
		}
		p.sockets[i] = [2]*os.File{os.NewFile(uintptr(fds[0]), "writer"), os.NewFile(uintptr(fds[1]), "reader")}
	}
	return p, nil
}

// visit takes a step and adds what it finds to found. After an error the pool is of no more use.
func (p *pool) visit(s step, found samples) (pinned bool, err error) {
	p.arena.clear()
	limit, stop := context.WithTimeout(p.ctx, s.Budget+patience)
	defer stop()
	defer context.AfterFunc(limit, p.cancel)()
	var running errgroup.Group
	members := s.members()
	for _, m := range members {
		w, err := p.worker(m)
		if err != nil {
			p.cancel()
			return false, errors.Join(err, running.Wait())
		}
		running.Go(func() error {
			err := w.do(job{Member: m, Step: s, CPU: m.cpu(p.cpus), Dir: p.dir, Prefix: p.prefix})
			if err != nil {
				p.cancel() // the others wait for this one
			}
			return err
		})
	}
	if err := running.Wait(); err != nil {
		if limit.Err() != nil {
			err = fmt.Errorf("%w: %w", limit.Err(), err)
		}
		return false, err
	}
	for _, m := range members {
		for _, t := range m.transports(s) {
			found[t] = append(found[t], p.arena.track(m, t).samples()...)
		}
	}
	return p.arena.control.unpinned.Load() == 0, nil
}

// worker is the process of a member.
func (p *pool) worker(m member) (*worker, error) {
	if w := p.workers[m]; w != nil {
		return w, nil
	}
	files := append([]*os.File(nil), p.shared...)
	switch m.Role {
	case writing:
		for _, s := range p.sockets {
			files = append(files, s[0])
		}
	case reading:
		files = append(files, p.sockets[m.Index][1])
	}
	w, err := startWorker(p.ctx, m, p.command, files)
	if err != nil {
		return nil, err
	}
	p.workers[m] = w
	return w, nil
}

// close ends all processes and removes what they left.
func (p *pool) close() {
	p.cancel()
	for _, w := range p.workers {
		w.end()
	}
	for _, f := range p.shared {
		_ = f.Close()
	}
	for _, s := range p.sockets {
		if s[0] != nil {
			_ = errors.Join(s[0].Close(), s[1].Close())
		}
	}
	if p.arena != nil {
		p.arena.close()
	}
	// A writer that was killed has left its segment; otherwise there is none.
	_ = shm.Clean(p.dir, p.prefix, segmentName)
}
