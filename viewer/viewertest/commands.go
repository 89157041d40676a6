package viewertest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"lanekeeper/telemetry"
)

// Do carries a command out, at once.
func (v *Vehicle) Do(_ context.Context, command string, args json.RawMessage) (telemetry.Answer, error) {
	v.mu.Lock()
	v.given = append(v.given, command)
	result, refused := v.carryOut(command, args)
	v.mu.Unlock()
	if refused != nil {
		return telemetry.Answer{Error: refused.Error()}, nil
	}
	severity := telemetry.Info
	if command == telemetry.CommandStop {
		severity = telemetry.Error
	}
	v.say(severity, telemetry.EventOrder, command, "test")
	return telemetry.Answer{OK: true, Result: result}, nil
}

// carryOut changes the state; the caller holds mu.
func (v *Vehicle) carryOut(command string, args json.RawMessage) (json.RawMessage, error) {
	s := &v.state
	switch command {
	case telemetry.CommandPause:
		s.paused = true
	case telemetry.CommandResume:
		if s.stopped {
			return nil, fmt.Errorf("the emergency stop is set: lanectl estop --clear, on the vehicle")
		}
		s.paused, s.lost = false, false
	case telemetry.CommandTake:
		s.operator = "test"
	case telemetry.CommandGive:
		s.operator = ""
	case telemetry.CommandStop:
		s.stopped, s.operator = true, ""
	case telemetry.CommandSet:
		return v.setParams(args)
	}
	return nil, nil
}

func (v *Vehicle) setParams(args json.RawMessage) (json.RawMessage, error) {
	var setting telemetry.Setting
	if err := json.Unmarshal(args, &setting); err != nil {
		return nil, fmt.Errorf("set: %w", err)
	}
	v.ownParams()
	var changed []string
	for name, value := range setting.Values {
		i := slices.IndexFunc(v.params, func(p telemetry.Param) bool { return p.Daemon == setting.Daemon && p.Name == name })
		if i < 0 || !v.params[i].Live {
			return nil, fmt.Errorf("%s: %s cannot be changed while running", setting.Daemon, name)
		}
		v.params[i].Value = value
		changed = append(changed, name)
	}
	return json.Marshal(telemetry.Changed{Changed: changed})
}

// Keep takes note that the viewer is there.
func (v *Vehicle) Keep(context.Context) (telemetry.Answer, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.kept++
	if v.keepLost || v.state.operator == "" {
		return telemetry.Answer{Error: "control is not yours"}, nil
	}
	return telemetry.Answer{OK: true}, nil
}

// Params are a few, of both daemons.
func (v *Vehicle) Params(context.Context) ([]telemetry.Param, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ownParams()
	return slices.Clone(v.params), nil
}

// ownParams makes the list at first use; the caller holds mu.
func (v *Vehicle) ownParams() {
	if v.params != nil {
		return
	}
	v.params = []telemetry.Param{
		{
			Daemon: "controld", Name: "control.steering.lookahead_min", Value: 6.0, Default: 6.0, Allowed: "a number from 0.1 to 50 (m)",
			Unit: "m", Min: "0.1", Max: "50", Doc: "The nearest point that is steered for.", Live: true,
		},
		{
			Daemon: "controld", Name: "control.speed.limit", Value: 0.5, Default: 0.5, Allowed: "a number from 0 to 1", Min: "0", Max: "1",
			Doc: "The most throttle.", Live: true,
		},
		{
			Daemon: "controld", Name: "actuator.name", Value: "sim", Default: "dry-run", Allowed: "one of sim, dry-run",
			OneOf: []string{"sim", "dry-run"}, Doc: "What is driven.",
		},
		{
			Daemon: "lane-detectd", Name: "detect.confidence_min", Value: 0.3, Default: 0.3, Allowed: "a number from 0 to 1", Min: "0", Max: "1",
			Doc: "Lines below it are not shown.", Live: true,
		},
		{
			Daemon: "lane-detectd", Name: "detect.hold", Value: "300ms", Default: "300ms", Allowed: "a duration from 0s to 2s", Min: "0s", Max: "2s",
			Doc: "How long a line is carried on that is not seen.", Live: true,
		},
	}
}

// Given lists the commands that came, in their order.
func (v *Vehicle) Given() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.given)
}

// Kept counts the keeps that came.
func (v *Vehicle) Kept() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.kept
}
