package main

import (
	"errors"
	"fmt"
	"time"

	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/sim"
)

// How simulated time passes.
const (
	realtime = "realtime"
	lockstep = "lockstep"
)

// config is lane-sim's configuration.
type config struct {
	Scenario       string        `yaml:"scenario" flag:"scenario" arg:"file" doc:"A built-in scenario (highway, night, road, tape, worn) or the path of a YAML file."`
	Seed           uint64        `yaml:"seed" flag:"seed" range:"0..18446744073709551615" doc:"Of noise, texture and shadows; 0 for the scenario's own."`
	Pacing         string        `yaml:"pacing" flag:"pacing" oneof:"realtime lockstep" doc:"realtime, or lockstep: each frame waits for the command that answers the one before."`
	PixelFormat    string        `yaml:"pixel_format" oneof:"rgb24 bgr24 gray8" doc:"Of the published frames."`
	ImageShmName   string        `yaml:"image_shm_name" flag:"image-shm-name" doc:"Segment that frames are written to."`
	CommandShmName string        `yaml:"command_shm_name" flag:"command-shm-name" doc:"Segment that commands are read from."`
	Wait           string        `yaml:"wait" oneof:"futex spin adaptive" doc:"How to wait for a command in lockstep."`
	Hold           time.Duration `yaml:"hold" range:"1ms..10s" doc:"Longest time that a reader looks at a frame in place; sets the number of slots."`
	Duration       time.Duration `yaml:"duration" flag:"duration" range:"0s..1000h" doc:"Simulated time after which the drive is over; 0s for never."`
	DistanceM      float64       `yaml:"distance_m" flag:"distance" range:"0..1e9" unit:"m" doc:"Distance along the course after which the drive is over; 0 for never."`
	Trace          string        `yaml:"trace" flag:"trace" arg:"file" doc:"CSV file that gets a line of truth for each frame; empty for none."`
	Report         string        `yaml:"report" flag:"report" arg:"file" doc:"JSON file that the truth is written to when the drive ends; empty for none."`
	Export         string        `yaml:"export" flag:"export" arg:"folder" doc:"Folder that labelled frames are added to: pictures, labels.jsonl and lane masks; empty for none."`
	ExportEvery    int           `yaml:"export_every" flag:"export-every" range:"1..1000000" doc:"One frame of so many is exported."`
}

func defaults() config {
	return config{
		Scenario: sim.DefaultScenario, Pacing: realtime, PixelFormat: msg.RGB24.String(), ImageShmName: msg.CameraFeed,
		CommandShmName: msg.ControlCommands, Wait: shm.Futex.String(), Hold: 50 * time.Millisecond, ExportEvery: 30,
	}
}

// Validate checks what the tags cannot say.
func (c *config) Validate() error {
	var errs []error
	if _, err := sim.Load(c.Scenario); err != nil {
		errs = append(errs, fmt.Errorf("scenario: %w", err))
	}
	if c.ImageShmName == c.CommandShmName {
		errs = append(errs, fmt.Errorf("command_shm_name: %q is also image_shm_name, two names are needed", c.CommandShmName))
	}
	return errors.Join(errs...)
}
