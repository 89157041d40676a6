package sim

import "slices"

// paint is all markings of one colour and wear.
type paint struct {
	material material
	wear     float64
	markings []Marking
	*coverage
}

// newPaints sorts the markings by paint.
func newPaints(s *Scenario) []*paint {
	var paints []*paint
	for _, m := range s.Lane.Markings {
		mat := whitePaint
		if m.Colour == "yellow" {
			mat = yellowPaint
		}
		i := slices.IndexFunc(paints, func(p *paint) bool { return p.material == mat && p.wear == m.Wear })
		if i < 0 {
			i = len(paints)
			paints = append(paints, &paint{material: mat, wear: m.Wear, coverage: newCoverage(s.Camera.WidthPx, s.Camera.HeightPx)})
		}
		paints[i].markings = append(paints[i].markings, m)
	}
	return paints
}

// lay blends paint over the pixels it covers. Worn paint is missing where its texture is low.
func (p *paint) lay(row []pixel, light []uint16, road, worn *walk, lo, hi int, colours *ramp) {
	most := int32(256 - 200*p.wear)
	for x := lo; x < hi; x++ {
		a := uint32(p.alpha[x])
		if a == 0 {
			continue
		}
		if p.wear > 0 {
			left := (int32(worn.at(x))-int32(230*p.wear))*3 + 128
			a = a * uint32(min(max(left, 0), most)) >> 8
		}
		grain := (3*128 + uint32(road.at(x))) / 4
		row[x] = blend(row[x], colours[grain*uint32(light[x])>>8&511], a)
	}
}
