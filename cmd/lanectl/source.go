package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"lanekeeper/actuator"
	"lanekeeper/control"
	"lanekeeper/daemon"
	"lanekeeper/detect"
	"lanekeeper/drive"
	"lanekeeper/inspect"
	"lanekeeper/sim"
	"lanekeeper/source"
)

func sourceCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := newFlags("source", stderr, "[flags] [camera|sim]",
		"Tells what the installed services see with, or changes it: camera, or sim, the simulator in place of camera and",
		"vehicle. Daemons that run are restarted, so the vehicle is disarmed afterwards; it is refused while armed.")
	var scenario string
	scenarioFlag(fs, &scenario)
	if err := parseFlags(fs, args, true); err != nil {
		return err
	}
	s := &source.Switch{
		UnitDir: "/etc/systemd/system", Vendor: "/lib/systemd/system", File: "/etc/lanekeeper/source.env",
		Systemctl: func(ctx context.Context, args ...string) error { return systemctl(ctx, stderr, args...) },
	}
	switch choice := fs.Arg(0); {
	case fs.NArg() > 1 || choice != "sim" && scenario != "" || choice != "" && choice != "sim" && choice != "camera":
		return usageError{errors.New("source: camera or sim expected, --scenario with sim alone")}
	case choice == "":
		return showSource(stdout, s)
	case os.Geteuid() != 0:
		return fmt.Errorf("choosing the source: only root may: sudo lanectl source %s", choice)
	case choice == "camera":
		if err := standing(ctx); err != nil {
			return err
		}
		if err := s.Camera(ctx); err != nil {
			return err
		}
	default:
		environment, err := simulated(scenario)
		if err != nil {
			return err
		}
		if err := standing(ctx); err != nil {
			return err
		}
		if err := s.Sim(ctx, environment); err != nil {
			return err
		}
	}
	return showSource(stdout, s)
}

// simulated is what the daemons are to know of a scenario.
func simulated(scenario string) ([]string, error) {
	if scenario == "" {
		scenario = sim.DefaultScenario
	}
	if strings.ContainsAny(scenario, "./") {
		path, err := filepath.Abs(scenario)
		if err != nil {
			return nil, fmt.Errorf("choosing the simulator: %w", err)
		}
		scenario = path
	}
	s, err := sim.Load(scenario)
	if err != nil {
		return nil, err
	}
	steer, err := drive.ControlParams(s, false)
	if err != nil {
		return nil, err
	}
	simulator, err := daemon.Environ("lane-sim", struct {
		Scenario string `yaml:"scenario"`
	}{scenario})
	if err != nil {
		return nil, err
	}
	detector, err := daemon.Environ("lane-detectd", struct {
		Detect detect.Params `yaml:"detect"`
	}{drive.DetectParams(s)})
	if err != nil {
		return nil, err
	}
	controller, err := daemon.Environ("controld", struct {
		Actuator string         `yaml:"actuator"`
		Control  control.Params `yaml:"control"`
	}{actuator.NameSim, steer})
	return append(append(simulator, detector...), controller...), err
}

// standing refuses while the vehicle may move.
func standing(ctx context.Context) error {
	for _, d := range inspect.Look(ctx, daemon.Place{RunDir: daemon.DefaultRunDir, ShmDir: daemon.DefaultShmDir}).Daemons {
		var detail struct {
			Armed bool `json:"armed"`
		}
		if d.Detail != nil && json.Unmarshal(d.Detail, &detail) == nil && detail.Armed {
			return errors.New("choosing the source: the vehicle is armed: lanectl disarm first")
		}
	}
	return nil
}

func showSource(w io.Writer, s *source.Switch) error {
	unit, environment, err := s.Current()
	if err != nil {
		return err
	}
	text := unit
	for _, e := range environment {
		if scenario, ok := strings.CutPrefix(e, "LANEKEEPER_LANE_SIM_SCENARIO="); ok {
			text += ", scenario " + scenario
		}
	}
	_, err = fmt.Fprintln(w, text)
	return err
}

// systemctl runs it. What it says goes to stderr; that a unit is not active is an error too.
func systemctl(ctx context.Context, stderr io.Writer, args ...string) error {
	c := exec.CommandContext(ctx, "systemctl", args...)
	c.Stderr = stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("systemctl %s: %w", strings.Join(args, " "), err)
	}
	return nil
}
