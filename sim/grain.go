package sim

import (
	"math"
	"math/rand/v2"
)

// grain is the sensor's noise: a table of packed pixels, read from a place that depends on frame and row, so that frames
// differ and repeat exactly.
type grain struct {
	seed     uint64
	headroom float64 // noise is 0…2·headroom a channel, its mean is headroom
	table    []pixel
}

const grainSize = 8192

func newGrain(seed uint64, sigma float64) *grain {
	g := &grain{seed: seed, headroom: math.Ceil(3 * sigma), table: make([]pixel, 2*grainSize)}
	rng := rand.New(rand.NewPCG(seed, 0x6a14))
	for i := range grainSize {
		for c := range 3 {
			v := clamp(math.Round(rng.NormFloat64()*sigma), -g.headroom, g.headroom) + g.headroom
			g.table[i] |= pixel(v) << (8 * c)
		}
	}
	copy(g.table[grainSize:], g.table)
	return g
}

// row is the noise of n ≤ grainSize pixels.
func (g *grain) row(frame uint64, y, n int) []pixel {
	at := hash(g.seed, frame, uint64(y)) % grainSize
	return g.table[at : at+uint64(n)]
}

// hash mixes numbers to an evenly spread one (the finaliser of Steele's SplitMix64, 2014).
func hash(parts ...uint64) uint64 {
	var h uint64
	for _, p := range parts {
		h += p + 0x9e3779b97f4a7c15
		h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
		h = (h ^ h>>27) * 0x94d049bb133111eb
		h ^= h >> 31
	}
	return h
}

// chance is a hash as a number 0 ≤ v < 1.
func chance(parts ...uint64) float64 { return float64(hash(parts...)>>11) / (1 << 53) }
