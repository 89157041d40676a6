// Command lane-sim stands in for camera and vehicle: it renders a road into shared memory and obeys the commands there.
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
		Name:    "lane-sim",
		Version: daemon.BuildVersion(),
		Doc:     "a simulated vehicle on a simulated road: commands in shared memory → camera frames in shared memory",
		About: "lane-sim stands in for camera and vehicle: it renders a road into the segment that camerad would write, and moves along it as " +
			"the commands there say. It knows the truth, and writes it down where asked to. A command that is past its time is neutral.",
		Defaults: defaults(),
		Run:      run,
	}
}
