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

// reflectance is a surface's or a paint's colour under nominal light, 0…255.
func reflectance(name string) [3]float64 {
	switch name {
	case "asphalt":
		return [3]float64{92, 93, 98}
	case "concrete":
		return [3]float64{150, 147, 140}
	case "mat":
		return [3]float64{62, 62, 70}
	case "grass":
		return [3]float64{98, 112, 64}
	case "sand":
		return [3]float64{176, 156, 120}
	case "floor":
		return [3]float64{158, 156, 140}
	case "yellow":
		return [3]float64{222, 178, 44}
	}
	return [3]float64{226, 226, 222} // white
}

// surroundingColours are those of the sky, or wall, and of what stands before it.
func surroundingColours(backdrop string) (behind, before [3]float64) {
	switch backdrop {
	case "overcast":
		return [3]float64{196, 200, 206}, [3]float64{84, 94, 84}
	case "night":
		return [3]float64{26, 30, 44}, [3]float64{12, 14, 16}
	case "indoor":
		return [3]float64{188, 184, 176}, [3]float64{74, 70, 68}
	}
	return [3]float64{150, 190, 228}, [3]float64{66, 84, 56} // day
}

// newPalette computes every material's ramp. Each channel leaves room of headroom at both ends, lowered by it, so that
// noise of 0…2·headroom can be added to a whole pixel without one channel running over into the next.
func newPalette(s *Scenario, headroom float64) *[materials]ramp {
	base := [materials][3]float64{
		roadSurface: reflectance(s.Surface.Road), beyondSurface: reflectance(s.Surface.Beyond),
		whitePaint: reflectance("white"), yellowPaint: reflectance("yellow"),
	}
	base[sky], base[skyline] = surroundingColours(s.Light.Backdrop)
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
