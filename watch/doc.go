// Package watch measures a running pipeline from outside: how often each segment gets a record, how long a frame takes from
// one process to the next, what is dropped on the way, and how the vehicle is driven. It reads the three segments as any
// reader does, so it slows nobody down, and needs nothing of the daemons.
//
// # Hops
//
// A frame is known by its id and the time of its capture, which detection and command carry on. The times between are those
// that the writers themselves stamped, CLOCK_MONOTONIC:
//
//	capture ──▶ frame published ──▶ detection published ──▶ command published
//
// A frame counts for a hop when both of its ends were seen. Only the first command that answers a frame counts: the
// controller may say something new about the same frame later.
//
// # Drops
//
//	camera_feed        lost        ids that the camera passed over between two published frames
//	detection_results  overrun     frames overwritten while the detector looked at them
//	                   skipped     frames that the detector passed over for a newer one
//	control_commands   unanswered  detections that the controller passed over for a newer one
//
// What this program itself was too slow to see is counted apart, as not sampled: it is no fault of the pipeline's.
package watch
