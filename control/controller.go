package control

import (
	"errors"
	"fmt"
	"time"

	"lanekeeper/msg"
)

// Errors of Arm, and of the orders of people at a distance.
var (
	ErrEmergency = errors.New("emergency stop is set: clear it on the vehicle first")
	ErrNotReady  = errors.New("the inputs are not good")
	ErrEnding    = errors.New("the controller is shutting down")
)

// Controller steers one vehicle. It is not safe for use by several goroutines at once.
type Controller struct {
	params   Params
	gate     gate
	pace     pace
	tracker  tracker
	doubt    doubt
	steering steering
	throttle float64

	nowNs    int64
	interval time.Duration // since the detection before, by the source's time
	speedMps float64       // as measured, else as assumed
	lane     Lane          // of the last detection that showed one
	sees     bool          // the last detection is that one
	command  msg.Command
}

// New is a disarmed controller.
func New(p Params) (*Controller, error) {
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("making a controller: %w", err)
	}
	return &Controller{params: p, gate: newGate(), command: msg.Neutral(msg.ModeStandby, msg.ReasonDisarmed)}, nil
}

// SetParams changes the parameters, while driving too. What was learned under another vehicle, lane or steering law is
// dropped; the clock changes only while disarmed.
func (c *Controller) SetParams(p Params) error {
	if err := p.Validate(); err != nil {
		return fmt.Errorf("changing parameters: %w", err)
	}
	if p.Clock != c.params.Clock && c.gate.armed {
		return fmt.Errorf("changing parameters: clock from %s to %s while armed: disarm first", c.params.Clock, p.Clock)
	}
	if p.Vehicle != c.params.Vehicle || p.Lane.WidthM != c.params.Lane.WidthM {
		c.tracker = tracker{}
	}
	if p.Steering.Controller != c.params.Steering.Controller {
		c.steering.integral = 0
	}
	c.params = p
	return nil
}

// Arm lets the vehicle move from the next good detection on. It refuses while an input is bad, so that nothing starts to
// move of itself when a camera comes up later. It is an order given at the vehicle: a pause and a lost link end, and an
// operator who has control keeps it.
func (c *Controller) Arm(nowNs int64) error {
	if err := c.arm(nowNs); err != nil {
		return err
	}
	c.gate.helm.letGo()
	return nil
}

// Rearm is Arm where no person asks for it: a pause and a lost link last, and after one that ran out it refuses.
func (c *Controller) Rearm(nowNs int64) error {
	c.pass(nowNs)
	if c.gate.helm.ranOut {
		return fmt.Errorf("arming: %w", ErrRanOut)
	}
	return c.arm(nowNs)
}

func (c *Controller) arm(nowNs int64) error {
	c.pass(nowNs)
	switch {
	case c.gate.ending:
		return fmt.Errorf("arming: %w: %w", ErrEnding, ErrNotReady)
	case c.gate.emergency:
		return fmt.Errorf("arming: %w", ErrEmergency)
	case c.gate.failure != msg.ReasonNone:
		return fmt.Errorf("arming: %w: %v", ErrNotReady, c.gate.failure)
	}
	c.gate.armed = true
	return nil
}

// Disarm lets the vehicle move no more, and ends an operator's control, a pause and a lost link. Like EmergencyStop, Shutdown
// and Pause it takes effect with the next Step, which the caller makes at once.
func (c *Controller) Disarm() {
	c.gate.armed = false
	c.gate.helm.release()
}

// EmergencyStop disarms and holds the vehicle until ClearEmergency, after which it has to be armed anew.
func (c *Controller) EmergencyStop() {
	c.gate.emergency = true
	c.Disarm()
}

// ClearEmergency ends an emergency stop. The vehicle stays disarmed.
func (c *Controller) ClearEmergency() { c.gate.emergency = false }

// Shutdown disarms for good.
func (c *Controller) Shutdown() {
	c.gate.ending = true
	c.Disarm()
}

// ResetTracking forgets what was learned of the lane and of the steering's lasting error, while driving too. Time driven
// blind is not forgiven.
func (c *Controller) ResetTracking() {
	c.tracker = tracker{}
	c.steering.integral = 0
	c.steering.forget()
}

// NextDeadlineNs is when Step must be called at the latest, on CLOCK_MONOTONIC, even if no detection comes;
// math.MaxInt64 when time alone changes nothing. Calling at that very nanosecond stops the vehicle if it has to.
func (c *Controller) NextDeadlineNs() int64 {
	return min(c.gate.deadline(&c.params.Gate), c.gate.helm.deadline(&c.params.Gate))
}
