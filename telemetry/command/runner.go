package command

import (
	"context"
	"sync"

	"lanekeeper/telemetry"
)

// Jobs that may wait in a lane. A stop finds room where others do not.
const (
	laneRoom  = 64
	stopsRoom = 16 // of it
)

// turn is a job, and what is done with its answer.
type turn struct {
	job    *Job
	answer func([]byte) // never waits
}

// runner carries jobs out, those of a lane one after the other.
type runner struct {
	lanes [lanes]chan turn
	done  sync.WaitGroup
}

// newRunner works until ctx ends; wait waits until then.
func newRunner(ctx context.Context) *runner {
	r := &runner{}
	for i := range r.lanes {
		turns := make(chan turn, laneRoom)
		r.lanes[i] = turns
		r.done.Go(func() {
			for {
				select {
				case t := <-turns:
					t.answer(t.job.Run(ctx))
				case <-ctx.Done():
					return
				}
			}
		})
	}
	return r
}

func (r *runner) wait() { r.done.Wait() }

// enter has a job wait for its turn; false if the lane is full.
func (r *runner) enter(t turn) bool {
	turns := r.lanes[t.job.rule.lane]
	if !stops(t.job.request.Command) && len(turns) >= laneRoom-stopsRoom {
		return false
	}
	select {
	case turns <- t:
		return true
	default:
		return false
	}
}

// busy is the answer of a job that found no room.
func busy(j *Job) []byte {
	return j.handler.encode(telemetry.Answer{
		Seq: j.request.Seq, Error: "the vehicle is behind with its commands: give it again", NowNs: j.handler.nowNs(),
	})
}
