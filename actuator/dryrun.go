package actuator

import "lanekeeper/msg"

// DryRun moves nothing. It remembers what it was told last, for a look at what a vehicle would do.
type DryRun struct{ journal }

// Apply checks the command, remembers its drive and counts it.
func (d *DryRun) Apply(c *msg.Command, nowNs int64) error { return d.apply(c, nowNs) }

// Halt remembers neutral.
func (d *DryRun) Halt() error { return d.halt() }

// Close remembers neutral and refuses what comes after.
func (d *DryRun) Close() error { return d.close() }
