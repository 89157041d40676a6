package sim

import (
	"math"
	"math/rand/v2"
)

// backdrop is what stands around the scene at no particular distance: a skyline of trees, hills or furniture before sky
// or wall. It turns with the vehicle and so shows its heading.
type backdrop struct {
	heights []float64 // tangent of the skyline's height, by bearing around the horizon
	tops    []int     // row of the skyline in each column, of the frame
}

const backdropSteps = 4096

func newBackdrop(seed uint64, kind string, width int) *backdrop {
	b := &backdrop{heights: make([]float64, backdropSteps), tops: make([]int, width)}
	rng := rand.New(rand.NewPCG(seed, 0xbacd))
	if kind == "indoor" {
		// Furniture along the walls: boxes of different heights with gaps.
		for i := 0; i < backdropSteps; {
			n, h := 20+rng.IntN(120), 0.02+0.16*rng.Float64()*float64(rng.IntN(2))
			for ; n > 0 && i < backdropSteps; n, i = n-1, i+1 {
				b.heights[i] = h
			}
		}
		return b
	}
	// Hills and tree tops: waves of all lengths that close around the horizon.
	for _, wave := range []int{2, 3, 5, 9, 17, 33, 60, 110, 200, 350} {
		gain, phase := 0.03/math.Pow(float64(wave), 0.55), rng.Float64()*2*math.Pi
		for i := range b.heights {
			b.heights[i] += gain * (1 + math.Sin(float64(wave*i)*2*math.Pi/backdropSteps+phase)) / 2
		}
	}
	return b
}

// face turns the backdrop to a heading.
func (b *backdrop) face(headingRad float64, t *light, l *lens) {
	for x := range b.tops {
		turn := (headingRad + t.bearing[x]) / (2 * math.Pi)
		i := int((turn - math.Floor(turn)) * backdropSteps)
		b.tops[x] = int(l.horizon - l.focalPx*b.heights[i%backdropSteps])
	}
}
