// Command controld turns lane detections into steering and throttle. It is the only way to the actuator, and the safety gate
// before it.
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
		Name:     "controld",
		Version:  daemon.BuildVersion(),
		Doc:      "lane detections in shared memory → commands in shared memory and at the actuator; starts disarmed",
		Defaults: defaults(),
		Actions: []daemon.Action{{
			Flag: "halt", Doc: "make the actuator that was last driven inert and exit; needs no configuration", Run: halt,
		}, inspect.CleanAction(msg.ControlCommands)},
		Run: run,
	}
}
