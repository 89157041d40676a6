// Command lane-detectd finds lanes: it reads camera frames from shared memory and writes detections to it.
package main

import (
	"os"

	"lanekeeper/daemon"
	"lanekeeper/internal/modeltrial"
	"lanekeeper/telemetry/picture"
	"lanekeeper/telemetry/sender"
)

func main() {
	if modeltrial.Called(os.Args) {
		os.Exit(modeltrial.Serve(os.Stdin, os.Stdout))
	}
	if sender.Called(os.Args) {
		os.Exit(sender.Serve(os.Stdin, os.Stdout, sender.Parts{Encoder: newEncoder}))
	}
	os.Exit(program().Main())
}

// newEncoder makes the pictures that viewers see.
func newEncoder(quality int, scale float64) sender.Encoder { return picture.New(quality, scale) }

func program() daemon.Program[config] {
	return daemon.Program[config]{
		Name:    "lane-detectd",
		Version: daemon.BuildVersion(),
		Doc:     "camera frames in shared memory → lane detections in shared memory",
		About: "lane-detectd finds the two lines of the lane in each frame, and where the vehicle lies between them. It waits for the frames' " +
			"segment, attaches when it appears, and attaches anew when its owner is replaced.",
		Defaults: defaults(),
		Run:      run,
	}
}
