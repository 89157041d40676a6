package e2e

import "time"

// maxAge is the age past which a picture must not be steered by.
const maxAge = 150 * time.Millisecond

// nothingStale holds every command seen so far that drives the vehicle to the picture that it answers: not too old when the
// command was made, and newer with every command.
func (r *rig) nothingStale() {
	r.t.Helper()
	var newest int64
	for _, c := range r.commands.since(0) {
		if !c.moves() {
			continue
		}
		if age := time.Duration(c.CommandNs - c.CaptureNs); age > maxAge {
			r.t.Errorf("frame %d: a picture %v old is driven by, %v allowed", c.FrameID, age, maxAge)
		}
		if c.CaptureNs < newest {
			r.t.Errorf("frame %d: its picture is %v older than one that was answered before", c.FrameID, time.Duration(newest-c.CaptureNs))
		}
		newest = c.CaptureNs
	}
}
