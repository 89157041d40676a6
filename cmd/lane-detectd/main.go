// Command lane-detectd finds lanes: it reads camera frames from shared memory and writes detections to it.
package main

import (
	"os"

	"lanekeeper/daemon"
	"lanekeeper/internal/modeltrial"
)

func main() {
	if modeltrial.Called(os.Args) {
		os.Exit(modeltrial.Serve(os.Stdin, os.Stdout))
	}
	os.Exit(program().Main())
}

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
