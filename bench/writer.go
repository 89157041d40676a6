package bench

import (
	"context"
	"fmt"
	"os"

	"lanekeeper/shm"
)

// writer is the writing process of a cell.
type writer struct {
	job     job
	arena   *arena
	senders map[Transport]sender
}

// writeRecords connects the transports and publishes records on each in turn until the time is up.
func writeRecords(ctx context.Context, j job, a *arena) error {
	w := &writer{job: j, arena: a, senders: map[Transport]sender{}}
	defer w.close()
	if err := w.connect(); err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() {
		w.senders[SharedMemory].close()
		os.Exit(1)
	})()
	all := newMessages(j.Cell.PayloadBytes)
	for i, m := range all {
		a.control.sums[i] = sum(m.payload())
	}
	a.control.writerReady.Store(1)
	for a.control.readersReady.Load() < uint32(j.Cell.Readers) {
		sleepUntil(shm.NowNs() + 100_000)
	}
	return w.run(all)
}

func (w *writer) connect() error {
	for _, t := range w.job.Cell.transports() {
		var s sender
		var err error
		switch t {
		case SharedMemory:
			s, err = newShmSender(w.job)
		case Limit:
			s, err = newLimitSender(w.job)
		case UnixSocket:
			s = newUnixSender(w.job)
		case ZeroMQ:
			var port uint32
			s, port, err = newZmqSender(w.job)
			w.arena.control.port.Store(port)
		}
		if err != nil {
			return err
		}
		w.senders[t] = s
	}
	return nil
}

func (w *writer) close() {
	for _, s := range w.senders {
		s.close()
	}
}

// turn is one record of a rotation.
type turn struct {
	sender sender
	track  track
}

func (w *writer) run(all [messages]message) error {
	cell := w.job.Cell
	var turns []turn
	for _, t := range cell.rotation() {
		turns = append(turns, turn{sender: w.senders[t], track: w.arena.track(0, t)})
	}
	pace := newPacer(cell, w.arena.control)
	records := int64(0)
	deadline := int64(0)
	for rotation := 0; ; rotation++ {
		if rotation == cell.warmUp() {
			deadline = shm.NowNs() + w.job.BudgetNs
		}
		sampled := rotation >= cell.warmUp()
		last := sampled && shm.NowNs() >= deadline
		if last {
			w.arena.control.rotations.Store(int64(rotation) + 1) // before a record, so that whoever takes that knows
		}
		for i := range turns {
			m := all[records%messages]
			pace.wait(records)
			before := shm.NowNs()
			if err := turns[i].sender.send(m); err != nil {
				return fmt.Errorf("writing record %d: %w", records, err)
			}
			after := shm.NowNs()
			if sampled && cell.Figure == Write {
				turns[i].track.add(after - before)
			}
			records++
		}
		if last {
			pace.wait(records) // the segment stays until everyone has read its last record
			return nil
		}
	}
}
