// Command controld turns lane detections into steering and throttle. It is the only way to the actuator, and the safety gate
// before it.
package main

import (
	"os"

	"lanekeeper/daemon"
	"lanekeeper/inspect"
	"lanekeeper/telemetry/sender"
)

func main() {
	if sender.Called(os.Args) {
		os.Exit(sender.Serve(os.Stdin, os.Stdout, sender.Parts{Commands: new(remote).take}))
	}
	os.Exit(program().Main())
}

func program() daemon.Program[config] {
	return daemon.Program[config]{
		Name:    "controld",
		Version: daemon.BuildVersion(),
		Doc:     "lane detections in shared memory → commands in shared memory and at the actuator; starts disarmed",
		About: "controld is the only way to the actuator, and the safety gate before it. It starts disarmed, and moves the vehicle only after " +
			"lanectl arm, while detections are alive, fresh, changing and good. An emergency stop is on disk before it is acknowledged, and " +
			"outlives a restart and a reboot until it is cleared.",
		Defaults: defaults(),
		Actions: []daemon.Action{{
			Flag: "halt", Doc: "make the actuator that was last driven inert and exit; needs no configuration", Run: halt,
		}, inspect.CleanAction()},
		Run: run,
	}
}
