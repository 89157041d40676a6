// Command lane-sim stands in for camera and vehicle: it renders a road into shared memory and obeys the commands there.
package main

import (
	"os"

	"lanekeeper/daemon"
	"lanekeeper/inspect"
	"lanekeeper/msg"
)

func main() {
	os.Exit(program().Main())
}

func program() daemon.Program[config] {
	return daemon.Program[config]{
		Name:     "lane-sim",
		Version:  daemon.BuildVersion(),
		Doc:      "a simulated vehicle on a simulated road: commands in shared memory → camera frames in shared memory",
		Defaults: defaults(),
		Actions:  []daemon.Action{inspect.CleanAction(msg.CameraFeed)},
		Run:      run,
	}
}
