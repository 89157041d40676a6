package daemon

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap/buffer"
	"golang.org/x/sys/unix"
)

// logQueueEntries is how many log entries wait at most for a journal or a console that does not take them.
const logQueueEntries = 1024

// logQueue is the one place between the callers of a logger and the socket or file that its entries go to. Callers never
// wait: with the queue full an entry is dropped and counted, and the count is logged when there is room again.
type logQueue struct {
	entries chan *buffer.Buffer
	flushes chan chan struct{}
	done    chan struct{}
	once    sync.Once
	dropped atomic.Uint64
	write   func([]byte) error                  // EAGAIN asks to try again
	release func()                              // called when nothing is written any more
	report  func(dropped uint64) *buffer.Buffer // the entry that tells of dropped ones
}

// newLogQueue starts the goroutine that writes; it ends with close.
func newLogQueue(write func([]byte) error, release func(), report func(uint64) *buffer.Buffer) *logQueue {
	q := &logQueue{
		entries: make(chan *buffer.Buffer, logQueueEntries), flushes: make(chan chan struct{}, 1), done: make(chan struct{}),
		write: write, release: release, report: report,
	}
	go q.run()
	return q
}

// add takes the entry over.
func (q *logQueue) add(b *buffer.Buffer) {
	select {
	case q.entries <- b:
	default:
		q.dropped.Add(1)
		b.Free()
	}
}

// flush waits until all that was added before has been written, or the time is over.
func (q *logQueue) flush(limit time.Duration) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	written := make(chan struct{})
	select {
	case q.flushes <- written:
	case <-timer.C:
		return
	}
	select {
	case <-written:
	case <-timer.C:
	}
}

// close ends the goroutine once it comes back from its write; what is still queued is lost, so flush first.
func (q *logQueue) close() { q.once.Do(func() { close(q.done) }) }

func (q *logQueue) run() {
	defer q.release()
	var told uint64
	for {
		select {
		case <-q.done:
			return
		case b := <-q.entries:
			q.take(b)
		case written := <-q.flushes:
			for n := len(q.entries); n > 0; n-- {
				q.take(<-q.entries)
			}
			close(written)
		}
		if n := q.dropped.Load(); n != told && len(q.entries) == 0 {
			b := q.report(n - told)
			if q.send(b.Bytes()) == nil {
				told = n
			}
			b.Free()
		}
	}
}

// take writes one entry of the queue.
func (q *logQueue) take(b *buffer.Buffer) {
	if q.send(b.Bytes()) != nil {
		q.dropped.Add(1)
	}
	b.Free()
}

// send goes on trying while the other side takes nothing, until close.
func (q *logQueue) send(entry []byte) error {
	for {
		err := q.write(entry)
		if !errors.Is(err, unix.EAGAIN) {
			return err
		}
		select {
		case <-q.done:
			return err
		default:
		}
	}
}
