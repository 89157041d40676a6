package sender

import (
	"errors"
	"fmt"
	"strings"

	"lanekeeper/telemetry"
	"lanekeeper/telemetry/endpoint"
	"lanekeeper/telemetry/keys"
)

// DetectionConfig is what lane-detectd publishes, and where.
type DetectionConfig struct {
	Enabled     bool     `yaml:"enabled" doc:"Publish frames, detections and the vehicle's state over ZeroMQ."`
	Endpoint    string   `yaml:"endpoint" doc:"Where viewers connect: tcp://ADDRESS:PORT or ipc://PATH. Beyond this computer, as with tcp://*:5557, viewers need keys: lanectl keys."`
	Plain       bool     `yaml:"plain" doc:"Beyond this computer, publish frame, detection and state alone, and in clear: anybody in the network sees what the vehicle sees. For viewers that know no keys."`
	KeysDir     string   `yaml:"keys_dir" arg:"directory" doc:"Directory of the keys, as lanectl keys makes it."`
	RateHz      float64  `yaml:"rate_hz" unit:"Hz" range:"0.1..240" doc:"Most frames, and most states, that are published in a second."`
	JPEGQuality int      `yaml:"jpeg_quality" range:"1..100" doc:"Quality of the pictures; more takes more of the network."`
	JPEGScale   float64  `yaml:"jpeg_scale" range:"0.05..1" doc:"Size of the pictures, as a part of the frame's."`
	Topics      []string `yaml:"topics" oneof:"frame detection state lane status" doc:"What is published. Nothing of what nobody subscribes to is made."`
}

// DefaultDetectionConfig publishes nothing.
func DefaultDetectionConfig() DetectionConfig {
	return DetectionConfig{
		Endpoint: "tcp://127.0.0.1:5557", KeysDir: keys.DefaultDir, RateHz: 30, JPEGQuality: 75, JPEGScale: 0.5,
		Topics: []string{telemetry.TopicFrame, telemetry.TopicDetection, telemetry.TopicState, telemetry.TopicLane, telemetry.TopicStatus},
	}
}

// Validate checks what the tags cannot say. Whether the endpoint can be offered is seen when it is.
func (c *DetectionConfig) Validate() error {
	return checkEndpoint("endpoint", c.Endpoint, c.KeysDir)
}

// ControlConfig is what controld publishes, and where it takes commands.
type ControlConfig struct {
	Enabled          bool     `yaml:"enabled" doc:"Publish the controller's state and events over ZeroMQ, and take commands."`
	Endpoint         string   `yaml:"endpoint" doc:"Where viewers connect: tcp://ADDRESS:PORT or ipc://PATH. Beyond this computer, as with tcp://*:5558, viewers need keys: lanectl keys."`
	KeysDir          string   `yaml:"keys_dir" arg:"directory" doc:"Directory of the keys, as lanectl keys makes it."`
	RateHz           float64  `yaml:"rate_hz" unit:"Hz" range:"0.1..240" doc:"Most states that are published in a second; a change of state is published at once."`
	Topics           []string `yaml:"topics" oneof:"control event status" doc:"What is published."`
	Commands         bool     `yaml:"commands" doc:"Take commands on a unix socket beside the control socket, from local users of its group. None arms the vehicle."`
	CommandsEndpoint string   `yaml:"commands_endpoint" doc:"Take commands there as well: tcp://ADDRESS:PORT, as tcp://*:5559. Always with keys, on this computer too. Empty for none."`
}

// DefaultControlConfig publishes nothing and takes no commands.
func DefaultControlConfig() ControlConfig {
	return ControlConfig{
		Endpoint: "tcp://127.0.0.1:5558", KeysDir: keys.DefaultDir, RateHz: 30, Commands: true,
		Topics: []string{telemetry.TopicControl, telemetry.TopicEvent, telemetry.TopicStatus},
	}
}

// Validate checks what the tags cannot say.
func (c *ControlConfig) Validate() error {
	err := checkEndpoint("endpoint", c.Endpoint, c.KeysDir)
	if c.CommandsEndpoint == "" {
		return err
	}
	place, wrong := endpoint.PlaceOf(c.CommandsEndpoint)
	switch {
	case wrong != nil:
		err = errors.Join(err, fmt.Errorf("commands_endpoint: %w", wrong))
	case place == endpoint.File:
		err = errors.Join(err, errors.New("commands_endpoint: a unix socket is there already with commands: true; tcp://ADDRESS:PORT expected"))
	case c.CommandsEndpoint == c.Endpoint:
		err = errors.Join(err, fmt.Errorf("commands_endpoint: %s is also endpoint, two ports are needed", c.Endpoint))
	}
	if !c.Commands {
		err = errors.Join(err, errors.New("commands_endpoint: given with commands: false; set commands: true or leave it empty"))
	}
	return err
}

func checkEndpoint(key, address, dir string) error {
	var errs []error
	if _, err := endpoint.PlaceOf(address); err != nil {
		errs = append(errs, fmt.Errorf("%s: %w", key, err))
	}
	if strings.TrimSpace(dir) == "" {
		errs = append(errs, fmt.Errorf("keys_dir: empty: %s is usual", keys.DefaultDir))
	}
	return errors.Join(errs...)
}
