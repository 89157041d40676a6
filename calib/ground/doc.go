// Package ground finds how a camera is mounted above flat ground.
//
//	FromPoints  places on the ground, measured, and the pixels that show them: all of the mounting
//	FromLane    a straight lane of known width: height, pitch and yaw; the rest is given
//
// Both need the camera's lens. Both refuse what does not determine the mounting, and say what to do instead.
package ground
