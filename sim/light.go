package sim

import "math"

// light computes how bright each pixel of a row is lit, 256 being what the camera is exposed for, at most lightMost.
type light struct {
	LightConfig
	bearing []float64 // rad, of each column from the vehicle's axis, left positive
	lobe    []float64 // the headlight's share by column
	glare   []float64 // the glare by column, of the frame
	row     []uint16  // the row last computed
	uniform uint16    // what all of row is; 0 when it is not known to be uniform
}

// lightMost keeps a texture sample times the light within a ramp.
const lightMost = 512

func newLight(c LightConfig, l *lens) *light {
	n := l.WidthPx
	t := &light{LightConfig: c, bearing: make([]float64, n), lobe: make([]float64, n), glare: make([]float64, n), row: make([]uint16, n)}
	for x := range n {
		t.bearing[x] = math.Atan((l.cx - float64(x) - 0.5) / l.focalPx)
		if h := c.Headlight; h != nil {
			t.lobe[x] = h.Strength * bell(t.bearing[x], h.WidthDeg)
		}
	}
	return t
}

// bell is 1 at 0 and ½ at half the width to either side.
func bell(rad, widthDeg float64) float64 {
	v := rad / (widthDeg * math.Pi / 360)
	return math.Exp(-v * v * math.Ln2)
}

// level is the scene's brightness at a time.
func (t *light) level(timeS float64) float64 {
	n := len(t.Changes)
	if n == 0 {
		return t.Brightness
	}
	if n == 1 {
		return t.Brightness * t.Changes[0].Factor
	}
	at := math.Mod(timeS, t.Changes[n-1].AtS)
	i := 1
	for i < n-1 && t.Changes[i].AtS <= at {
		i++
	}
	a, b := t.Changes[i-1], t.Changes[i]
	return t.Brightness * (a.Factor + (b.Factor-a.Factor)*(at-a.AtS)/(b.AtS-a.AtS))
}

// face turns the glare to a heading, once a frame.
func (t *light) face(headingRad float64) {
	g := t.Glare
	if g == nil {
		return
	}
	toward := math.Remainder(g.BearingDeg*math.Pi/180-headingRad, 2*math.Pi)
	for x := range t.glare {
		t.glare[x] = g.Strength * bell(t.bearing[x]-toward, g.WidthDeg)
	}
}

// ground lights a row of the ground aheadM away, a share upward 0…1 between bottom row and horizon.
func (t *light) ground(level, aheadM, upward float64) []uint16 {
	base := level * 256
	if t.Headlight == nil && t.Glare == nil {
		return t.even(base)
	}
	t.uniform = 0
	var beam float64
	if h := t.Headlight; h != nil {
		v := aheadM / h.RangeM
		beam = 256 * math.Exp(-v*v)
	}
	mirror := base * upward
	for x := range t.row {
		t.row[x] = uint16(min(base+beam*t.lobe[x]+mirror*t.glare[x], lightMost))
	}
	return t.row
}

// backdrop lights a row above the ground.
func (t *light) backdrop(level float64) []uint16 {
	base := level * 256
	if t.Glare == nil {
		return t.even(base)
	}
	t.uniform = 0
	for x := range t.row {
		t.row[x] = uint16(min(base*(1+t.glare[x]), lightMost))
	}
	return t.row
}

// even lights a row evenly, which most rows are, and so is often there already.
func (t *light) even(base float64) []uint16 {
	if v := uint16(min(base, lightMost)); v != t.uniform {
		for x := range t.row {
			t.row[x] = v
		}
		t.uniform = v
	}
	return t.row
}

// dim darkens the pixels from lo of the row by the coverage of a shadow, darkness 0…1.
func (t *light) dim(lo int, alpha []uint8, darkness float64) {
	t.uniform = 0
	dark := uint32(darkness * 256)
	row := t.row[lo : lo+len(alpha)]
	for x, a := range alpha {
		if a != 0 {
			row[x] -= uint16(uint32(row[x]) * (uint32(a) * dark >> 8) >> 8)
		}
	}
}
