// Command lane-detectd finds lanes: it reads camera frames from shared memory and writes detections to it.
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
		Name:     "lane-detectd",
		Version:  daemon.BuildVersion(),
		Doc:      "camera frames in shared memory → lane detections in shared memory",
		Defaults: defaults(),
		Actions:  []daemon.Action{inspect.CleanAction(msg.DetectionResults)},
		Run:      run,
	}
}
