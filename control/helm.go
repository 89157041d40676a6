package control

import (
	"math"

	"lanekeeper/msg"
)

// helm is what people at a distance want: a pause, and control by one of them, whose silence stops the vehicle. Its times are
// CLOCK_MONOTONIC whatever clock the inputs are judged by: a link is as real where the road is not.
type helm struct {
	paused, lost bool
	sinceNs      int64 // since when either is so; the earlier
	heldNs       int64 // when the vehicle was last told to wait, or the link was lost
	ranOut       bool  // one lasted past its limit

	id, name string // of who has control; both empty for nobody
	keptNs   int64  // when that one was last heard of
}

// holds is why the vehicle may not move for its people's sake; ReasonNone when it may.
func (h *helm) holds() msg.Reason {
	switch {
	case h.lost:
		return msg.ReasonLinkLost
	case h.paused:
		return msg.ReasonPaused
	}
	return msg.ReasonNone
}

// pause begins a pause; one that goes on does not begin anew, or its limit would never come.
func (h *helm) pause(nowNs int64) {
	h.wait(nowNs)
	h.paused = true
	h.heldNs = max(h.heldNs, nowNs)
}

// wait notes since when the vehicle waits for somebody to resume.
func (h *helm) wait(sinceNs int64) {
	if !h.paused && !h.lost {
		h.sinceNs = sinceNs
	}
}

// keep notes when who has control was heard of; two words may come in the wrong order.
func (h *helm) keep(heardNs int64) { h.keptNs = max(h.keptNs, heardNs) }

// letGo ends what holds the vehicle; control stays with whoever has it.
func (h *helm) letGo() { h.paused, h.lost, h.ranOut = false, false, false }

// release ends everything, but not the memory of what ran out: an order to stop must not be what lets the vehicle arm itself.
func (h *helm) release() { *h = helm{ranOut: h.ranOut} }

// watch lets time pass, and tells when the vehicle has waited for too long.
func (h *helm) watch(p *GateParams, nowNs int64) (ranOut bool) {
	if h.id != "" && nowNs-h.keptNs > int64(p.LinkTimeout) {
		lostNs := h.keptNs + int64(p.LinkTimeout) + 1
		h.wait(lostNs)
		h.heldNs = max(h.heldNs, lostNs)
		h.lost, h.id, h.name = true, "", ""
	}
	if h.holds() == msg.ReasonNone || nowNs-h.sinceNs <= int64(p.PauseLimit) {
		return false
	}
	h.paused, h.lost, h.ranOut = false, false, true
	return true
}

// deadline is the earliest time at which watch will change anything.
func (h *helm) deadline(p *GateParams) int64 {
	next := int64(math.MaxInt64)
	if h.id != "" {
		next = h.keptNs + int64(p.LinkTimeout) + 1
	}
	if h.holds() != msg.ReasonNone {
		next = min(next, h.sinceNs+int64(p.PauseLimit)+1)
	}
	return next
}
