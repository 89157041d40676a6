package control

import (
	"math"

	"lanekeeper/msg"
)

// Step takes what is new and gives the command for it.
//
// A tick that finds everything in order repeats the command before it, byte for byte: a command is as old as the detection
// it answers, so that its validity ends 100 ms after that even if the ticks go on. Only the command for a lock-step source
// judged by its own time, which does not age while the source pauses, is given out with new validity.
func (c *Controller) Step(in Input) msg.Command {
	if in.Detection != nil {
		c.nowNs = max(c.nowNs, in.NowNs)
		c.take(&in)
	}
	if in.ActuatorFailed {
		c.gate.fail(msg.ReasonActuator, c.judgedNs())
	}
	c.pass(in.NowNs)

	moved := c.command.Mode == msg.ModeActive || c.command.Mode == msg.ModeDegraded
	switch {
	case !c.gate.moves():
		mode, reason := c.gate.halted()
		c.command = c.neutral(&in, mode, reason)
	case in.Detection != nil:
		c.command = c.drive(&in)
	case !moved:
		// Armed or resumed since the last detection: the next one starts.
		c.command = c.neutral(&in, c.command.Mode, c.command.Reason)
	case c.gate.virtual:
		c.command.ValidUntilNs = c.nowNs + int64(c.params.Gate.ValidFor)
	}
	return c.command
}

// pass lets time pass up to nowNs.
func (c *Controller) pass(nowNs int64) {
	c.nowNs = max(c.nowNs, nowNs)
	c.gate.watch(&c.params.Gate, c.judgedNs())
	if c.gate.helm.watch(&c.params.Gate, c.nowNs) {
		c.gate.armed = false
	}
}

// judgedNs is now on the clock that the gate goes by.
func (c *Controller) judgedNs() int64 {
	if c.gate.virtual {
		return c.gate.captureNs
	}
	return c.nowNs
}

// take checks a detection and moves everything that is remembered on by it.
func (c *Controller) take(in *Input) {
	d, p := in.Detection, &c.params
	interval, restarted, gap := c.pace.advance(d)
	if restarted {
		c.tracker, c.doubt = tracker{}, doubt{}
	}
	if gap {
		c.steering.forget()
	}
	c.interval, c.speedMps = interval, p.Speed.CruiseMps
	if in.SpeedMps >= 0 && finite(in.SpeedMps) {
		c.speedMps = in.SpeedMps
	}
	virtual := p.Clock == ClockSource && d.Flags&msg.DetectionLockstep != 0
	fault := c.gate.arrive(&p.Gate, d, in.PublishNs, c.nowNs, restarted, virtual)

	lane, why := c.tracker.analyse(p, d, interval, p.Steering.lookahead(c.speedMps))
	c.sees = why == msg.ReasonNone
	switch why {
	case msg.ReasonNone:
		c.lane = lane
		c.doubt.see(&p.Lane, &lane, interval, c.speedMps)
	case msg.ReasonLaneLost, msg.ReasonLowConfidence:
		if c.doubt.miss(&p.Lane, why, interval, c.speedMps) && c.gate.moves() {
			why = msg.ReasonNone
		}
	}
	if fault == msg.ReasonNone {
		fault = why
	}
	switch {
	case fault != msg.ReasonNone:
		c.gate.fail(fault, c.judgedNs())
	case c.sees:
		c.gate.pass(&p.Gate)
	}
}

// drive is the command of a vehicle that may move.
func (c *Controller) drive(in *Input) msg.Command {
	p, dtS := &c.params, c.interval.Seconds()
	mode, reason := c.doubt.mode()
	if c.sees {
		c.steering.follow(&p.Steering, p.Vehicle, &c.lane, dtS)
	} else {
		c.steering.hold(&p.Steering, p.Vehicle, dtS)
	}
	target := p.Speed.target(max(math.Abs(c.steering.curvature), math.Abs(p.Vehicle.Curvature(c.steering.output))))
	target *= p.Speed.caution(&p.Lane, mode == msg.ModeDegraded, c.doubt.confidence)
	c.throttle = p.Speed.throttle(c.throttle, target, in.SpeedMps, dtS)

	out := c.blank(in, mode, reason)
	out.Steering, out.Throttle = c.steering.output, c.throttle
	return out
}

// neutral is the command of a vehicle that may not. Nothing of the steering's past outlives it.
func (c *Controller) neutral(in *Input, mode msg.Mode, reason msg.Reason) msg.Command {
	c.steering, c.throttle = steering{}, 0
	out := c.blank(in, mode, reason)
	switch {
	case reason == msg.ReasonEmergency:
		out.Brake = c.params.Speed.EmergencyBrake
	case mode == msg.ModeStopped:
		out.Brake = c.params.Speed.StopBrake
	}
	return out
}

// blank is a neutral command with all but the drive filled in.
func (c *Controller) blank(in *Input, mode msg.Mode, reason msg.Reason) msg.Command {
	out := msg.Neutral(mode, reason)
	out.CommandNs, out.ValidUntilNs = c.nowNs, c.nowNs+int64(c.params.Gate.ValidFor)
	if finite(in.SpeedMps) {
		out.SpeedMps = in.SpeedMps
	}
	if d := in.Detection; d != nil {
		out.FrameID, out.CaptureNs, out.SourceNs = d.FrameID, d.CaptureNs, d.SourceNs
		if c.sees {
			out.OffsetM, out.HeadingRad, out.Confidence, out.Departure = c.lane.OffsetM, c.lane.HeadingRad, c.lane.Confidence, c.lane.Departure
		}
	}
	return out
}
