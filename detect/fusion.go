package detect

import (
	"math"
	"time"

	"lanekeeper/msg"
)

// speaker is whose line a side's is.
type speaker struct {
	method msg.Method // MethodNone: nobody's; MethodFused: both saw it
	flags  uint32     // of msg.Line
}

// What each method is believed. A line that both see is one in 49 of 50 cases, on tape and on roads. One that the classical
// detector alone sees is one about as often as its confidence says, also where the network sees nothing: small networks
// lose tape. One that the network alone sees is one in two of three cases. The numbers are of scores on single frames, docs/models.md.
const (
	faint      = 0.6  // confidence of the classical detector's from which a line is its own also where the network has it elsewhere
	blurred    = 0.75 // … and below which, where both see a line, the network knows better where it is
	netSure    = 0.6  // confidence of the network's from which its word counts against one that is fainter
	aloneFrom  = 0.7  // … and where the classical detector sees nothing
	aloneTrust = 0.75 // confidence at most where the classical detector sees nothing, or something else
)

// fuse decides for each side between the trail found now, which it may replace, and the network's, seen age before if ok: if
// it has a say at all.
func (v *view) fuse(found *[2]trail, g *grid, age, maxAge time.Duration, ok bool) (by [2]speaker) {
	for side := range found {
		if !found[side].empty() {
			by[side] = speaker{msg.MethodCV, 0}
		}
	}
	if !ok {
		return by
	}
	// What was seen long ago is believed less: half at the age at which it is given up.
	fade := 1 - float64(age)/float64(2*max(maxAge, 1))
	for side := range found {
		now, then := &found[side], &v.found[side]
		switch {
		case then.empty():
		case !now.empty() && distance(then, now, g) <= gate*g.w:
			by[side] = agreed(now, then, fade, age)
		case now.empty() && then.confidence >= aloneFrom,
			!now.empty() && then.confidence >= netSure && now.confidence < min(sureOf, fade*then.confidence):
			other := &found[1-side]
			if by[1-side].method == msg.MethodCV && distance(then, other, g) <= gate*g.w && other.confidence >= faint {
				continue // the same line, which the classical detector has on the other side
			}
			*now = *then
			now.confidence = min(fade*now.confidence, aloneTrust)
			by[side] = speaker{msg.MethodDL, msg.LineNetwork}
			if age > 0 {
				by[side].flags |= msg.LineTracked
			}
		}
	}
	return by
}

// agreed makes one of a line that both see: where it is, the classical detector says, which sees it now, unless it is
// hardly sure of it and the network looked at the very same frame.
func agreed(now, then *trail, fade float64, age time.Duration) speaker {
	flags := msg.LineAgreed
	sure := math.Max(now.confidence, fade*then.confidence)
	if age == 0 && now.confidence < min(blurred, then.confidence) && then.confidence >= netSure {
		*now = *then
		flags |= msg.LineNetwork
	}
	now.confidence = sure
	return speaker{msg.MethodFused, flags}
}
