package watch

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"lanekeeper/msg"
	"lanekeeper/shm"
)

// Options say which segments to watch.
type Options struct {
	Dir        string // of the segments; empty for shm.DefaultDir
	Prefix     string
	Frames     string // names of the segments; empty for the usual ones
	Detections string
	Commands   string
}

// Watcher reads the segments of a pipeline, each in a goroutine of its own. Segments that are not there yet are waited for.
type Watcher struct {
	readers []*shm.Reader
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu      sync.Mutex
	tally   *tally
	noticed func(trouble error) // after each record, with nil, and each trouble; for tests
}

// Open begins to watch.
func Open(o Options) (*Watcher, error) { return open(o, func(error) {}) }

func open(o Options, noticed func(trouble error)) (*Watcher, error) {
	name := func(given, usual string) string {
		if given == "" {
			return usual
		}
		return given
	}
	o.Frames, o.Detections = name(o.Frames, msg.CameraFeed), name(o.Detections, msg.DetectionResults)
	o.Commands = name(o.Commands, msg.ControlCommands)
	ctx, cancel := context.WithCancel(context.Background())
	w := &Watcher{cancel: cancel, tally: newTally(shm.NowNs(), o.Frames, o.Detections, o.Commands), noticed: noticed}
	t := w.tally
	var frame msg.FrameHeader
	var detection msg.Detection
	var command msg.Command
	for _, s := range []struct {
		kind   msg.Kind
		flow   *flow
		decode func(payload []byte) error // of any bytes: they are read in place
		add    func(shm.Record)
	}{
		{msg.KindFrame, &t.frames, func(p []byte) (err error) {
			frame, _, err = msg.DecodeFrame(p)
			return err
		}, func(r shm.Record) { t.frame(r, &frame) }},
		{msg.KindDetection, &t.detections, detection.Decode, func(r shm.Record) { t.detect(r, &detection) }},
		{msg.KindCommand, &t.commands, command.Decode, func(r shm.Record) { t.drive(r, &command) }},
	} {
		r, err := shm.Open(shm.ReaderOptions{
			Dir: o.Dir, Prefix: o.Prefix, Name: s.flow.name, Kind: s.kind, Idle: func(why error) { w.idle(s.flow, why) },
		})
		if err != nil {
			return nil, errors.Join(err, w.Close())
		}
		w.readers = append(w.readers, r)
		w.running.Go(func() { w.follow(ctx, r, s.flow, s.decode, s.add) })
	}
	return w, nil
}

// follow adds each record of a segment until ctx ends.
func (w *Watcher) follow(ctx context.Context, r *shm.Reader, f *flow, decode func([]byte) error, add func(shm.Record)) {
	for {
		err := r.Next(ctx)
		if ctx.Err() != nil || errors.Is(err, os.ErrClosed) {
			return
		}
		var rec shm.Record
		if err == nil {
			err = r.View(func(in shm.Record) error {
				rec = in
				return decode(in.Payload)
			})
		}
		w.mu.Lock()
		f.unread = err
		if err == nil {
			add(rec)
		}
		w.mu.Unlock()
		w.noticed(err)
	}
}

// idle notes why there is nothing to read.
func (w *Watcher) idle(f *flow, why error) {
	w.mu.Lock()
	f.why = why
	w.mu.Unlock()
	if why != nil {
		w.noticed(why)
	}
}

// Report is what was seen since the last report, or since Open.
func (w *Watcher) Report() Report {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tally.report(shm.NowNs(), time.Now())
}

// Close ends the watching.
func (w *Watcher) Close() error {
	w.cancel()
	var errs []error
	for _, r := range w.readers {
		errs = append(errs, r.Close())
	}
	w.running.Wait()
	return errors.Join(errs...)
}
