package camera

import "context"

// worker makes the calls that may hang, on a goroutine of its own: opening a source, grabbing, closing it.
type worker struct {
	wanted chan struct{} // one for each frame wanted; closed to end the worker
	answer chan answer   // one for the opening, then one for each frame; never blocks the worker
	done   chan struct{} // closed when the source is
	cancel context.CancelFunc
	source Source // set with the first answer
}

// answer is how a call ended.
type answer struct {
	source Source // of the opening
	lost   uint64 // Source.Lost after it
	err    error
}

func startWorker(open func() (Source, error)) *worker {
	ctx, cancel := context.WithCancel(context.Background())
	w := &worker{
		wanted: make(chan struct{}, 1), answer: make(chan answer, 1), done: make(chan struct{}), cancel: cancel,
	}
	go w.run(ctx, open)
	return w
}

func (w *worker) run(ctx context.Context, open func() (Source, error)) {
	defer close(w.done)
	defer w.cancel()
	source, err := open()
	w.answer <- answer{source: source, err: err}
	if err != nil {
		return
	}
	for range w.wanted {
		err := source.Grab(ctx)
		w.answer <- answer{lost: source.Lost(), err: err}
	}
	// Nobody is left to be told of an error, and what can be released is.
	_ = source.Close()
}

// leave tells the worker to close the source as soon as its call returns, and does not wait for that.
func (w *worker) leave() {
	w.cancel()
	close(w.wanted)
}

// gone says whether the worker has ended.
func (w *worker) gone() bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}
