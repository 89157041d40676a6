package bench

import (
	"fmt"

	"lanekeeper/shm"
)

// reader is a reading process of a cell.
type reader struct {
	job       job
	arena     *arena
	receivers map[Transport]receiver
}

// readRecords connects the transports and takes records from each in turn, in the order in which the writer publishes them.
func readRecords(j job, a *arena) error {
	for a.control.writerReady.Load() == 0 {
		sleepUntil(shm.NowNs() + 100_000)
	}
	r := &reader{job: j, arena: a, receivers: map[Transport]receiver{}}
	defer r.close()
	if err := r.connect(); err != nil {
		return err
	}
	a.control.readersReady.Add(1)
	return r.run()
}

func (r *reader) connect() error {
	for _, t := range r.job.Cell.transports() {
		var c receiver
		var err error
		switch t {
		case SharedMemory:
			c, err = newShmReceiver(r.job)
		case Limit:
			c, err = newLimitReceiver(r.job)
		case UnixSocket:
			c = newUnixReceiver(r.job)
		case ZeroMQ:
			c, err = newZmqReceiver(r.job, r.arena.control.port.Load())
		}
		if err != nil {
			return err
		}
		r.receivers[t] = c
	}
	return nil
}

func (r *reader) close() {
	for _, c := range r.receivers {
		c.close()
	}
}

// stop is one record of a rotation.
type stop struct {
	receiver receiver
	track    track
}

func (r *reader) run() error {
	cell := r.job.Cell
	var stops []stop
	for _, t := range cell.rotation() {
		stops = append(stops, stop{receiver: r.receivers[t], track: r.arena.track(r.job.Reader+1, t)})
	}
	control := r.arena.control
	taken := &control.taken[r.job.Reader].n
	records := int64(0)
	for rotation := 0; ; rotation++ {
		sampled := rotation >= cell.warmUp()
		for i := range stops {
			ns, total, err := stops[i].receiver.receive()
			if err != nil {
				return fmt.Errorf("reading record %d: %w", records, err)
			}
			if cell.Figure == Delivery && total != control.sums[records%messages] {
				return fmt.Errorf("reading record %d: its bytes sum up to %d, not %d", records, total, control.sums[records%messages])
			}
			if sampled && cell.Figure != Write {
				stops[i].track.add(ns)
			}
			records++
			taken.Store(records)
		}
		if control.rotations.Load() == int64(rotation)+1 {
			return nil
		}
	}
}
