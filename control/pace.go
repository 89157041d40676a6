package control

import (
	"time"

	"lanekeeper/msg"
)

// maxStep bounds the time that one detection moves the dynamics by.
const maxStep = 250 * time.Millisecond

// pace measures the time between detections by the clock of their source.
type pace struct {
	sourceNs, captureNs int64
	sourceID            uint64
	started             bool
}

// advance is the time from the detection before to d. restarted says that the source began anew, gap that so much time has
// passed that rates of change across it mean nothing; in both cases and for a repeated picture no number can be trusted
// to divide by. A source that leaves SourceNs at 0 is timed by its captures.
func (p *pace) advance(d *msg.Detection) (step time.Duration, restarted, gap bool) {
	before := *p
	*p = pace{sourceNs: d.SourceNs, captureNs: d.CaptureNs, sourceID: d.SourceID, started: true}
	if !before.started {
		return 0, false, true
	}
	ns := d.SourceNs - before.sourceNs
	if d.SourceNs == 0 && before.sourceNs == 0 {
		ns = d.CaptureNs - before.captureNs
	}
	if d.Flags&msg.DetectionSourceReset != 0 || d.SourceID != before.sourceID || ns < 0 {
		return 0, true, true
	}
	step = time.Duration(ns)
	return min(step, maxStep), false, step > maxStep
}
