package control

import (
	"errors"
	"fmt"

	"lanekeeper/msg"
)

// Errors of the orders of people at a distance.
var (
	ErrDisarmed  = errors.New("the vehicle is disarmed: arm it on the vehicle")
	ErrRanOut    = errors.New("a pause or a lost link lasted past its limit: arm it on the vehicle")
	ErrOvertaken = errors.New("the vehicle was stopped after this was asked for: ask again")
	ErrNotHolder = errors.New("control is not with you: take it first")
)

// HeldError says that somebody else has control.
type HeldError struct{ Operator string }

func (e *HeldError) Error() string {
	return e.Operator + " has control: wait until it is given back, or disarm on the vehicle"
}

// Pause stops the vehicle, which stays armed, until Resume or Arm. It is never refused.
func (c *Controller) Pause(nowNs int64) {
	c.pass(nowNs)
	c.gate.helm.pause(c.nowNs)
}

// Resume ends a pause and a lost link: the vehicle drives on from the next good detection on. While somebody has control only
// that one's id may; the empty id is that of a person at the vehicle, who always may. It was asked for at askedNs, ns of
// CLOCK_MONOTONIC and possibly before the last Step: what was paused or lost since then, it cannot have meant.
func (c *Controller) Resume(askedNs int64, id string) error {
	const doing = "resuming: %w"
	if err := c.May(askedNs, id); err != nil {
		return fmt.Errorf(doing, err)
	}
	switch {
	case c.gate.ending:
		return fmt.Errorf(doing, ErrEnding)
	case c.gate.emergency:
		return fmt.Errorf(doing, ErrEmergency)
	case !c.gate.armed && c.gate.helm.ranOut:
		return fmt.Errorf(doing, ErrRanOut)
	case !c.gate.armed:
		return fmt.Errorf(doing, ErrDisarmed)
	case c.gate.helm.holds() != msg.ReasonNone && askedNs < c.gate.helm.heldNs:
		return fmt.Errorf(doing, ErrOvertaken)
	}
	c.gate.helm.letGo()
	return nil
}

// May tells by its error, a *HeldError, that somebody other than id has control. The empty id is that of a person at the
// vehicle, who always may.
func (c *Controller) May(nowNs int64, id string) error {
	c.pass(nowNs)
	if h := &c.gate.helm; h.id != "" && id != "" && id != h.id {
		return &HeldError{Operator: h.name}
	}
	return nil
}

// TakeControl gives control to an operator at a distance, known by id and called name. From nowNs on, ns of CLOCK_MONOTONIC and
// possibly before the last Step, KeepControl must be heard again and again, or the vehicle stops; see GateParams.LinkTimeout.
// Neither a pause nor a lost link ends. Taking what one has already keeps it.
func (c *Controller) TakeControl(nowNs int64, id, name string) error {
	if id == "" || name == "" {
		return errors.New("taking control: an operator without id or name")
	}
	if err := c.May(nowNs, id); err != nil {
		return fmt.Errorf("taking control: %w", err)
	}
	if c.gate.ending {
		return fmt.Errorf("taking control: %w", ErrEnding)
	}
	h := &c.gate.helm
	h.id, h.name = id, name
	h.keep(nowNs)
	return nil
}

// KeepControl says that the operator who has control was heard of at nowNs. An error means that control is lost.
func (c *Controller) KeepControl(nowNs int64, id string) error {
	c.pass(nowNs)
	if err := c.holder(id); err != nil {
		return fmt.Errorf("keeping control: %w", err)
	}
	c.gate.helm.keep(nowNs)
	return nil
}

// GiveControl ends an operator's control. The vehicle goes on with what it does, now without being watched over the link.
func (c *Controller) GiveControl(nowNs int64, id string) error {
	c.pass(nowNs)
	if err := c.holder(id); err != nil {
		return fmt.Errorf("giving control back: %w", err)
	}
	c.gate.helm.id, c.gate.helm.name = "", ""
	return nil
}

// holder refuses everybody but the one who has control.
func (c *Controller) holder(id string) error {
	h := &c.gate.helm
	switch {
	case id != "" && id == h.id:
		return nil
	case h.id != "":
		return &HeldError{Operator: h.name}
	case h.lost:
		return fmt.Errorf("the link was lost: %w", ErrNotHolder)
	}
	return ErrNotHolder
}
