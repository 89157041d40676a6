package sim

import (
	"fmt"
	"math"

	"lanekeeper/msg"
)

// renderer draws the scene row by row: ground or backdrop, then paint, then noise, in a buffer of one row that stays in
// the first-level cache. It keeps the state of the picture last drawn, from which labels and mask are made.
type renderer struct {
	scenario *Scenario
	course   *Course
	lens     *lens
	spine    spine
	stripe   stripe
	light    *light
	backdrop *backdrop
	grain    *grain
	palette  *[materials]ramp
	road     *texture
	beyond   *texture
	worn     *texture // how much paint is left, 0…255
	surface  *coverage
	shadow   *coverage
	paints   []*paint
	shade    shadows
	row      []pixel
	view     view
}

// view is what a picture shows.
type view struct {
	pose  Pose
	place Place
	timeS float64
	frame uint64 // of the noise
}

func newRenderer(s *Scenario, c *Course) *renderer {
	l := newLens(s.Camera, c)
	g := newGrain(s.Seed, s.NoiseSigma)
	k := s.Surface.Texture
	grainy := func(contrast float64) func(float64) float64 {
		return func(v float64) float64 { return 128 * (1 + clamp(contrast*v, -0.8, 0.8)) }
	}
	w, h := s.Camera.WidthPx, s.Camera.HeightPx
	r := &renderer{
		scenario: s, course: c, lens: l, grain: g,
		light:    newLight(s.Light, l),
		backdrop: newBackdrop(s.Seed, s.Light.Backdrop, w),
		palette:  newPalette(s, g.headroom),
		road:     newTexture(s.Seed+1, s.Surface.GrainM, [4]float64{0.6, 0.4, 0.3, 0.3}, grainy(0.25*k)),
		beyond:   newTexture(s.Seed+2, 3*s.Surface.GrainM, [4]float64{0.5, 0.6, 0.6, 0.5}, grainy(0.3*k)),
		worn: newTexture(s.Seed+3, 2*s.Surface.GrainM, [4]float64{0.5, 0.6, 0.6, 0.5},
			func(v float64) float64 { return 128 + 100*v }),
		surface: newCoverage(w, h), shadow: newCoverage(w, h), row: make([]pixel, w),
		shade: newShadows(s, c),
	}
	r.stripe = stripe{lens: l, spine: &r.spine, lapM: c.LengthM}
	r.paints = newPaints(s)
	return r
}

// look takes the camera to a view.
func (r *renderer) look(v view) {
	r.view = v
	r.lens.place(v.place.SM)
	r.spine.trace(r.course, r.lens, v.pose, v.place)
	r.light.face(v.pose.HeadingRad)
	r.backdrop.face(v.pose.HeadingRad, r.light, r.lens)
}

// draw renders the view into dst, whose rows are stride bytes apart.
func (r *renderer) draw(dst []byte, stride int, f msg.PixelFormat) error {
	w, h := r.lens.WidthPx, r.lens.HeightPx
	if f != msg.RGB24 && f != msg.BGR24 && f != msg.Gray8 {
		return fmt.Errorf("rendering %v: rgb24, bgr24 and gray8 can be drawn", f)
	}
	need := f.RowBytes(w)
	if stride < need || len(dst) < stride*(h-1)+need {
		return fmt.Errorf("rendering %d×%d px of %v: %d bytes with a stride of %d do not hold it", w, h, f, len(dst), stride)
	}
	r.stripe.solid(r.surface, r.scenario.Surface.LeftM, -r.scenario.Surface.RightM)
	for _, p := range r.paints {
		for i := range p.markings {
			r.mark(p.coverage, &p.markings[i])
		}
	}
	r.shade.cast(r)
	level := r.light.level(r.view.timeS)
	sin, cos := math.Sincos(r.view.pose.HeadingRad)
	for y := range h {
		if g := &r.lens.rows[y]; g.seen {
			r.ground(y, g, level, sin, cos)
		} else {
			r.surroundings(y, level)
		}
		put(dst[y*stride:][:need], r.row, r.grain.row(r.view.frame, y, w), f)
	}
	return nil
}

// mark fills one marking.
func (r *renderer) mark(into *coverage, m *Marking) {
	left, right := m.OffsetM+m.WidthM/2, m.OffsetM-m.WidthM/2
	if m.DashM > 0 {
		r.stripe.dashed(into, left, right, m.DashM, m.GapM, r.view.place.SM)
	} else {
		r.stripe.solid(into, left, right)
	}
}

// ground draws a row that sees the ground.
func (r *renderer) ground(y int, g *groundRow, level, sin, cos float64) {
	upward := clamp(1-(float64(y)-r.lens.horizon)/float64(r.lens.HeightPx), 0, 1)
	light := r.light.ground(level, g.aheadM, upward*upward)
	if lo, hi := r.shadow.resolve(y); lo < hi {
		r.light.dim(lo, r.shadow.alpha[lo:hi], r.shade.Darkness)
	}
	// World place of pixel 0 and the step to the next one, which lies to the right.
	x0 := r.view.pose.XM + g.aheadM*cos - g.leftM*sin
	y0 := r.view.pose.YM + g.aheadM*sin + g.leftM*cos
	dx, dy := g.pxM*sin, -g.pxM*cos
	road := r.road.along(x0, y0, dx, dy)
	beyond := r.beyond.along(x0, y0, dx, dy)

	lo, hi := r.surface.resolve(y)
	alpha := r.surface.alpha
	beyond.fill(r.row, light, 0, lo, &r.palette[beyondSurface])
	for x := lo; x < hi; {
		a, from := alpha[x], x
		for x < hi && alpha[x] == a {
			x++
		}
		switch a {
		case 255:
			road.fill(r.row, light, from, x, &r.palette[roadSurface])
		default:
			beyond.fill(r.row, light, from, x, &r.palette[beyondSurface])
			for i := from; a > 0 && i < x; i++ {
				v := r.palette[roadSurface][uint32(road.at(i))*uint32(light[i])>>8&511]
				r.row[i] = blend(r.row[i], v, uint32(a))
			}
		}
	}
	beyond.fill(r.row, light, hi, len(r.row), &r.palette[beyondSurface])

	for _, p := range r.paints {
		lo, hi := p.resolve(y)
		if lo == hi {
			continue
		}
		worn := r.worn.along(x0, y0, dx, dy)
		p.lay(r.row, light, &road, &worn, lo, hi, &r.palette[p.material])
	}
}

// surroundings draws a row above the ground.
func (r *renderer) surroundings(y int, level float64) {
	r.surface.resolve(y)
	r.shadow.resolve(y)
	for _, p := range r.paints {
		p.resolve(y)
	}
	light := r.light.backdrop(level)
	fade := uint32(clamp(140-50*(r.lens.horizon-float64(y))/float64(r.lens.HeightPx), 60, 140))
	for x := range r.row {
		if y < r.backdrop.tops[x] {
			r.row[x] = r.palette[sky][fade*uint32(light[x])>>8&511]
		} else {
			r.row[x] = r.palette[skyline][128*uint32(light[x])>>8&511]
		}
	}
}
