package sim

// pixel is a colour as 0x00BBGGRR, so that adding or blending works on all three channels at once.
type pixel = uint32

// ramp is a material's colour under light 0…511, where 128 is what the camera is exposed for.
type ramp [512]pixel

// material names what is seen.
type material int

const (
	roadSurface material = iota
	beyondSurface
	whitePaint
	yellowPaint
	sky
	skyline
	materials
)

// reflectances are colours under nominal light, 0…255.
var reflectances = map[string][3]float64{
	"asphalt":  {92, 93, 98},
	"concrete": {150, 147, 140},
	"mat":      {62, 62, 70},
	"grass":    {98, 112, 64},
	"sand":     {176, 156, 120},
	"floor":    {158, 156, 140},
	"white":    {226, 226, 222},
	"yellow":   {222, 178, 44},
}

// backdrops are the colours of the sky (or wall) and of what stands before it.
var backdrops = map[string][2][3]float64{
	"day":      {{150, 190, 228}, {66, 84, 56}},
	"overcast": {{196, 200, 206}, {84, 94, 84}},
	"night":    {{26, 30, 44}, {12, 14, 16}},
	"indoor":   {{188, 184, 176}, {74, 70, 68}},
}

// newPalette computes every material's ramp. Each channel leaves room of headroom at both ends, lowered by it, so that
// noise of 0…2·headroom can be added to a whole pixel without one channel running over into the next.
func newPalette(s *Scenario, headroom float64) *[materials]ramp {
	back := backdrops[s.Light.Backdrop]
	base := [materials][3]float64{
		reflectances[s.Surface.Road], reflectances[s.Surface.Beyond], reflectances["white"], reflectances["yellow"], back[0], back[1],
	}
	cast := [3]float64{1, 1, 1}
	copy(cast[:], s.Light.Cast)
	p := new([materials]ramp)
	for m := range p {
		for i := range p[m] {
			var v pixel
			for c := range 3 {
				level := clamp(shoulder(base[m][c]*cast[c]*float64(i)/128), headroom, 255-headroom) - headroom
				v |= pixel(level+0.5) << (8 * c)
			}
			p[m][i] = v
		}
	}
	return p
}

// shoulder is how a camera compresses what is too bright: straight up to 200, then towards 255.
func shoulder(v float64) float64 {
	if v <= 200 {
		return v
	}
	return 255 - 55*55/(55+v-200)
}

// blend mixes b into a: alpha 0…255.
func blend(a, b pixel, alpha uint32) pixel {
	alpha += alpha >> 7 // 0…256
	even := (a&0xff00ff*(256-alpha) + b&0xff00ff*alpha) >> 8 & 0xff00ff
	odd := (a>>8&0xff*(256-alpha) + b>>8&0xff*alpha) & 0xff00
	return even | odd
}
