// Package detect finds the two lines of the vehicle's lane in camera frames.
//
// A frame goes through two calls. Take reads the caller's pixels once and makes a reduced picture of the detector's own
// (some 224 pixels wide, planes of brightness and yellowness); the caller may overwrite the frame from then on. Detect
// works on the reduced picture alone:
//
//	search    lines of one width, several widths in competition (search.go), each of these steps:
//	  ridge   contrast against both sides, at a distance that grows towards the viewer, eight pixels at once (ridge.go, words.go)
//	  mask    what stands out of the picture's own noise, with small holes closed (mask.go)
//	  trace   runs of each row joined upwards into strips (trace.go)
//	  select  crossings, blobs and ragged things dropped (zebra.go, strip.go); dashes put on their axis (dash.go), lines
//	          along the picture's sides added (stub.go)
//	  link    strips joined into chains along their end tangents (link.go)
//	  ego     one chain for either side of the vehicle (ego.go)
//	fan       lines too faint or broken to be traced, by where they lead (fan.go, votes.go)
//	trail     a chain as a smooth line, extended to the bottom row (trail.go)
//	track     association with the frames before, smoothing (track.go)
//	survey    the lines on a flat ground, by package calib: course, offset, heading, width (survey.go, sighting.go, lane.go)
//
// The method dl puts a neural network before that (network.go, docs/models.md): Take makes the network's picture
// (sampler.go), Detect runs it and finds lines in its answers by the search's own steps, from the ridge on (logits.go).
//
// The method cv+dl has the network look beside the frames, on a thread of its own (fused.go, observer.go), and holds what it
// saw against what is seen now (fusion.go).
//
// A line's confidence is about the share of lines like it that lie on paint, measured on real photographs.
//
// After the first frame of a size neither call allocates, for all formats but JPEG. A detector is for one goroutine.
package detect
