package sim

import (
	"math"
	"math/rand/v2"
)

// texture is a square of grain that repeats without a seam over the ground, at full size and at each half of it, so that
// far ground is sampled from a copy whose texels are about as large as its pixels (Williams, Pyramidal parametrics, 1983).
type texture struct {
	texelM float64
	levels [][]uint8 // level i is (size>>i)² texels around 128
}

const (
	textureBits = 9 // size 512
	textureSize = 1 << textureBits
)

// newTexture makes grain of octaves 1, 4, 16 and 64 texels; gains weighs them.
func newTexture(seed uint64, texelM float64, gains [4]float64, tone func(float64) float64) *texture {
	rng := rand.New(rand.NewPCG(seed, 0x7e87))
	sum := make([]float64, textureSize*textureSize)
	for o, gain := range gains {
		if gain != 0 {
			addOctave(sum, rng, 1<<(2*o), gain)
		}
	}
	base := make([]uint8, len(sum))
	for i, v := range sum {
		base[i] = uint8(clamp(tone(v), 0, 255) + 0.5)
	}
	t := &texture{texelM: texelM, levels: [][]uint8{base}}
	for n := textureSize / 2; n >= 1; n /= 2 {
		above := t.levels[len(t.levels)-1]
		level := make([]uint8, n*n)
		for y := range n {
			for x := range n {
				i := 2*y*2*n + 2*x
				level[y*n+x] = uint8((int(above[i]) + int(above[i+1]) + int(above[i+2*n]) + int(above[i+2*n+1]) + 2) / 4)
			}
		}
		t.levels = append(t.levels, level)
	}
	return t
}

// addOctave adds noise whose cells are cell texels wide, blended between their corners.
func addOctave(sum []float64, rng *rand.Rand, cell int, gain float64) {
	n := textureSize / cell
	grid := make([]float64, n*n)
	for i := range grid {
		grid[i] = rng.NormFloat64() * gain
	}
	for y := range textureSize {
		y0, fy := y/cell, smooth(float64(y%cell)/float64(cell))
		for x := range textureSize {
			x0, fx := x/cell, smooth(float64(x%cell)/float64(cell))
			a, b := grid[y0*n+x0], grid[y0*n+(x0+1)%n]
			c, d := grid[(y0+1)%n*n+x0], grid[(y0+1)%n*n+(x0+1)%n]
			sum[y*textureSize+x] += a + fx*(b-a) + fy*(c-a+fx*(a-b-c+d))
		}
	}
}

func smooth(t float64) float64 { return t * t * (3 - 2*t) }

// textureTurn turns textures against the world's axes, so that their repetition does not line up with a straight road.
const textureTurn = 0.61

// along starts a walk at world point (x, y) with a step of (dx, dy) metres a pixel.
func (t *texture) along(x, y, dx, dy float64) walk {
	sin, cos := math.Sin(textureTurn)/t.texelM, math.Cos(textureTurn)/t.texelM
	level := clamp(math.Floor(math.Log2(math.Hypot(dx, dy)/t.texelM)+0.5), 0, textureBits)
	bits := textureBits - uint(level)
	fixed := func(v float64) uint32 { return uint32(int64(math.Mod(v, textureSize) * 65536)) }
	return walk{
		level: t.levels[int(level)], shift: 16 + uint(level), mask: 1<<bits - 1, width: bits,
		x: fixed(x*cos - y*sin), y: fixed(x*sin + y*cos), dx: fixed(dx*cos - dy*sin), dy: fixed(dx*sin + dy*cos),
	}
}
