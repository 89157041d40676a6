// Package record is what a tap in a machine says of a record.
package record

import "lanekeeper/msg"

// Record is a detection or a command, of which it has what a test looks at.
type Record struct {
	Detection    bool       `json:"detection,omitempty"`
	PublishNs    int64      `json:"publish_ns"`
	FrameID      int64      `json:"frame_id"`
	CaptureNs    int64      `json:"capture_ns"`
	ValidUntilNs int64      `json:"valid_until_ns,omitempty"`
	Mode         msg.Mode   `json:"mode,omitempty"`
	Reason       msg.Reason `json:"reason,omitempty"`
	Throttle     float64    `json:"throttle,omitempty"`
	Steering     float64    `json:"steering,omitempty"`

	// What the detector has made of the frames so far.
	Evaluated uint64 `json:"evaluated,omitempty"`
	Overrun   uint64 `json:"overrun,omitempty"`
	Skipped   uint64 `json:"skipped,omitempty"`
}

// Moves tells whether a command drives the vehicle.
func (r *Record) Moves() bool {
	return !r.Detection && (r.Mode == msg.ModeActive || r.Mode == msg.ModeDegraded)
}
