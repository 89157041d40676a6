// Command camerad is the vehicle's eye: it writes the frames of a camera or a recording to shared memory.
package main

import (
	"os"

	"lanekeeper/daemon"
)

func main() {
	os.Exit(program().Main())
}

func program() daemon.Program[config] {
	return daemon.Program[config]{
		Name:    "camerad",
		Version: daemon.BuildVersion(),
		Doc:     "a camera, a video or a folder of images → frames in shared memory",
		About: "camerad is the vehicle's eye. It writes each frame once, with the time at which it was captured, to a segment of shared memory " +
			"that any number of readers follow. A camera that is missing, busy, unplugged or frozen ends nothing: camerad says what is " +
			"wrong and tries again.",
		Defaults: defaults(),
		Run:      run,
	}
}
