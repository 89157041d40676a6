package bench

import (
	"fmt"
	"runtime"

	"lanekeeper/shm"
)

// write connects the transports and publishes records on each in turn until the time is up.
func (p *process) write() error {
	senders := map[Transport]sender{}
	defer func() {
		p.segment.Store(nil)
		for _, s := range senders {
			s.close()
		}
	}()
	for _, t := range p.job.Member.transports(p.job.Step) {
		s, err := p.sender(t)
		if err != nil {
			return err
		}
		senders[t] = s
	}
	all := newMessages(p.job.Step.PayloadBytes)
	runtime.GC() // what the last visit left
	control := p.arena.control
	for i, m := range all {
		control.sums[i] = sum(m.payload())
	}
	control.writerReady.Store(1)
	for control.readersReady.Load() < uint32(len(p.job.Step.members()))-1 {
		sleepUntil(shm.NowNs() + 100_000)
	}
	return p.publish(senders, all)
}

func (p *process) sender(t Transport) (sender, error) {
	switch t {
	case SharedMemory:
		s, err := newShmSender(p.job)
		if err == nil {
			p.segment.Store(s)
		}
		return s, err
	case Limit:
		return newLimitSender(p.job)
	case UnixSocket:
		return newUnixSender(p.job), nil
	default:
		s, port, err := newZmqSender(p.job)
		p.arena.control.port.Store(port)
		return s, err
	}
}

// sending is one record of a rotation.
type sending struct {
	sender sender
	role   role // of the readers
	track  track
}

func (p *process) publish(senders map[Transport]sender, all [messages]message) error {
	step, control := p.job.Step, p.arena.control
	var turns []sending
	for _, t := range step.rotation() {
		turns = append(turns, sending{sender: senders[t], role: step.role(t), track: p.arena.track(p.job.Member, t)})
	}
	pace := newPacer(step, control)
	records, deadline := int64(0), int64(0)
	for rotation := 0; ; rotation++ {
		if rotation == step.warmUp() {
			deadline = shm.NowNs() + int64(step.Budget)
		}
		sampled := rotation >= step.warmUp()
		last := sampled && shm.NowNs() >= deadline
		if last {
			control.rotations.Store(int64(rotation) + 1) // before a record, so that whoever takes that knows
		}
		for i := range turns {
			m := all[records%messages]
			pace.wait()
			before := shm.NowNs()
			if err := turns[i].sender.send(m); err != nil {
				return fmt.Errorf("writing record %d: %w", records, err)
			}
			after := shm.NowNs()
			if sampled && step.Figure == Write {
				turns[i].track.add(after - before)
			}
			records++
			pace.sent(turns[i].role, records)
		}
		if last {
			pace.wait() // the segment stays until everyone has read its last record
			return nil
		}
	}
}
