// Package telemetry is what a vehicle tells a laptop, and what a laptop may ask of a vehicle: the messages, as they travel.
// It opens no socket; its packages do.
//
// # The stream
//
// A ZeroMQ PUB socket sends messages of two or three parts: topic, JSON, and for frames a JPEG picture.
//
//	frame, detection, state    lane-detectd   read strictly by clients of the predecessor: no key is ever added
//	lane, status               lane-detectd   what is richer
//	control, event, status     controld       the same for the controller
//
// # Commands
//
// A ROUTER socket of controld's takes a [Request] and gives an [Answer], each one part of JSON; see [Request] for how
// replays are refused.
//
// Times are CLOCK_MONOTONIC of the vehicle in ns where the key ends in _ns. What is not known is null. docs/telemetry.md has
// examples.
package telemetry
