package bench

import (
	"fmt"
	"runtime"

	"lanekeeper/shm"
)

// read connects the transports and takes records from each in turn, in the order in which the writer publishes them.
func (p *process) read() error {
	receivers := map[Transport]receiver{}
	defer func() {
		for _, r := range receivers {
			r.close()
		}
	}()
	control := p.arena.control
	for control.writerReady.Load() == 0 {
		sleepUntil(shm.NowNs() + 100_000)
	}
	for _, t := range p.job.Member.transports(p.job.Step) {
		r, err := p.receiver(t)
		if err != nil {
			return err
		}
		receivers[t] = r
	}
	runtime.GC() // what the last visit left
	control.readersReady.Add(1)
	return p.take(receivers)
}

func (p *process) receiver(t Transport) (receiver, error) {
	switch t {
	case SharedMemory:
		return newShmReceiver(p.job)
	case Limit:
		return newLimitReceiver(p.job)
	case UnixSocket:
		return newUnixReceiver(p.job), nil
	default:
		return newZmqReceiver(p.job, p.arena.control.port.Load())
	}
}

// receiving is one record of a rotation; receiver is nil for a transport that another process reads.
type receiving struct {
	receiver receiver
	track    track
}

func (p *process) take(receivers map[Transport]receiver) error {
	step, member, control := p.job.Step, p.job.Member, p.arena.control
	var turns []receiving
	for _, t := range step.rotation() {
		turns = append(turns, receiving{receiver: receivers[t], track: p.arena.track(member, t)})
	}
	taken := &control.taken[member.Role][member.Index].n
	records := int64(0)
	for rotation := 0; ; rotation++ {
		sampled := rotation >= step.warmUp()
		for i := range turns {
			records++
			if turns[i].receiver == nil {
				continue
			}
			ns, total, err := turns[i].receiver.receive()
			if err != nil {
				return fmt.Errorf("reading record %d: %w", records, err)
			}
			if want := control.sums[(records-1)%messages]; step.Figure == Delivery && total != want {
				return fmt.Errorf("reading record %d: its bytes sum up to %d, not %d", records, total, want)
			}
			if sampled && step.Figure != Write {
				turns[i].track.add(ns)
			}
			taken.Store(records)
		}
		if control.rotations.Load() == int64(rotation)+1 {
			return nil
		}
	}
}
