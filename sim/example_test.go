package sim_test

import (
	"fmt"
	"time"

	"lanekeeper/msg"
	"lanekeeper/sim"
)

func Example() {
	scenario, err := sim.Load("road")
	if err != nil {
		panic(err)
	}
	world, err := sim.New(scenario, 0)
	if err != nil {
		panic(err)
	}
	frame := scenario.Frame(msg.RGB24)
	pixels := make([]byte, frame.DataBytes)
	for range 120 {
		if err := world.Render(pixels, int(frame.Stride), msg.RGB24); err != nil {
			panic(err)
		}
		world.Step(time.Second/60, 0, scenario.Vehicle.CruiseThrottle(), 0)
	}
	fmt.Printf("%.1f m at %.1f m/s, %d departures\n", world.Truth().DistanceM, world.SpeedMps(), world.Truth().Departures)
	// Output: 8.0 m at 8.0 m/s, 0 departures
}
