package main

import (
	"time"

	"lanekeeper/camera"
	"lanekeeper/msg"
)

// config is camerad's configuration.
type config struct {
	ImageShmName string        `yaml:"image_shm_name" flag:"image-shm-name" doc:"Segment that frames are written to."`
	Hold         time.Duration `yaml:"hold" range:"1ms..10s" doc:"Longest time that a reader looks at a frame in place; sets the number of slots."`
	Camera       camera.Config `yaml:"camera"`
}

func defaults() config {
	return config{ImageShmName: msg.CameraFeed, Hold: 50 * time.Millisecond, Camera: camera.DefaultConfig()}
}
