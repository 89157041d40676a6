package actuator

import (
	"fmt"

	"lanekeeper/msg"
)

// Drive is what a vehicle is made to do. The zero value is neutral.
type Drive struct {
	Steering float64 // −1…1, right is positive
	Throttle float64 // 0…1
	Brake    float64 // 0…1
}

// DriveOf is what a command means at nowNs, as msg.Command.Drive has it; for a command that no controller should give, it
// is neutral with an ErrCommand.
func DriveOf(c *msg.Command, nowNs int64) (Drive, error) {
	switch {
	case c.Ready != 1:
		return Drive{}, fmt.Errorf("applying a command whose ready field is %d, 1 expected: %w", c.Ready, ErrCommand)
	case !(c.Steering >= -1 && c.Steering <= 1 && c.Throttle >= 0 && c.Throttle <= 1 && c.Brake >= 0 && c.Brake <= 1):
		return Drive{}, fmt.Errorf("applying a command with steering %v (−1…1), throttle %v and brake %v (0…1): %w",
			c.Steering, c.Throttle, c.Brake, ErrCommand)
	}
	var d Drive
	d.Steering, d.Throttle, d.Brake = c.Drive(nowNs)
	return d, nil
}
