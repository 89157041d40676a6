package drive

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"lanekeeper/actuator"
	"lanekeeper/camera"
	"lanekeeper/control"
	"lanekeeper/daemon"
	"lanekeeper/detect"
	"lanekeeper/sim"
	"lanekeeper/telemetry/sender"
)

// The daemons of a pipeline, in the order in which data passes them.
const (
	nameSim    = "lane-sim"
	nameCamera = "camerad"
	nameDetect = "lane-detectd"
	nameSteer  = "controld"
)

// DetectParams are a detector's parameters for a scenario: its defaults, with the camera and the lane that the simulator has.
func DetectParams(s *sim.Scenario) detect.Params {
	p := detect.DefaultParams()
	p.Camera = detect.Camera{HFOVDeg: s.Camera.HFOVDeg, HeightM: s.Camera.HeightM, PitchDeg: s.Camera.PitchDeg, ForwardM: s.Camera.ForwardM}
	p.LaneWidthM, p.VehicleWidthM = s.Lane.WidthM, s.Vehicle.WidthM
	return p
}

// fastMps tells a motorway from a country road, smallM a model from a car.
const (
	fastMps = 20
	smallM  = 0.5
)

// ControlParams are a controller's parameters for a scenario: the nearest preset, with the scenario's vehicle and lane.
func ControlParams(s *sim.Scenario, lockstep bool) (control.Params, error) {
	preset := control.PresetRoad
	switch {
	case s.Vehicle.WheelbaseM < smallM:
		preset = control.PresetModel
	case s.Vehicle.CruiseSpeedMps >= fastMps:
		preset = control.PresetHighway
	}
	p, err := control.Preset(preset)
	if err != nil {
		return p, err
	}
	p.Vehicle = control.Vehicle{
		WheelbaseM: s.Vehicle.WheelbaseM, WidthM: s.Vehicle.WidthM, MaxSteerRad: s.Vehicle.MaxSteerRad,
	}
	p.Lane.WidthM = s.Lane.WidthM
	p.Speed.CruiseMps, p.Speed.CruiseThrottle = s.Vehicle.CruiseSpeedMps, s.Vehicle.CruiseThrottle()
	if lockstep {
		p.Clock = control.ClockSource
	}
	return p, nil
}

// recordingHold gives a recording's readers time: its frames are wanted, all of them.
const recordingHold = 500 * time.Millisecond

// order is how to start one daemon.
type order struct {
	name string
	args []string
}

// plan is how to start all of them. Their configuration files go to dir, where their sockets will be too. Without a show there
// is no telemetry.
func plan(o *Options, place daemon.Place, s *show) ([]order, error) {
	common := []string{"--prefix", place.Prefix, "--run-dir", place.RunDir}
	if o.ShmDir != "" {
		common = append(common, "--shm-dir", o.ShmDir)
	}
	find, steer, act := detect.DefaultParams(), control.DefaultParams(), actuator.NameDryRun
	var first order
	if o.Source != "" {
		file, err := configFile(place, nameCamera, struct {
			Hold   time.Duration `yaml:"hold"`
			Camera camera.Config `yaml:"camera"`
		}{recordingHold, o.recording()})
		if err != nil {
			return nil, err
		}
		first = order{name: nameCamera, args: []string{"--config", file}}
	} else {
		scenario, err := sim.Load(o.Scenario)
		if err != nil {
			return nil, err
		}
		if find, act = DetectParams(scenario), actuator.NameSim; o.DistanceM == 0 && o.Duration == 0 {
			if o.DistanceM, err = lap(scenario); err != nil {
				return nil, err
			}
		}
		if steer, err = ControlParams(scenario, o.Lockstep); err != nil {
			return nil, err
		}
		first = order{name: nameSim, args: simulation(o)}
	}
	seen, steered := sender.DefaultDetectionConfig(), sender.DefaultControlConfig()
	if s != nil {
		seen.Enabled, seen.Endpoint = true, s.stream
		steered.Enabled, steered.Endpoint = true, s.control
	}
	detectFile, err := configFile(place, nameDetect, struct {
		Calibration string                 `yaml:"calibration"` // of the vehicle's camera: none
		Detect      detect.Params          `yaml:"detect"`
		Telemetry   sender.DetectionConfig `yaml:"telemetry"`
	}{"", find, seen})
	if err != nil {
		return nil, err
	}
	steerFile, err := configFile(place, nameSteer, struct {
		Control   control.Params       `yaml:"control"`
		Telemetry sender.ControlConfig `yaml:"telemetry"`
	}{steer, steered})
	if err != nil {
		return nil, err
	}
	method := []string{"--config", detectFile}
	if o.Method != "" {
		method = append(method, "--method", o.Method)
	}
	orders := []order{
		{name: nameSteer, args: []string{"--config", steerFile, "--actuator", act, "--arm", "auto", "--state-dir", place.RunDir}},
		{name: nameDetect, args: method},
		first,
	}
	for i := range orders {
		orders[i].args = append(orders[i].args, common...)
	}
	return orders, nil
}

func simulation(o *Options) []string {
	args := []string{
		"--config", "", "--scenario", o.Scenario, "--seed", fmt.Sprint(o.Seed), "--duration", o.Duration.String(),
		"--distance", fmt.Sprint(o.DistanceM), "--trace", o.file(traceName), "--report", o.file(reportName),
	}
	if o.Lockstep {
		return append(args, "--pacing", "lockstep")
	}
	return args
}

// lap is once round the scenario's course.
func lap(s *sim.Scenario) (float64, error) {
	c, err := sim.NewCourse(&s.Course, s.Lane.WidthM)
	if err != nil {
		return 0, err
	}
	return c.LengthM, nil
}

// configFile writes the sections of a daemon's configuration that differ from what it has built in.
func configFile(place daemon.Place, name string, sections any) (string, error) {
	var b bytes.Buffer
	if err := daemon.WriteDefaults(&b, name+" for a drive", sections); err != nil {
		return "", err
	}
	path := filepath.Join(place.RunDir, name+".yaml")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		return "", fmt.Errorf("configuring %s: %w", name, err)
	}
	return path, nil
}
