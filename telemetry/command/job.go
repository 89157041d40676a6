package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"lanekeeper/telemetry"
)

// carryTime bounds the wait for the vehicle. It is less than AnswerTime, so that the client gets to read what is wrong.
const carryTime = 800 * time.Millisecond

// Job is a request that was let in and waits for its turn.
type Job struct {
	handler *Handler
	peer    Peer
	request telemetry.Request
	rule    rule
	session *session
	setting telemetry.Setting
	stopped uint64 // pauses and stops that were let in until then
}

// Run carries the command out, and returns the answer.
func (j *Job) Run(ctx context.Context) []byte {
	h := j.handler
	result, err := any(nil), j.timely()
	late := err != nil
	if !late {
		ctx, cancel := context.WithTimeout(ctx, carryTime)
		defer cancel()
		result, err = j.carry(ctx)
	}
	fields := []zap.Field{zap.String("key", j.peer.Name), zap.String("command", j.request.Command)}
	if j.setting.Daemon != "" {
		fields = append(fields, zap.String("daemon", j.setting.Daemon), zap.Any("values", j.setting.Values))
	}
	switch {
	case err == nil && j.rule.hush:
	case err == nil:
		h.log.Info("a command from afar was carried out", append(fields, idDone.Field())...)
	case late || j.rule.hush:
		return h.refuse(j.peer, j.request, err)
	case stops(j.request.Command):
		h.log.Error("a command from afar to stop was not carried out", append(fields, idFailed.Field(), zap.Error(err))...)
	default:
		h.log.Warn("a command from afar was refused", append(fields, idRefused.Field(), zap.Error(err))...)
	}
	if err != nil {
		return h.encode(telemetry.Answer{Seq: j.request.Seq, Error: err.Error(), NowNs: h.nowNs()})
	}
	return h.done(j.request, result)
}

// fresh refuses a request that the network, or our own queue, has held back.
func (j *Job) fresh(nowNs int64) error {
	if !j.rule.aged {
		return nil
	}
	age := time.Duration(nowNs - j.request.AtNs)
	switch {
	case j.request.AtNs <= 0:
		return fmt.Errorf("%s needs at_ns, when it was made by the vehicle's clock", j.request.Command)
	case age > telemetry.MaxAge:
		return fmt.Errorf("%s came too late: it was made %v ago, at most %v is allowed; give it again",
			j.request.Command, age.Round(time.Millisecond), telemetry.MaxAge)
	case age < -telemetry.MaxAge:
		return fmt.Errorf("%s was made in the future, by %v: its clock is not the vehicle's", j.request.Command, (-age).Round(time.Millisecond))
	}
	return nil
}

// timely refuses what waited too long for its turn, or was overtaken by a stop: an operator who stops the vehicle does not expect
// an earlier command to let it go on afterwards.
func (j *Job) timely() error {
	h := j.handler
	if err := j.fresh(h.nowNs()); err != nil {
		return err
	}
	if c := j.request.Command; c != telemetry.CommandResume && c != telemetry.CommandTake {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped != j.stopped {
		return errors.New("the vehicle was stopped meanwhile; give the command again")
	}
	return nil
}

// carry hands the command to the vehicle.
func (j *Job) carry(ctx context.Context) (any, error) {
	v, by, id := j.handler.vehicle, j.peer.Name, j.session.operator
	switch j.request.Command {
	case telemetry.CommandStop:
		return nil, v.Stop(ctx, by)
	case telemetry.CommandPause:
		return nil, v.Pause(ctx, by)
	case telemetry.CommandResume:
		return nil, v.Resume(ctx, by, id, j.request.AtNs)
	case telemetry.CommandTake:
		return nil, v.Take(ctx, by, id)
	case telemetry.CommandKeep:
		return nil, v.Keep(ctx, by, id)
	case telemetry.CommandGive:
		return nil, v.Give(ctx, by, id)
	case telemetry.CommandReset:
		return nil, v.Reset(ctx, by, id)
	case telemetry.CommandParams:
		return v.Params(ctx)
	case telemetry.CommandSet:
		if err := v.May(ctx, by, id); err != nil {
			return nil, err
		}
		changed, err := v.Set(ctx, j.setting)
		if changed == nil {
			changed = []string{}
		}
		return telemetry.Changed{Changed: changed}, err
	}
	return nil, fmt.Errorf("there is no command %q", short(j.request.Command))
}

// Handle decides about a request and carries it out.
func (h *Handler) Handle(ctx context.Context, p Peer, message []byte) []byte {
	answer, job := h.Admit(p, message)
	if job != nil {
		answer = job.Run(ctx)
	}
	return answer
}
