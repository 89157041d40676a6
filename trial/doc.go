// Package trial measures a detector against the truth: it stands the simulated vehicle in many places of a scenario's
// course, looks for the lane in what the camera sees there, and compares.
//
// Each picture stands alone: nothing is tracked from one to the next, so the errors are those of a single frame. Places,
// offsets and headings are the same in every run.
package trial
