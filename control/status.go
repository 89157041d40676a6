package control

import "lanekeeper/msg"

// Status is what a controller knows, for people.
type Status struct {
	Mode      msg.Mode
	Reason    msg.Reason
	Inputs    msg.Reason // why the inputs are not good, armed or not; ReasonNone when Arm would be granted
	Armed     bool
	Emergency bool
	Paused    bool
	LinkLost  bool
	RanOut    bool    // a pause or a lost link lasted past its limit: only Arm lets the vehicle move again
	Operator  string  // who has control from afar; "" nobody
	RateHz    float64 // of the last detections; 0 unknown
	Lane      Lane    // of the last detection that showed one
	ErrorM    float64 // at the lookahead; left of the vehicle is positive
	IntegralM float64 // error that the integral stands for
}

// Status is the controller's state after its last Step.
func (c *Controller) Status() Status {
	h := &c.gate.helm
	return Status{
		Mode: c.command.Mode, Reason: c.command.Reason, Inputs: c.gate.failure, Armed: c.gate.armed, Emergency: c.gate.emergency,
		Paused: h.paused, LinkLost: h.lost, RanOut: h.ranOut, Operator: h.name,
		RateHz: c.gate.cadence.hz(), Lane: c.lane, ErrorM: c.steering.errorM, IntegralM: c.steering.integral,
	}
}

// Params are the parameters in force.
func (c *Controller) Params() Params { return c.params }
