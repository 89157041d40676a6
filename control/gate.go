package control

import (
	"math"
	"time"

	"lanekeeper/msg"
)

// GateParams are the limits of the safety gate.
type GateParams struct {
	StaleAfter   time.Duration `yaml:"stale_after" range:"10ms..500ms" doc:"Longest time between detections; over 100ms stops late."`
	MaxAge       time.Duration `yaml:"max_age" range:"10ms..1s" doc:"Greatest age of the picture that is steered by."`
	ValidFor     time.Duration `yaml:"valid_for" range:"10ms..500ms" doc:"How long a command may be acted on."`
	FrozenCount  int           `yaml:"frozen_count" range:"1..1000" doc:"Detections of the same picture, in a row, that stop."`
	MinRateHz    float64       `yaml:"min_rate_hz" range:"2..1000" unit:"Hz" doc:"Least mean rate over the last ten detections."`
	RecoverCount int           `yaml:"recover_count" range:"1..1000" doc:"Good detections in a row that end a stop."`
	RearmAfter   time.Duration `yaml:"rearm_after" range:"0s..1m" doc:"A stop that lasts longer disarms."`
	LinkTimeout  time.Duration `yaml:"link_timeout" range:"100ms..5s" doc:"Longest silence of an operator who took control."`
	PauseLimit   time.Duration `yaml:"pause_limit" range:"1s..24h" doc:"A pause or lost link that lasts longer disarms."`
}

// futureNs is how far ahead of now a capture may lie before it counts as nonsense.
const futureNs = int64(10 * time.Millisecond)

// gate decides whether the vehicle may move. Its times are those of the clock it judges by, all but the helm's.
type gate struct {
	armed, emergency, ending bool
	helm                     helm

	failure   msg.Reason // why the inputs are not good; ReasonNone when they are
	failedNs  int64      // since when
	good      int        // good detections in a row
	seen      bool       // a detection has come
	virtual   bool       // the last one is judged by its source's own time
	publishNs int64
	captureNs int64
	frozen    int
	cadence   cadence
}

func newGate() gate { return gate{failure: msg.ReasonNoDetection} }

// arrive takes note of a detection and checks all but its numbers.
func (g *gate) arrive(p *GateParams, d *msg.Detection, publishNs, nowNs int64, restarted, virtual bool) msg.Reason {
	switched := g.seen && virtual != g.virtual
	restarted = restarted || switched
	publish, capture := clamp(publishNs, 0, nowNs), clamp(d.CaptureNs, 0, nowNs)
	if virtual {
		publish, capture, nowNs = d.SourceNs, d.SourceNs, d.SourceNs
	}
	if restarted && (virtual || switched) {
		g.failedNs = nowNs // the times of the old clock mean nothing on the new one
	}
	// A gap that watch has seen is over with this record; one that it has not counts now.
	noticed := g.failure == msg.ReasonStale && g.good == 0
	late := g.seen && !virtual && !switched && !noticed && publish-g.publishNs > int64(p.StaleAfter)
	if late {
		g.fail(msg.ReasonStale, g.publishNs+int64(p.StaleAfter)+1)
	}
	if late || noticed || restarted {
		g.cadence.clear()
	}
	g.cadence.add(publish)
	g.seen, g.virtual, g.publishNs, g.captureNs = true, virtual, publish, capture
	if d.Flags&msg.DetectionFrozen == 0 || virtual {
		// A lock-step source that stands still draws the same picture again.
		g.frozen = 0
	} else {
		g.frozen++
	}
	hz := g.cadence.hz()
	switch {
	case !virtual && (d.CaptureNs <= 0 || d.CaptureNs > nowNs+futureNs || publishNs <= 0):
		return msg.ReasonInvalid
	case nowNs-publish > int64(p.StaleAfter), late:
		return msg.ReasonStale
	case nowNs-capture > int64(p.MaxAge):
		return msg.ReasonOld
	case restarted:
		return msg.ReasonSourceReset
	case g.frozen >= p.FrozenCount:
		return msg.ReasonFrozen
	case hz > 0 && hz < p.MinRateHz:
		return msg.ReasonRate
	}
	return msg.ReasonNone
}

// watch checks what the passing of time alone can break.
func (g *gate) watch(p *GateParams, nowNs int64) {
	switch {
	case !g.seen || g.virtual:
	case nowNs-g.publishNs > int64(p.StaleAfter):
		g.fail(msg.ReasonStale, g.publishNs+int64(p.StaleAfter)+1)
	case nowNs-g.captureNs > int64(p.MaxAge):
		g.fail(msg.ReasonOld, g.captureNs+int64(p.MaxAge)+1)
	}
	g.expire(p, nowNs)
}

// fail marks the inputs bad since ns, or since before.
func (g *gate) fail(why msg.Reason, ns int64) {
	if g.failure == msg.ReasonNone {
		g.failedNs = ns
	}
	g.failure, g.good = why, 0
}

// pass counts a good detection.
func (g *gate) pass(p *GateParams) {
	g.good++
	if g.good >= p.RecoverCount {
		g.failure = msg.ReasonNone
	}
}

// expire disarms after a failure that lasts.
func (g *gate) expire(p *GateParams, nowNs int64) {
	if g.armed && g.failure != msg.ReasonNone && nowNs-g.failedNs > int64(p.RearmAfter) {
		g.armed = false
	}
}

// moves says whether the vehicle may move.
func (g *gate) moves() bool {
	return g.armed && !g.emergency && !g.ending && g.helm.holds() == msg.ReasonNone && g.failure == msg.ReasonNone
}

// halted is the mode and its reason while the vehicle may not move.
func (g *gate) halted() (msg.Mode, msg.Reason) {
	switch {
	case g.ending:
		return msg.ModeStopped, msg.ReasonShutdown
	case g.emergency:
		return msg.ModeStopped, msg.ReasonEmergency
	case !g.armed:
		return msg.ModeStandby, msg.ReasonDisarmed
	}
	if why := g.helm.holds(); why != msg.ReasonNone {
		return msg.ModeStopped, why // a person has to end it, whatever becomes of the inputs
	}
	return msg.ModeStopped, g.failure
}

// deadline is the earliest time at which watch, the helm's aside, will change anything.
func (g *gate) deadline(p *GateParams) int64 {
	switch {
	case !g.seen || g.virtual || !g.armed || g.emergency || g.ending:
		return math.MaxInt64
	case g.failure != msg.ReasonNone:
		return g.failedNs + int64(p.RearmAfter) + 1
	}
	return min(g.publishNs+int64(p.StaleAfter), g.captureNs+int64(p.MaxAge)) + 1
}
