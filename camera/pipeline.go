package camera

import (
	"fmt"
	"math"
)

// appsink is the end of a pipeline that keeps the newest frame alone and never waits for a display time.
const appsink = "appsink drop=true max-buffers=1 sync=false"

// The size and rate that a CSI camera is asked for when none is configured; every sensor in use has a mode for it.
const (
	csiWidth  = 1280
	csiHeight = 720
	csiFPS    = 30
)

// csiMode is what the configuration asks of a CSI camera.
func csiMode(c Config) (width, height, fps int) {
	width, height, fps = c.Width, c.Height, int(math.Round(c.FPS))
	if width == 0 {
		width, height = csiWidth, csiHeight
	}
	if fps == 0 {
		fps = csiFPS
	}
	return width, height, fps
}

// piCameraPipeline captures a Raspberry Pi's CSI camera through libcamera, whose image processor makes NV12 at the size
// asked for.
func piCameraPipeline(c Config) string {
	width, height, fps := csiMode(c)
	source := "libcamerasrc"
	if c.Camera != "" {
		source += fmt.Sprintf(" camera-name=%q", c.Camera)
	}
	return fmt.Sprintf("%s ! video/x-raw,format=NV12,width=%d,height=%d,framerate=%d/1 ! videoconvert ! video/x-raw,format=BGR ! %s",
		source, width, height, fps, appsink)
}

// jetsonPipeline captures a Jetson's CSI camera through Argus. The image processor scales and leaves the picture in its own
// memory; nvvidconv brings it to the CPU's.
func jetsonPipeline(c Config) string {
	width, height, fps := csiMode(c)
	return fmt.Sprintf("nvarguscamerasrc sensor-id=%d ! video/x-raw(memory:NVMM),format=NV12,width=%d,height=%d,framerate=%d/1"+
		" ! nvvidconv ! video/x-raw,format=BGRx ! videoconvert ! video/x-raw,format=BGR ! %s", c.Sensor, width, height, fps, appsink)
}
