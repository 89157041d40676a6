package main

import (
	"errors"
	"fmt"
	"strings"

	"lanekeeper/actuator"
	"lanekeeper/control"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/telemetry/sender"
)

// Ways of arming.
const (
	armManual = "manual"
	armAuto   = "auto"
)

// config is controld's configuration.
type config struct {
	Actuator         string         `yaml:"actuator" flag:"actuator" doc:"What is driven: dry-run, nothing; sim, the simulated vehicle."`
	Arm              string         `yaml:"arm" flag:"arm" oneof:"manual auto" doc:"Who lets the vehicle move: manual, an operator; auto, at once, until an operator disarms or stops, and only where no hardware is driven."`
	DetectionShmName string         `yaml:"detection_shm_name" flag:"detection-shm-name" doc:"Segment that detections are read from."`
	CommandShmName   string         `yaml:"command_shm_name" flag:"command-shm-name" doc:"Segment that commands are written to."`
	Wait             string         `yaml:"wait" oneof:"futex spin adaptive" doc:"How to wait for a detection: futex sleeps, spin keeps a CPU busy, adaptive sleeps until just before it is due."`
	Slots            int            `yaml:"slots" range:"4..1024" doc:"Commands that the segment holds."`
	StateDir         string         `yaml:"state_dir" flag:"state-dir" arg:"directory" doc:"Directory that the emergency stop is remembered in, across restart and reboot."`
	Control          control.Params `yaml:"control"`

	Telemetry sender.ControlConfig `yaml:"telemetry" doc:"What viewers in the network can see, and ask for: docs/telemetry.md."`
}

func defaults() config {
	return config{
		Actuator: actuator.NameDryRun, Arm: armManual, DetectionShmName: msg.DetectionResults, CommandShmName: msg.ControlCommands,
		Wait: shm.Futex.String(), Slots: 16, StateDir: "/var/lib/lanekeeper", Control: control.DefaultParams(),
		Telemetry: sender.DefaultControlConfig(),
	}
}

// Validate checks what the tags cannot say. The section control is asked for itself.
func (c *config) Validate() error {
	var errs []error
	hardware, err := actuator.Hardware(c.Actuator)
	switch {
	case err != nil:
		errs = append(errs, fmt.Errorf("actuator: %w", err))
	case hardware && c.Arm == armAuto:
		errs = append(errs, fmt.Errorf("arm: auto: the actuator %s moves a real vehicle, only an operator arms it: manual", c.Actuator))
	case hardware && c.Control.Clock == control.ClockSource:
		errs = append(errs, fmt.Errorf("control.clock: source: the actuator %s moves a real vehicle, which needs monotonic", c.Actuator))
	}
	if c.DetectionShmName == c.CommandShmName {
		errs = append(errs, fmt.Errorf("command_shm_name: %q is also detection_shm_name, two names are needed", c.CommandShmName))
	}
	if strings.TrimSpace(c.StateDir) == "" {
		errs = append(errs, errors.New("state_dir: empty: a directory is needed to remember an emergency stop in"))
	}
	return errors.Join(errs...)
}
