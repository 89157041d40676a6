// Package camera takes pictures from where they come: a V4L2 device, a GStreamer pipeline, a CSI camera of a Raspberry
// Pi or Jetson, a video file, a folder of images. It writes each picture once, in the pixel format and size asked for,
// into memory of the caller's, such as a slot of shared memory.
//
//	Open(Config) ──▶ Source: Grab waits for a frame, Retrieve writes it out
//	Keeper       ──▶ a Source that opens another anew when it fails, ends or freezes, and is never held up by it
//
// Grab and Retrieve are apart because a driver may hang: only Grab waits for it, and Grab touches no memory of the
// caller's, so a call that never returns can be left behind without harm. What Retrieve does is arithmetic.
//
// Times are CLOCK_MONOTONIC in nanoseconds.
package camera
