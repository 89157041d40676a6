package sim

import "math"

// shadows are patches that fall across the course: ragged bands, each a strip of quadrilaterals, at places given by the
// seed.
type shadows struct {
	Shadows
	seed   uint64
	slots  int     // places for a shadow on a lap
	everyM float64 // between them
	reachM float64 // to either side of the lane's centre
}

func newShadows(s *Scenario, c *Course) shadows {
	if s.Light.Shadows == nil {
		return shadows{}
	}
	n := max(1, int(c.LengthM/s.Light.Shadows.EveryM))
	return shadows{*s.Light.Shadows, s.Seed, n, c.LengthM / float64(n), 2 * max(s.Surface.LeftM, s.Surface.RightM)}
}

// shadowSides is the number of strips that a shadow is made of across the course.
const shadowSides = 24

// cast fills the shadows that the camera may see.
func (h *shadows) cast(r *renderer) {
	if h.slots == 0 {
		return
	}
	rungs := r.spine.rungs
	at := r.view.place.SM
	first := int(math.Floor((at + rungs[0].sM) / h.everyM))
	last := int(math.Ceil((at + rungs[len(rungs)-1].sM) / h.everyM))
	if last-first > h.slots {
		last = first + h.slots
	}
	i := 0
	for n := first; n < last; n++ {
		slot := uint64(((n % h.slots) + h.slots) % h.slots)
		start := float64(n)*h.everyM - at + (h.everyM-h.LengthM)*chance(h.seed, slot, 0)
		for i+2 < len(rungs) && rungs[i+1].sM < start {
			i++
		}
		h.one(&r.stripe, r.shadow, i, start, slot)
	}
}

// one fills a single shadow that begins at distance start from the vehicle, between rungs i and i+1. It is drawn on the
// straight that touches the course there, slanted, with its borders jagged by the seed.
func (h *shadows) one(t *stripe, into *coverage, i int, start float64, slot uint64) {
	rungs := t.spine.rungs
	u := (start - rungs[i].sM) / (rungs[i+1].sM - rungs[i].sM)
	if u < 0 || u > 1 {
		return
	}
	r := t.spine.between(i, u)
	length := h.LengthM * (0.4 + 0.6*chance(h.seed, slot, 1))
	slant := 1.2 * (chance(h.seed, slot, 2) - 0.5)
	at := func(j int, far float64) corner {
		d := h.reachM * (1 - 2*float64(j)/shadowSides)
		jag := 0.3 * length * (chance(h.seed, slot, uint64(10+2*j)+uint64(far)) - 0.5)
		ahead := slant*d + far*length*0.65 + jag
		a, l := r.offset(d)
		return t.corner(a+ahead*r.cos, l+ahead*r.sin)
	}
	near, far := at(0, 0), at(0, 1)
	for j := 1; j <= shadowSides; j++ {
		n, f := at(j, 0), at(j, 1)
		if !near.hidden && !far.hidden && !n.hidden && !f.hidden {
			t.clipped(into, [4]corner{near, far, f, n})
		}
		near, far = n, f
	}
}
